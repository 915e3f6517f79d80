from datetime import UTC, datetime, timedelta

import pytest

from lantai.base.clock import FixedClock
from lantai.doors.dav import locks as module
from lantai.doors.dav.locks import (
    Locks,
    below,
    conflicting,
    covering,
    install,
    missing,
    parse_lock_token,
    parse_timeout,
)
from lantai.store.tree import Container, Repository

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ('header', 'seconds'),
    [
        (None, 600),
        ('', 600),
        ('nonsense', 600),
        ('Second-', 600),
        ('Second-0', 600),
        ('Second--5', 600),
        ('Second-180', 180),
        ('second-1', 1),
        ('Second-4100000000', 3600),
        ('Infinite', 3600),
        ('Infinite, Second-10', 3600),
        ('junk, Second-10', 10),
        ('Second-99999999999999999999', 600),
    ],
)
def test_timeouts(header, seconds):
    assert parse_timeout(header) == seconds


@pytest.mark.parametrize('header', ['<urn:uuid:1>', ' <urn:uuid:1> ', 'urn:uuid:1'])
def test_a_bare_token_is_read_too(header):
    assert parse_lock_token(header) == 'urn:uuid:1'


@pytest.fixture
def tree():
    repository = Repository('r', FixedClock(NOW))
    install(repository)
    top, middle, leaf = Container(), Container(), Container()
    for parent, child, name in ((repository, top, 'top'), (top, middle, 'middle'), (middle, leaf, 'leaf')):
        parent.add(child, name)
        repository.objects[child.uid] = child
    return repository, top, middle, leaf


def lock(locks: Locks, node, person='a', exclusive=True, infinite=True, timeout=60):
    return locks.add(
        node.uid, person, exclusive=exclusive, infinite=infinite, owner='', timeout=timeout, now=NOW
    )


def test_an_infinite_lock_covers_what_is_below(tree):
    repository, top, _middle, leaf = tree
    locks = repository.room(module.ROOM)
    made = lock(locks, top)
    assert covering(locks, leaf, NOW) == covering(locks, top, NOW) == [made]
    assert covering(locks, repository, NOW) == []
    assert below(locks, repository, repository, NOW) == [made]
    assert below(locks, repository, top, NOW) == []


def test_a_lock_of_depth_zero_covers_itself_alone(tree):
    repository, _top, middle, leaf = tree
    locks = repository.room(module.ROOM)
    made = lock(locks, middle, infinite=False)
    assert covering(locks, middle, NOW) == [made]
    assert covering(locks, leaf, NOW) == [] == module.reaching_new_members(locks, middle, NOW)


def test_an_ended_lock_is_gone_at_once_and_swept_by_the_next(tree):
    repository, _top, _middle, leaf = tree
    locks = repository.room(module.ROOM)
    ended = lock(locks, leaf, timeout=1)
    later = NOW + timedelta(seconds=1)
    assert locks.get(ended.token, later) is None
    assert covering(locks, leaf, later) == []
    locks.sweep(later)
    assert list(locks.living(NOW)) == []


def test_refreshing_keeps_the_token(tree):
    repository, _top, _middle, leaf = tree
    locks = repository.room(module.ROOM)
    renewed = locks.refresh(lock(locks, leaf, timeout=1), 60, NOW + timedelta(seconds=1))
    assert locks.get(renewed.token, NOW + timedelta(seconds=30)) == renewed


def test_token_and_person_must_match(tree):
    repository, _top, _middle, leaf = tree
    locks = repository.room(module.ROOM)
    made = lock(locks, leaf, person='a')
    assert missing([made], frozenset({made.token}), 'a') == []
    assert missing([made], frozenset({made.token}), 'b') == [made]
    assert missing([made], frozenset(), 'a') == [made]


def test_one_token_of_several_shared_locks_is_enough(tree):
    repository, _top, _middle, leaf = tree
    locks = repository.room(module.ROOM)
    first, second = lock(locks, leaf, 'a', exclusive=False), lock(locks, leaf, 'b', exclusive=False)
    assert missing([first, second], frozenset({second.token}), 'b') == []
    assert conflicting([first, second], exclusive=False) == []
    assert conflicting([first], exclusive=True) == [first]


def test_removing_one_of_two_leaves_the_other(tree):
    repository, _top, _middle, leaf = tree
    locks = repository.room(module.ROOM)
    first, second = lock(locks, leaf, 'a', exclusive=False), lock(locks, leaf, 'b', exclusive=False)
    locks.remove(first)
    assert locks.on(leaf.uid, NOW) == [second]
    locks.remove(second)
    assert locks.on(leaf.uid, NOW) == []
