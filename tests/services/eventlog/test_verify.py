"""Whatever is changed behind the log's back is named."""

from types import SimpleNamespace

import pytest

from lantai.base import merkle
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import HASH, HEIGHT, Head, tile_key
from lantai.services.eventlog.record import record
from lantai.services.eventlog.sealer import head_note, seal_all
from lantai.services.eventlog.verify import verify_log
from lantai.services.signing.keyring import KeyRing
from tests.builders.eventlogs import signature_of

NODE = SimpleNamespace(uid='0192-uid', type='item')


@pytest.fixture
def sealed(world):
    """300 events under heads of 100, 200 and 300."""
    for _ in range(3):
        world.do(lambda act: [record(act, Event.NODE_EDIT, NODE, n=i) for i in range(100)])
        world.seal()
    return world


def verified(world, keys=None):
    return world.read(lambda log: verify_log(log, keys or world.keys, signature_of))


def found(world, keys=None):
    return [(p.code, p.index) for p in verified(world, keys).problems]


def replace_leaf(log, index, leaf):
    chunk = log.chunks[index >> HEIGHT]
    leaves = list(chunk.leaves)
    leaves[index & 63] = leaf
    chunk.leaves = tuple(leaves)


def replace_hash(log, level, index, digest):
    tile = log.tiles[tile_key(level, index >> HEIGHT)]
    at = (index & 63) * HASH
    tile.hashes = tile.hashes[:at] + digest + tile.hashes[at + HASH :]


def flipped(data, at=10):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_an_untouched_log_is_whole(sealed):
    report = verified(sealed)
    assert report.ok and (report.events, report.heads) == (300, 3)


def test_an_empty_log_is_whole(world):
    assert verified(world).ok


@pytest.mark.parametrize('index', [0, 63, 64, 137, 299])
def test_one_byte_of_one_event_is_named_by_its_number(sealed, index):
    sealed.tamper(lambda log: replace_leaf(log, index, flipped(log.leaf(index))))
    problems = found(sealed)
    assert ('log-event-changed', index) in problems
    assert [p for p in problems if p[0] == 'log-event-changed'] == [('log-event-changed', index)]
    assert any(code == 'log-root-differs' for code, _ in problems)


def test_an_event_changed_together_with_its_hash_lies_between_two_heads(sealed):
    def forge(log):
        leaf = flipped(log.leaf(137))
        replace_leaf(log, 137, leaf)
        replace_hash(log, 0, 137, merkle.leaf_hash(leaf))

    sealed.tamper(forge)
    problems = found(sealed)
    assert ('log-root-differs', 100) in problems
    assert ('log-tile-damaged', 128) in problems


def test_two_events_swapped_with_all_hashes_made_anew_contradict_the_head(sealed):
    def forge(log):
        leaves = [e.leaf for e in log.iterate()]
        leaves[5], leaves[6] = leaves[6], leaves[5]
        log.chunks.clear()
        log.tiles.clear()
        log.size = 0
        log.append(leaves)

    sealed.tamper(forge)
    assert found(sealed)[0] == ('log-root-differs', 0)


def test_a_history_written_anew_under_new_heads_has_no_signature(sealed):
    def forge(log):
        leaves = [flipped(e.leaf) for e in log.iterate()]
        log.chunks.clear()
        log.tiles.clear()
        log.size = 0
        log.append(leaves)
        for size in list(log.heads):
            head, root = log.heads[size], log.root(size)
            note = head_note(log.uid, size, root, head.time)
            log.heads[size] = Head(size, root, head.time, note, head.algorithm, head.key_id, head.signature)

    sealed.tamper(forge)
    assert [('log-head-forged', size - 1) for size in (100, 200, 300)] == [
        p for p in found(sealed) if p[0] == 'log-head-forged'
    ]


def test_a_stranger_key_cannot_be_slipped_in_unseen(sealed, tmp_path):
    stranger = KeyRing(tmp_path / 'stranger')
    stranger.create()
    sealed.do(lambda act: record(act, Event.LOGIN))
    with sealed.database.reading():
        pass
    seal_all(sealed.database, stranger, sealed.clock, sealed.folder.run)
    # Its public key came into the log with the head, so it checks: but it is named as not one of ours.
    assert ('log-key-unknown', 300) in found(sealed)


def test_the_end_cut_off_contradicts_the_last_head(sealed):
    def cut(log):
        leaves = [e.leaf for e in log.iterate(0, 250)]
        log.chunks.clear()
        log.tiles.clear()
        log.size = 0
        log.append(leaves)

    sealed.tamper(cut)
    assert ('log-truncated', 250) in found(sealed)


def test_the_end_cut_off_with_its_head_is_seen_by_whoever_kept_the_head(sealed):
    head = sealed.read(lambda log: log.head)
    sealed.tamper(lambda log: log.heads.pop(300) and None)
    assert ('log-head-missing', 200) in found(sealed)
    assert sealed.keys.verify(head.note.encode(), signature_of(head))


def test_a_missing_chunk_is_named_by_its_first_event(sealed):
    sealed.tamper(lambda log: log.chunks.pop(1) and None)
    assert ('log-event-missing', 64) in found(sealed)


def test_an_event_taken_out_is_named_where_the_numbers_end(sealed):
    def take(log):
        log.chunks[1].leaves = log.chunks[1].leaves[:-1]

    sealed.tamper(take)
    assert ('log-event-missing', 127) in found(sealed)


def test_a_damaged_hash_of_a_higher_level_is_found(sealed):
    sealed.tamper(lambda log: replace_hash(log, 1, 2, b'\0' * HASH))
    assert found(sealed) == [('log-tile-damaged', 128)]


def test_a_damaged_hash_of_the_lowest_level_is_named(sealed):
    sealed.tamper(lambda log: replace_hash(log, 0, 299, b'\0' * HASH))
    assert found(sealed) == [('log-event-changed', 299)]


def test_a_head_whose_note_was_changed_is_named(sealed):
    def forge(log):
        log.heads[200].time = '2020-01-01T00:00:00.000000Z'

    sealed.tamper(forge)
    assert found(sealed) == [('log-head-changed', 199)]


def test_an_unknown_key_is_not_a_false_signature(sealed, tmp_path):
    def forget(log):
        log.keys.clear()

    sealed.tamper(forget)
    report = verified(sealed, KeyRing(tmp_path / 'empty'))
    assert {p.code for p in report.problems} == {'log-head-not-checked'}
    assert 'unknown-key' in report.problems[0].detail
