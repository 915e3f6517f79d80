"""Verifying as a job: the same findings, in stretches, and nothing shown to who may not see it."""

import pytest

from lantai.base.errors import Forbidden
from lantai.features.verification import jobs, service
from lantai.features.verification.model import verifications_of
from lantai.services.jobs import service as job_service
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.running import Runner


def run(archive, acting, person, seconds=60):
    with acting(person) as act:
        job_id = jobs.ask(act).id
    runner = Runner(archive.site)
    while job_id in runner.open_jobs():
        runner.run(job_id, seconds)
    with acting(person) as act:
        return job_service.view(act, job_service.by_id(act, job_id))


def test_a_whole_repository_is_done_without_a_failure(archive, acting):
    view = run(archive, acting, 'auditor')
    assert (view['state'], view['failed'], view['report']) == ('done', 0, [])
    assert view['done'] == view['total'] > 10
    with archive.site.database.reading() as repository:
        last = verifications_of(repository).last
    assert last['ok'] and last['checked']['contents'] == 3 and last['checked']['filed'] == 2


def test_stretch_by_stretch_finds_the_same_as_at_once(archive, acting, monkeypatch):
    for uid in (*archive.filed, archive.draft):
        archive.component(uid).file.unlink()
    expected = sorted(archive.codes())
    monkeypatch.setattr(jobs, 'NODES', 1)
    monkeypatch.setattr(jobs, 'STRETCH', 0)
    view = run(archive, acting, 'machine', seconds=0)
    assert sorted((line['code'], line['uid']) for line in view['report']) == expected
    assert view['failed'] == 3 and view['done'] + view['failed'] == view['total']
    with archive.site.database.reading() as repository:
        last = verifications_of(repository).last
    assert (last['ok'], last['total']) == (False, 3)


def test_the_auditor_learns_the_uid_and_not_the_name(archive, acting):
    component = archive.component(archive.filed[0])
    component.file.unlink()
    (line,) = run(archive, acting, 'auditor')['report']
    assert (line['code'], line['uid'], line['path']) == ('content-missing', component.uid, '')
    assert '一号' not in str(line)
    (line,) = run(archive, acting, 'machine')['report']
    assert line['path'] == component.path


@pytest.mark.parametrize('person', ['clerk', 'archivist', 'security'])
def test_not_everybody_asks_for_it(archive, acting, person):
    with acting(person) as act, pytest.raises(Forbidden):
        jobs.ask(act)


def test_it_is_done_by_itself_now_and_then(archive, acting):
    jobs.verify_now_and_then(archive.site)
    runner = Runner(archive.site)
    for job_id in runner.open_jobs():
        runner.run_to_end(job_id)
    with archive.site.database.reading() as repository:
        assert verifications_of(repository).last['ok']
        assert not jobs_of(repository).open


def test_a_stretch_ends_and_the_next_goes_on_behind_it(archive, acting):
    from lantai.features.verification.report import Report

    with acting('machine') as act:
        whole, parts, after = Report(), Report(), None
        service.check_stretch(act, whole, None, 10_000)
        while (after := service.check_stretch(act, parts, after, 3)) is not None:
            pass
        assert whole.checked == parts.checked
