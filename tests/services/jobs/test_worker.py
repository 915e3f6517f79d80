"""The threads beside the server: they seal, follow, work and stop; killed, everything goes on afterwards."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lantai.base.digests import sm3_of_file
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.record import record
from lantai.services.eventlog.verify import verify_log
from lantai.services.jobs import housekeeping, registry, service
from lantai.services.jobs.digests import Digests
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.worker import Worker, work_off
from tests.builders import jobs as functions
from tests.builders.eventlogs import signature_of

ROOT = Path(__file__).parents[3]


@pytest.fixture
def worker(site):
    """A worker that is stopped at the end whatever happens."""
    workers = []

    def start(**options):
        site.worker = Worker(site, pause=options.pop('pause', 0.05), **options)
        workers.append(site.worker)
        site.worker.start()
        return site.worker

    yield start
    for started in workers:
        started.stop()


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, 'waited in vain'
        time.sleep(0.02)


def log_size(site):
    with site.database.reading() as repository:
        return event_log(repository).size


def state(acting, job_id):
    with acting('clerk') as act:
        return service.by_id(act, job_id).state


def test_it_seals_and_works_and_lets_followers_follow(site, acting, worker):
    seen, idled = [], threading.Event()

    class Following:
        def step(self):
            new = log_size(site) - len(seen)
            seen.extend([None] * new)
            return new

        def idle(self):
            idled.set()

    worker(followers=[Following()])
    with acting('clerk') as act:
        job_id = service.create(act, 'test-count', {'n': 20}).id
    wait_until(lambda: state(acting, job_id) == 'done')
    wait_until(lambda: seen and len(seen) == log_size(site))
    assert idled.wait(5)


def test_a_new_job_wakes_it(site, acting, worker):
    started = worker(pause=60)
    wait_until(lambda: all(not loop._woken.is_set() for loop in started._loops))
    time.sleep(0.2)
    with acting('clerk') as act:
        job_id = service.create(act, 'test-count', {'n': 20}).id
    wait_until(lambda: state(acting, job_id) == 'done', seconds=5)


def test_stopping_is_quick_and_seals_what_is_there(site, acting, worker):
    started = worker(pause=60)
    with acting('clerk') as act:
        service.create(act, 'test-count', {'n': 100_000, 'pause': 0.05})
    time.sleep(0.3)
    with acting('clerk') as act:
        record(act, Event.LOGIN)
    began = time.monotonic()
    started.stop()
    assert time.monotonic() - began < 3
    assert not any(loop.is_alive() for loop in started._loops)
    with site.database.reading() as repository:
        assert event_log(repository).waiting == 0


def test_stopping_does_not_wait_for_what_is_being_computed(site, acting, worker):
    def compute_long(site, snapshot):
        return functions_child(30)

    from lantai.services.jobs.children import compute

    def functions_child(seconds):
        return compute(functions.sleep, seconds)

    registry.job('test-compute', title='Compute', start=functions.begin, look=compute_long)(functions.count)
    started = worker()
    with acting('clerk') as act:
        job_id = service.create(act, 'test-compute', {'n': 5}).id
    wait_until(lambda: state(acting, job_id) == 'running')
    time.sleep(0.5)
    began = time.monotonic()
    started.stop()
    assert time.monotonic() - began < 5
    assert state(acting, job_id) == 'running', 'it was interrupted, it did not fail'


def test_an_error_in_one_work_shows_and_stops_no_other(site, acting, worker, caplog):
    class Failing:
        def step(self):
            raise OSError('the index is away')

        def idle(self):
            raise AssertionError

    started = worker(followers=[Failing()])
    with acting('clerk') as act:
        job_id = service.create(act, 'test-count', {'n': 20}).id
    wait_until(lambda: state(acting, job_id) == 'done')
    wait_until(lambda: started.troubles == {'sealing': 'OSError'})
    assert 'the index is away' in caplog.text


def test_a_long_job_does_not_keep_a_short_one_waiting(site, acting, worker, monkeypatch):
    monkeypatch.setattr('lantai.services.jobs.worker.TURN', 0.1)
    worker()
    with acting('clerk') as act:
        long = service.create(act, 'test-count', {'n': 100_000, 'pause': 0.01}).id
        short = service.create(act, 'test-count', {'n': 6}).id
    wait_until(lambda: state(acting, short) == 'done')
    assert state(acting, long) == 'running'


def test_without_a_worker_a_command_works_everything_off(site, acting, monkeypatch):
    filed, _ = put_item(site, acting, b'abc')
    with acting('clerk') as act:
        job_id = service.create(act, 'test-count', {'n': 20}).id
    steps = []

    class Following:
        def step(self):
            size = log_size(site)
            new, steps[:] = size - len(steps), [None] * size
            return new

    monkeypatch.setattr(registry, 'followers', lambda site: [Following()])
    work_off(site)
    assert state(acting, job_id) == 'done'
    with site.database.reading() as repository:
        assert repository.by_uid(filed).sm3
        assert event_log(repository).waiting == 0
        assert len(steps) == event_log(repository).size


class TestRegistry:
    def test_two_claims_to_one_name_are_refused(self):
        with pytest.raises(ValueError, match='test-count'):
            registry.job('test-count', title='Other')(functions.add)
        registry.periodic('test-once', 5)(functions.sleep)
        with pytest.raises(ValueError, match='test-once'):
            registry.periodic('test-once', 5)(functions.add)
        registry.all_periodic()
        registry._periodic.pop('test-once')

    def test_the_same_claim_again_is_none(self):
        registry.job('test-count', title='Count', start=functions.begin)(functions.count)
        assert registry.kind('test-count').step is functions.count


KILLED = """
import sys, time
from pathlib import Path
from lantai.app.opening import open_site
from lantai.services.jobs import service
from lantai.services.jobs.worker import Worker
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from tests.builders import jobs

