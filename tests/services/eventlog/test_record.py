"""What an event says, and that it lives and dies with its transaction."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lantai.base.canonical import canonical_json
from lantai.base.clock import FixedClock
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.record import record
from tests.builders.eventlogs import LogWorld

NODE = SimpleNamespace(uid='0192-uid', type='item')


def test_an_event_is_canonical_json_of_who_what_when_and_through_which_door(tmp_path):
    world = LogWorld(tmp_path, clock=FixedClock(datetime(2026, 11, 24, 7, 0, 0, 12, tzinfo=UTC)))
    event_id = world.do(lambda act: record(act, Event.CONTENT_PUT, NODE, sha256='ab' * 32, size=5))
    world.seal()
    entry = world.read(lambda log: log.entries()[0])
    assert entry.index == 0
    assert entry.event == {
        'id': event_id, 'time': '2026-11-24T07:00:00.000012Z', 'actor': 'clerk', 'door': 'web',
        'act': 'content.put', 'object': '0192-uid', 'type': 'item', 'sha256': 'ab' * 32, 'size': 5,
    }  # fmt: skip
    assert entry.leaf == canonical_json(entry.event)
    world.close()


def test_an_event_without_an_object_says_so(world):
    world.do(lambda act: record(act, Event.LOGIN))
    world.seal()
    event = world.read(lambda log: log.entries()[0].event)
    assert event['object'] is None and event['type'] is None


def test_a_rolled_back_transaction_leaves_no_event(world):
    def refused(act):
        record(act, Event.NODE_EDIT, NODE)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        world.do(refused)
    world.do(lambda act: record(act, Event.NODE_MOVE, NODE))
    assert world.seal_all() == 1
    assert [e.event['act'] for e in world.read(lambda log: log.entries())] == ['node.move']


def test_a_rolled_back_savepoint_takes_only_its_own_events(world):
    def gathered(act):
        record(act, Event.NODE_CREATE, NODE)
        savepoint = act.manager.savepoint()
        record(act, Event.NODE_EDIT, NODE)
        record(act, Event.NODE_EDIT, NODE)
        savepoint.rollback()
        act.manager.savepoint()
        record(act, Event.NODE_MOVE, NODE)

    world.do(gathered)
    assert world.seal_all() == 2
    assert [e.event['act'] for e in world.read(lambda log: log.entries())] == ['node.create', 'node.move']


def test_the_events_of_a_shared_commit_are_one_stored_object(world):
    def gathered(act):
        for _ in range(10):
            act.manager.savepoint()
            record(act, Event.CONTENT_PUT, NODE)

    world.do(gathered)
    world.do(lambda act: record(act, Event.NODE_EDIT, NODE))
    batches = world.read(
        lambda log: [[len(b.leaves) for b in q._batches.values()] for q in log.queues.values() if q.next]
    )
    assert batches == [[10, 1]]


@pytest.mark.parametrize('name', ['title', 'path', 'comment', 'content', 'password', 'actor', 'time', 'act'])
def test_facts_that_must_stay_erasable_or_belong_to_the_log_are_refused(world, name):
    with pytest.raises(ValueError, match=name):
        world.do(
            lambda act: (
                record(act, Event.NODE_EDIT, NODE, **{name: 'x'})
                if name != 'act'
                else record(act, Event.NODE_EDIT, NODE, type='x')
            )
        )


@pytest.mark.parametrize('value', ['x' * 257, {'a': 1}, 1.5, b'x', ['ok', {'a': 1}]])
def test_facts_are_short_plain_values(world, value):
    with pytest.raises(ValueError, match='fact'):
        world.do(lambda act: record(act, Event.NODE_EDIT, NODE, fact=value))


def test_an_event_name_nobody_declared_is_refused(world):
    with pytest.raises(ValueError):
        world.do(lambda act: record(act, 'node.explode', NODE))


def test_consumed_events_are_trimmed_by_their_writer_and_only_those(world):
    for _ in range(5):
        world.do(lambda act: record(act, Event.NODE_EDIT, NODE))
    assert world.seal(limit=3) == 3
    world.do(lambda act: record(act, Event.NODE_MOVE, NODE))
    queued = world.read(
        lambda log: [json.loads(leaf)['act'] for q in log.queues.values() for _n, leaf in q.since(0)]
    )
    assert queued == ['node.edit', 'node.edit', 'node.move']
    assert world.seal_all() == 3
    world.do(lambda act: record(act, Event.NODE_MOVE, NODE))
    assert world.read(lambda log: [n for q in log.queues.values() for n, _leaf in q.since(0)]) == [6]
    assert world.seal_all() == 1
    acts = [e.event['act'] for e in world.read(lambda log: log.entries())]
    assert acts == ['node.edit'] * 5 + ['node.move'] * 2


def test_a_long_backlog_is_trimmed_a_little_at_each_append(world):
    for _ in range(60):
        world.do(lambda act: record(act, Event.NODE_EDIT, NODE))
    world.seal(limit=50)
    sizes = []
    for _ in range(5):
        world.do(lambda act: record(act, Event.NODE_EDIT, NODE))
        sizes.append(world.read(lambda log: sum(len(q._batches) for q in log.queues.values())))
    assert sizes == [45, 30, 15, 14, 15]
    assert world.seal_all() == 15


def test_a_second_transaction_of_one_thread_does_not_conflict_with_the_first(world):
    """As when a refusal is logged before the refused transaction is gone."""

    def outer(act):
        record(act, Event.NODE_EDIT, NODE)
        world.do(lambda inner: record(inner, Event.REFUSED, NODE))

    world.do(outer)
    assert world.seal_all() == 2
    world.do(outer)
    # Two lanes, used again and again: not one more for every transaction.
    assert world.read(lambda log: len([q for q in log.queues.values() if q.next])) == 2


def test_waiting_counts_what_is_recorded_and_not_sealed(world):
    world.do(lambda act: [record(act, Event.NODE_EDIT, NODE) for _ in range(3)])
    assert world.read(lambda log: log.waiting) == 3
    world.seal()
    assert world.read(lambda log: log.waiting) == 0


def test_installing_twice_keeps_the_log(world):
    from lantai.services.eventlog.log import install

    world.do(lambda act: record(act, Event.LOGIN))
    world.seal()
    world.database.transact(lambda repository, manager: install(repository) and None)
    with world.database.reading() as repository:
        assert event_log(repository).size == 1
