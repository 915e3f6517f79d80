"""Queues become the log: all of them, once, in order, with a signed head."""

import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from lantai.base.clock import FixedClock
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.eventlog.sealer import _alone
from lantai.services.eventlog.verify import verify_log
from lantai.services.signing.keyring import NoActiveKey
from tests.builders.eventlogs import LogWorld, signature_of

NODE = SimpleNamespace(uid='0192-uid', type='item')


def verified(world):
    return world.read(lambda log: verify_log(log, world.keys, signature_of))


def test_the_head_is_signed_and_says_size_and_root(world):
    world.do(lambda act: record(act, Event.LOGIN))
    assert world.seal() == 1
    head = world.read(lambda log: log.head)
    origin, size, _root64, root, stamp, empty = head.note.split('\n')
    assert origin.startswith('lantai/log/') and empty == ''
    assert (size, root, stamp) == ('1', f'root {head.root.hex()}', f'time {head.time}')
    assert world.keys.verify(head.note.encode(), signature_of(head))
    assert not world.keys.verify(head.note.replace('\n1\n', '\n2\n').encode(), signature_of(head))


def test_nothing_waiting_makes_no_head(world):
    assert world.seal() == 0
    assert world.read(lambda log: log.head) is None
    world.do(lambda act: record(act, Event.LOGIN))
    world.seal_all()
    world.seal_all()
    assert world.read(lambda log: list(log.heads)) == [1]


def test_passes_are_bounded_and_nothing_is_left(world):
    world.do(lambda act: [record(act, Event.NODE_EDIT, NODE, n=i) for i in range(700)])
    assert world.seal(limit=300) == 300
    assert world.seal_all(limit=300) == 400
    assert [e.event['n'] for e in world.read(lambda log: log.entries())] == list(range(700))
    assert world.read(lambda log: list(log.heads)) == [300, 600, 700]
    assert verified(world).ok


def test_one_pass_puts_the_writers_events_in_order_of_time(tmp_path):
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    world = LogWorld(tmp_path, clock=clock)
    turn = threading.Barrier(3)

    def write(position):
        for step in range(20):
            turn.wait()
            for mover in range(3):
                if mover == position:
                    clock.moment += timedelta(milliseconds=1)
                    world.do(lambda act, n=step * 3 + position: record(act, Event.NODE_EDIT, NODE, n=n))
                turn.wait()

    threads = [threading.Thread(target=write, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.seal_all()
    assert world.read(lambda log: len([q for q in log.queues.values() if q.next])) == 3
    assert [e.event['n'] for e in world.read(lambda log: log.entries())] == list(range(60))
    world.close()


def test_a_writers_own_order_is_kept_even_when_its_clock_goes_back(tmp_path):
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    world = LogWorld(tmp_path, clock=clock)
    for n in range(5):
        clock.moment -= timedelta(days=n)
        world.do(lambda act, n=n: record(act, Event.NODE_EDIT, NODE, n=n))
    world.seal()
    assert [e.event['n'] for e in world.read(lambda log: log.entries())] == list(range(5))
    world.close()


def test_threads_write_and_the_sealer_seals_without_one_conflict(durable_world):
    """`do` retries nothing: a single conflict fails this test."""
    world = durable_world
    failures, done = [], threading.Event()

    def write(name):
        try:
            for n in range(60):
                world.do(lambda act, n=n: record(act, Event.NODE_EDIT, NODE, n=n), actor=name)
        except BaseException as error:
            failures.append(error)

    sealed = []

    def keep_sealing():
        try:
            while not done.is_set():
                sealed.append(world.seal(limit=50))
                time.sleep(0.002)
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(f'w{i}',)) for i in range(6)]
    sealer = threading.Thread(target=keep_sealing)
    for thread in [sealer, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    sealer.join()
    assert failures == []
    assert sum(sealed) > 0
    world.seal_all()
    events = world.read(lambda log: [e.event for e in log.iterate()])
    assert len(events) == 360 and len({e['id'] for e in events}) == 360
    for i in range(6):
        assert [e['n'] for e in events if e['actor'] == f'w{i}'] == list(range(60))
    assert verified(world).ok


def test_two_sealers_at_once_seal_everything_once(durable_world):
    world = durable_world
    world.do(lambda act: [record(act, Event.NODE_EDIT, NODE, n=i) for i in range(900)])
    failures, counts = [], []

    def keep_sealing():
        try:
            while world.read(lambda log: log.waiting):
                counts.append(world.seal(limit=40))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=keep_sealing) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and sum(counts) == 900
    assert [e.event['n'] for e in world.read(lambda log: list(log.iterate()))] == list(range(900))
    assert verified(world).ok


def test_a_second_sealer_leaves_the_work_to_the_first(world):
    world.do(lambda act: record(act, Event.LOGIN))
    with _alone(world.folder.run) as mine:
        assert mine
        assert world.seal() == 0
    assert world.seal() == 1


def test_without_a_key_the_events_wait_and_nothing_is_lost(world):
    world.do(lambda act: record(act, Event.LOGIN))
    active = world.folder.keys / 'active'
    active.rename(world.folder.keys / 'away')
    with pytest.raises(NoActiveKey):
        world.seal()
    assert world.read(lambda log: (log.size, log.waiting)) == (0, 1)
    (world.folder.keys / 'away').rename(active)
    assert world.seal() == 1


def test_the_log_keeps_the_public_key_of_every_head_through_rotation(world):
    for _ in range(2):
        world.do(lambda act: record(act, Event.LOGIN))
        world.seal()
        world.keys.rotate()
    world.do(lambda act: record(act, Event.LOGIN))
    world.seal()
    assert world.read(lambda log: len(log.keys)) == 3
    for path in world.folder.keys.glob('*.pem'):
        path.unlink()
    from lantai.services.signing.keyring import KeyRing

    report = world.read(lambda log: verify_log(log, KeyRing(world.folder.keys), signature_of))
    assert report.ok and report.heads == 3


def test_the_log_knows_from_where_to_where_a_day_reaches(tmp_path):
    clock = FixedClock(datetime(2026, 1, 1, 23, 59, tzinfo=UTC))
    world = LogWorld(tmp_path, clock=clock)
    for days in (0, 0, 1, 1, -1, 5):
        clock.moment = datetime(2026, 1, 1, 23, 59, tzinfo=UTC) + timedelta(days=days)
        world.do(lambda act: record(act, Event.LOGIN))
        world.seal()
    assert world.read(lambda log: dict(log.days)) == {
        '2025-12-31': (4, 4),
        '2026-01-01': (0, 1),
        '2026-01-02': (2, 3),
        '2026-01-06': (5, 5),
    }
    clock.moment = datetime(2026, 1, 1, tzinfo=UTC)
    world.do(lambda act: record(act, Event.LOGIN))
    world.seal()
    assert world.read(lambda log: log.days['2026-01-01']) == (0, 6)
    world.close()