folder = DataFolder(Path(sys.argv[1]))
site = open_site(folder, Settings(), create=not folder.exists())
actor = machine_user('test')
with site.reading(actor) as act:
    mine = [job.id for job in service.mine(act)]
if not mine:
    mine = [site.transact(lambda act: service.create(act, 'test-count', {'n': 150, 'pause': 0.01}).id, actor)]
site.worker = Worker(site, pause=0.05)
site.worker.start()
while True:
    with site.reading(actor) as act:
        job = service.view(act, service.by_id(act, mine[0]))
    print(job['state'], job['done'] + job['skipped'] + job['failed'], len(job['report']), flush=True)
    if job['state'] not in ('waiting', 'running'):
        site.close()
        sys.exit(0)
    time.sleep(0.02)
"""


def test_killed_in_the_middle_the_job_goes_on_where_it_was(tmp_path):
    """Twice killed with kill -9, then let finish: every object is counted once, and the log is whole."""
    environment = {**os.environ, 'PYTHONPATH': f'{ROOT / "src"}{os.pathsep}{ROOT}'}
    reached = []
    for kill_at in (20, 60, None):
        process = subprocess.Popen(
            [sys.executable, '-c', KILLED, str(tmp_path / 'data')],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        last = None
        for line in process.stdout:
            last = line.split()
            if kill_at is not None and int(last[1]) >= kill_at:
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.close()
        process.wait()
        reached.append(int(last[1]))
        assert process.returncode == (0 if kill_at is None else -signal.SIGKILL)
    assert last == ['done', '150', '21']
    assert reached[0] < reached[1] < 150

    from lantai.app.opening import open_site
    from lantai.services.settings import Settings
    from lantai.store.folder import DataFolder

    site = open_site(DataFolder(tmp_path / 'data'), Settings())
    with site.database.reading() as repository:
        log = event_log(repository)
        assert verify_log(log, site.keys, signature_of).ok and log.waiting == 0
        assert not jobs_of(repository).open
    site.close()


class TestPeriodicWork:
    @pytest.fixture
    def ticking(self, monkeypatch):
        runs = []
        work = registry.Periodic('test-tick', 3600, lambda site: runs.append(site))
        monkeypatch.setattr(housekeeping, 'all_periodic', lambda: [work])
        return runs

    def age(self, site, seconds):
        moment = time.time() - seconds
        os.utime(site.folder.run / 'periodic' / 'test-tick', (moment, moment))

    def test_it_is_due_after_its_period_and_then_not_again(self, site, ticking):
        assert housekeeping.run_due(site) == 0
        self.age(site, 3601)
        assert housekeeping.run_due(site) == 1
        assert housekeeping.run_due(site) == 0
        assert ticking == [site]

    def test_two_who_look_at_once_do_it_once(self, site, ticking):
        housekeeping.run_due(site)
        self.age(site, 3601)
        threads = [threading.Thread(target=housekeeping.run_due, args=(site,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ticking) == 1

    def test_nothing_is_begun_while_stopping(self, site, ticking):
        housekeeping.run_due(site)
        self.age(site, 3601)
        assert housekeeping.run_due(site, lambda: True) == 0


def put_item(site, acting, data, filed=True):
    """An item with one component whose state change is logged as the engine does it."""
    with acting('machine') as act:
        series = act.repository['Z109']['WS']['2026']['D30']['BGS']
        item = factory.create(act, series, 'item', f'{len(data)}.txt')
        component = factory.create(act, item, 'component', f'{len(data)}.txt')
        received = act.site.contents.receive([data])
        component.version, component.size, component.sha256 = 1, received.size, received.sha256
        act.site.contents.keep(act.manager, received, component.content_key)
        if filed:
            record(act, Event.TRANSITION, item, step='file', **{'from': 'approved', 'to': 'filed'})
        uid, key = component.uid, component.content_key
    return uid, key


def seal(site):
    from lantai.services.eventlog.sealer import seal_all

    seal_all(site.database, site.keys, site.clock, site.folder.run)


class TestDigests:
    @pytest.fixture
    def digests(self, site):
        digests = Digests(site)
        yield digests
        digests.close()

    def sm3(self, site, uid):
        with site.database.reading() as repository:
            return repository.by_uid(uid).sm3

    def test_what_was_filed_gets_its_sm3_and_what_was_not_does_not(self, site, acting, digests):
        filed, key = put_item(site, acting, b'abc')
        draft, _ = put_item(site, acting, b'abcd', filed=False)
        seal(site)
        while digests.step():
            pass
        # GB/T 32905, example 1
        expected = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
        assert self.sm3(site, filed) == expected == sm3_of_file(site.contents.path(key))
        assert self.sm3(site, draft) is None

    def test_it_goes_on_where_it_was_and_does_nothing_twice(self, site, acting, digests):
        put_item(site, acting, b'a')
        seal(site)
        while digests.step():
            pass
        with site.database.reading() as repository:
            assert jobs_of(repository).places['sm3'].next == event_log(repository).size
        assert digests.step() == 0

    def test_a_missing_content_keeps_no_other_waiting(self, site, acting, digests, caplog):
        lost, key = put_item(site, acting, b'lost')
        other, _ = put_item(site, acting, b'other')
        site.contents.path(key).unlink()
        seal(site)
        while digests.step():
            pass
        assert self.sm3(site, lost) is None and self.sm3(site, other)
        assert key in caplog.text


class TestSweeping:
    def test_contents_nobody_names_go_and_those_named_stay(self, site, acting):
        _uid, key = put_item(site, acting, b'kept')
        orphan = site.contents.path('0192f000-0000-7000-8000-00000000abcd.1')
        orphan.parent.mkdir(parents=True)
        orphan.write_bytes(b'orphan')
        earlier = site.contents.path(key).with_name(key.replace('.1', '.0'))
        earlier.write_bytes(b'a version that was replaced')
        fresh = orphan.with_name('0192f000-0000-7000-8000-00000001abcd.1')
        fresh.write_bytes(b'an upload under way')
        for path in (orphan, earlier, site.contents.path(key)):
            os.utime(path, (0, 0))
        housekeeping.sweep_contents(site)
        assert not orphan.exists() and not earlier.exists()
        assert site.contents.path(key).exists() and fresh.exists()

    def test_expired_sessions_go(self, site, acting):
        from datetime import timedelta

        from lantai.services.security.sessions import Lifetimes

        lifetimes = Lifetimes.from_settings(site.settings)
        with acting('machine') as act:
            sessions = act.repository.room('sessions')
            sessions.start('clerk', 1, site.clock.now(), lifetimes)
        site.clock.moment += timedelta(days=2)
        with acting('machine') as act:
            act.repository.room('sessions').start('manager', 1, site.clock.now(), lifetimes)
        housekeeping.sweep_sessions(site)
        with site.database.reading() as repository:
            sessions = repository.room('sessions')
            assert (len(list(sessions.of('clerk'))), len(list(sessions.of('manager')))) == (0, 1)
