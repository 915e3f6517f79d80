"""A large batch is filed by a job: progress, one transaction at the end, refusals that say why."""

import pytest

from lantai.features.filing import service
from lantai.features.filing.code import parse
from lantai.features.filing.errors import BatchChanged
from lantai.features.filing.model import batches_of
from lantai.services.jobs import service as jobs
from lantai.services.jobs.running import Runner
from tests.builders.filing import approved


@pytest.fixture
def batch_id(office, acting):
    with acting('machine') as act:
        uids = [approved(act, f'件{n:03}').uid for n in range(45)]
    with acting('archivist') as act:
        items = [act.repository.by_uid(uid) for uid in uids]
        return service.open_batch(act, act.repository['Z109'], '', items).id


@pytest.fixture
def job_id(batch_id, acting):
    with acting('archivist') as act:
        return service.confirm_later(act, service.find(act, batch_id), comment='归档').id


def view(acting, job_id):
    with acting('archivist') as act:
        return jobs.view(act, jobs.by_id(act, job_id))


def test_all_are_filed_in_one_transaction_at_the_end(office, acting, batch_id, job_id):
    runner, seen = Runner(office), []
    while runner.run(job_id, seconds=0):
        with acting('archivist') as act:
            seen.append((view(acting, job_id)['done'], len(batches_of(act.repository).codes)))
    assert [done for done, _filed in seen] == [0, 20, 40, 45, 45]
    assert [filed for _done, filed in seen] == [0, 0, 0, 0, 45]
    assert view(acting, job_id)['state'] == 'done'
    with acting('archivist') as act:
        batch = service.find(act, batch_id)
        numbers = [parse(item.reference_code).number for item in service.items_of(act, batch)]
        assert (batch.state, batch.job, numbers) == ('filed', '', list(range(1, 46)))


def test_while_it_runs_nobody_changes_the_batch(acting, batch_id, job_id):
    with acting('archivist') as act:
        batch = service.find(act, batch_id)
        for change in (
            lambda: service.confirm(act, batch),
            lambda: service.remove(act, batch, batch.items[:1]),
            lambda: service.confirm_later(act, batch),
        ):
            with pytest.raises(BatchChanged):
                change()


def test_one_that_is_not_ready_stops_all_and_the_report_names_it(office, acting, batch_id, job_id):
    with acting('machine') as act:
        item = act.repository.by_uid(service.find(act, batch_id).items[30])
        item.metadata = {**item.metadata, 'author': ''}
        uid = item.uid
    Runner(office).run_to_end(job_id)
    found = view(acting, job_id)
    assert (found['state'], found['done'], found['failed'], found['skipped'], found['total']) == (
        'failed',
        0,
        1,
        44,
        45,
    )
    assert [(line['code'], line['uid']) for line in found['report']] == [('required', uid)]
    with acting('archivist') as act:
        batch = service.find(act, batch_id)
        assert (batch.state, len(batches_of(act.repository).codes)) == ('open', 0)
        service.remove(act, batch, [uid])
        service.confirm(act, batch)
        assert len(batches_of(act.repository).codes) == 44


def test_run_again_after_it_was_filed_it_changes_nothing(office, acting, batch_id, job_id):
    with acting('archivist') as act:
        service.confirm_now(act, service.find(act, batch_id))
    Runner(office).run_to_end(job_id)
    with acting('archivist') as act:
        assert len(batches_of(act.repository).codes) == 45
