"""A job step by step: counted right, honest about how it ended, and never in two hands."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.base.canonical import canonical_json
from lantai.base.errors import Forbidden
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.sealer import seal_all
from lantai.services.jobs import service
from lantai.services.jobs.model import MOST_LINES, Job, State, jobs_of
from lantai.services.jobs.running import MOST_CRASHES, Runner, finish
from tests.builders import jobs as _kinds  # noqa: F401 (registers them)


@pytest.fixture
def make(acting):
    def make(kind, person='clerk', **params):
        with acting(person) as act:
            return service.create(act, kind, params).id

    return make


@pytest.fixture
def see(acting):
    def see(job_id, person='clerk'):
        with acting(person) as act:
            return service.view(act, service.by_id(act, job_id))

    return see


def balanced(view):
    return view['done'] + view['skipped'] + view['failed'] == view['total']


def test_a_job_is_done_step_by_step_and_counts_everything(site, make, see):
    job_id = make('test-count', n=20)
    assert see(job_id)['state'] == 'waiting'
    Runner(site).run(job_id, seconds=60)
    view = see(job_id)
    assert (view['state'], view['done'], view['skipped'], view['failed'], view['total']) == (
        'done',
        14,
        4,
        2,
        20,
    )
    assert [(line['code'], line['path']) for line in view['report']] == [
        ('seventh', '/6'),
        ('seventh', '/13'),
    ]
    assert view['started'] and view['finished']


def test_what_is_looked_up_before_a_step_is_that_steps(site, make, see):
    job_id = make('test-look', n=3)
    Runner(site).run(job_id, seconds=60)
    assert [line['path'] for line in see(job_id)['report']] == ['0', '10', '20']


def test_a_turn_ends_after_its_time_and_the_next_goes_on(site, make, see):
    job_id, turns = make('test-count', n=20), 0
    while see(job_id)['state'] != 'done':
        Runner(site).run(job_id, seconds=0)
        turns += 1
    assert turns > 5 and balanced(see(job_id))


def test_a_refusal_ends_the_job_with_its_reasons_and_without_the_step(site, make, see):
    job_id = make('test-refused', n=5)
    Runner(site).run(job_id, seconds=60)
    view = see(job_id)
    assert (view['state'], view['done'], view['skipped'], view['failed']) == ('failed', 1, 4, 0)
    assert [line['code'] for line in view['report']] == ['forbidden', 'too-late', 'not-reached']


def test_a_mistake_in_the_program_ends_the_job_and_tells_no_secrets(site, make, see, caplog):
    job_id = make('test-broken', n=5)
    Runner(site).run(job_id, seconds=60)
    view = see(job_id)
    assert (view['state'], view['report'][0]['code']) == ('failed', 'internal') and balanced(view)
    assert 'ZeroDivisionError' in caplog.text
    assert 'ZeroDivision' not in str(view['report'])


def test_a_job_that_leaves_something_out_is_not_called_done(site, make, see):
    job_id = make('test-short', n=5)
    Runner(site).run(job_id, seconds=60)
    view = see(job_id)
    assert (view['state'], view['done'], view['skipped']) == ('failed', 1, 4)


def test_a_kind_nobody_knows_any_more_fails(site, make, see, acting):
    job_id = make('test-count', n=5)
    with acting('machine') as act:
        jobs_of(act.repository).by_id[job_id].kind = 'forgotten'
    Runner(site).run(job_id, seconds=60)
    assert see(job_id)['report'][0]['code'] == 'unknown-kind'


def test_cancelling_stops_before_the_next_step_and_keeps_what_was_done(site, make, see, acting):
    job_id = make('test-count', n=20)
    runner = Runner(site)
    for _ in range(3):
        runner.run(job_id, seconds=0)
    with acting('clerk') as act:
        service.cancel(act, job_id)
    assert see(job_id)['cancelling']
    runner.run(job_id, seconds=60)
    view = see(job_id)
    assert view['state'] == 'cancelled' and view['done'] == 5 and balanced(view)
    with acting('clerk') as act, pytest.raises(service.JobFinished):
        service.cancel(act, job_id)


def test_cancelling_while_a_step_runs_conflicts_with_nothing(site, make, see, acting):
    job_id = make('test-count', n=400, pause=0.001)
    runner = Runner(site)
    thread = threading.Thread(target=runner.run, args=(job_id, 60))
    thread.start()
    with acting('clerk') as act:
        service.cancel(act, job_id)
    thread.join()
    assert see(job_id)['state'] == 'cancelled'


def test_two_runners_at_once_do_every_step_once(site, make, see):
    job_id = make('test-count', n=60, pause=0.002)
    runners = [Runner(site), Runner(site)]

    def work(runner):
        for _ in range(200):
            if see(job_id)['state'] == 'done':
                return
            runner.run(job_id, seconds=0.01)

    threads = [threading.Thread(target=work, args=(runner,)) for runner in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = see(job_id)
    assert view['state'] == 'done' and balanced(view) and view['total'] == 60
    assert len(view['report']) == view['failed'] == 8


def test_a_runner_that_lost_the_job_cannot_write_a_step(site, make, see, acting):
    job_id = make('test-count', n=20)
    slow = Runner(site)
    slow._take(job_id)
    Runner(site)._take(job_id)
    assert slow._step(job_id) is False
    assert see(job_id)['done'] == 0


def test_a_job_over_which_the_program_dies_again_and_again_is_given_up(site, make, see):
    job_id = make('test-count', n=20)
    for _ in range(MOST_CRASHES):
        Runner(site)._take(job_id)
    assert Runner(site).run(job_id, seconds=60) is False
    view = see(job_id)
    assert (view['state'], view['report'][0]['code']) == ('failed', 'crashed')


def test_dying_now_and_then_while_getting_on_is_no_reason_to_give_up(site, make, see):
    job_id = make('test-count', n=20)
    Runner(site).run(job_id, seconds=0)
    for _ in range(MOST_CRASHES + 2):
        dying = Runner(site)
        dying._take(job_id)
        dying._step(job_id)
    Runner(site).run(job_id, seconds=60)
    assert see(job_id)['state'] == 'done'


def test_a_job_of_a_person_who_left_does_nothing_more(site, make, see, acting):
    job_id = make('test-count', n=20)
    with acting('machine') as act:
        act.repository.room('people').get('clerk').disabled = True
    Runner(site).run(job_id, seconds=60)
    with site.database.reading() as repository:
        job = jobs_of(repository).by_id[job_id]
        assert (job.state, job.done, job.lines[0]['code']) == ('failed', 0, 'forbidden')


def test_a_command_runs_a_job_to_its_end_as_the_machines_user(site, make, see):
    job_id = make('test-count', person='machine', n=20)
    Runner(site).run_to_end(job_id)
    assert see(job_id, 'machine')['state'] == 'done'


class TestWhoSeesWhat:
    def test_a_job_is_its_makers(self, make, acting):
        job_id = make('test-count', n=5)
        for person in ('clerk2', 'manager', 'auditor', 'outsider'):
            with acting(person) as act, pytest.raises(service.UnknownJob):
                service.by_id(act, job_id)

    def test_the_system_administrator_sees_that_it_runs_and_not_what_it_names(self, site, make, acting, see):
        job_id = make('test-count', n=20)
        Runner(site).run(job_id, seconds=60)
        view = see(job_id, 'sysadmin')
        assert view['failed'] == 2 and view['report'] == []

    def test_lists(self, site, make, acting):
        mine, other = make('test-count', n=5), make('test-count', person='clerk2', n=5)
        with acting('clerk') as act:
            assert [job.id for job in service.mine(act)] == [mine]
            assert service.unread(act) == 1
            with pytest.raises(Forbidden):
                service.under_way(act)
        with acting('sysadmin') as act:
            assert [job.id for job in service.under_way(act)] == [other, mine]

    def test_a_finished_job_stays_until_its_maker_has_read_it(self, site, make, acting):
        job_id = make('test-count', n=5)
        with acting('clerk') as act:
            service.mark_read(act, job_id)
            assert service.unread(act) == 1, 'it has not finished'
        Runner(site).run(job_id, seconds=60)
        with acting('sysadmin') as act:
            service.mark_read(act, job_id)
        with acting('clerk') as act:
            assert service.unread(act) == 1
            service.mark_read(act, job_id)
            assert service.unread(act) == 0


def test_programs_get_plain_values_in_their_language(site, make, acting):
    job_id = make('test-short', n=3)
    Runner(site).run(job_id, seconds=60)
    with acting('clerk') as act:
        value = service.as_json(act, service.by_id(act, job_id), lambda message: message.interpolate())
    assert {**value, 'report': None} == {
        'id': job_id,
        'state': 'failed',
        'done': 1,
        'skipped': 2,
        'failed': 0,
        'total': 3,
        'report': None,
    }
    assert value['report'] == [{'code': 'not-reached', 'message': 'Not reached: 2', 'uid': '', 'path': ''}]
    assert canonical_json(value)


def test_making_cancelling_and_finishing_are_in_the_log(site, make, acting):
    job_id = make('test-count', n=5)
    with acting('clerk') as act:
        service.cancel(act, job_id)
        service.cancel(act, job_id)
    Runner(site).run(job_id, seconds=60)
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    with site.database.reading() as repository:
        events = [e.event for e in event_log(repository).iterate() if e.event.get('job') == job_id]
    assert [event['act'] for event in events] == ['job.create', 'job.cancel', 'job.finish']
    assert events[-1]['state'] == 'cancelled' and events[-1]['skipped'] == 0


def test_an_unknown_kind_is_a_mistake_of_the_caller(acting):
    with acting('clerk') as act, pytest.raises(ValueError):
        service.create(act, 'no-such-kind')


@settings(deadline=None)
@given(
    st.none() | st.integers(0, 50),
    st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.sampled_from([State.DONE, State.FAILED, State.CANCELLED]),
)
def test_however_it_ends_the_counts_add_up(total, done, skipped, failed, state):
    from types import SimpleNamespace
    from unittest import mock

    from lantai.base.clock import SystemClock
    from lantai.services.jobs.model import Jobs

    job, jobs = Job('x', {}, 'clerk', SystemClock().now()), Jobs()
    jobs.add(job)
    job.total = total
    job.count(done=done, skipped=skipped)
    for _ in range(failed):
        job.fail('x', 'x')
    act = SimpleNamespace(clock=SystemClock(), repository=SimpleNamespace(room=lambda name: jobs))
    with mock.patch('lantai.services.jobs.running.record'):
        finish(act, job, state)
    assert job.done + job.skipped + job.failed == job.total
    assert job.is_finished and not jobs.open
    assert (job.done, job.failed) == (done, failed)
    if total is not None and done + skipped + failed < total:
        assert job.state != State.DONE


def test_a_report_beyond_measure_is_counted():
    from lantai.base.clock import SystemClock

    job = Job('x', {}, 'clerk', SystemClock().now())
    for _ in range(MOST_LINES + 5):
        job.fail('x', 'x')
    assert (len(job.lines), job.more_lines, job.failed) == (MOST_LINES, 5, MOST_LINES + 5)
