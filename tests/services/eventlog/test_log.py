"""The stored tree against the arithmetic over a plain list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.base import merkle
from lantai.services.eventlog.log import LogDamaged
from tests.builders.eventlogs import grown_log


def leaves_of(log):
    return [entry.leaf for entry in log.iterate()]


@pytest.mark.parametrize('size', [0, 1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 4160])
def test_roots_at_the_edges_of_chunks_and_tiles(size):
    log = grown_log(size)
    assert log.root() == merkle.root_of(leaves_of(log))


@settings(deadline=None)
@given(st.lists(st.integers(0, 150), max_size=8))
def test_appending_in_any_portions_gives_the_same_tree(portions):
    log = grown_log(0)
    expected = []
    for number, portion in enumerate(portions):
        leaves = [b'%d %d' % (number, i) for i in range(portion)]
        log.append(leaves)
        expected += leaves
    assert leaves_of(log) == expected
    assert log.size == len(expected)
    assert log.root() == merkle.root_of(expected)


LOG = grown_log(4200)
LEAVES = leaves_of(LOG)


@settings(deadline=None)
@given(st.integers(1, 4200), st.data())
def test_every_earlier_size_still_has_its_root_and_proofs(size, data):
    root = LOG.root(size)
    index = data.draw(st.integers(0, size - 1))
    path = LOG.inclusion(index, size)
    assert merkle.verify_inclusion(merkle.leaf_hash(LEAVES[index]), index, size, path, root)
    new = data.draw(st.integers(size, 4200))
    proof = LOG.consistency(size, new)
    assert merkle.verify_consistency(size, new, root, LOG.root(new), proof)


def test_entries_come_in_pages_from_any_number():
    assert [e.index for e in LOG.entries(62, 5)] == [62, 63, 64, 65, 66]
    assert [e.leaf for e in LOG.entries(4198, 100)] == LEAVES[4198:]
    assert LOG.entries(4200, 10) == []
    assert LOG.entries(9999, 10) == []
    assert LOG.leaf(4199) == LEAVES[4199]


@pytest.mark.parametrize('index', [-1, 4200])
def test_there_is_no_event_outside_the_log(index):
    with pytest.raises(IndexError):
        LOG.leaf(index)
    with pytest.raises(ValueError):
        LOG.inclusion(index)


def test_the_log_never_had_a_size_beyond_its_own():
    for ask in (LOG.root, lambda size: LOG.inclusion(0, size), lambda size: LOG.consistency(1, size)):
        with pytest.raises(ValueError):
            ask(4201)
    with pytest.raises(ValueError):
        LOG.consistency(5, 4)


@pytest.mark.parametrize(
    'lose',
    [
        lambda log: log.chunks.pop(1),
        lambda log: setattr(log.chunks[1], 'leaves', log.chunks[1].leaves[:10]),
        lambda log: setattr(log.chunks[1], 'leaves', ()),
    ],
)
def test_reading_over_a_gap_says_so_and_never_hangs(lose):
    log = grown_log(200)
    lose(log)
    with pytest.raises(LogDamaged) as caught:
        list(log.iterate())
    assert caught.value.index in (64, 74)
    with pytest.raises(LogDamaged):
        log.leaf(100)
    assert [e.index for e in log.entries(150, 5)] == [150, 151, 152, 153, 154]
