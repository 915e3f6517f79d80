"""Erased for good: in no file, in no index vocabulary, also when the process was killed in the middle."""

from __future__ import annotations

import os

import pytest
from ZODB.POSException import ConflictError

from lantai.base.errors import Gone
from lantai.features.cases import service
from lantai.features.destruction import erasing
from lantai.features.holds import service as holds
from lantai.features.operation.backup import back_up
from lantai.features.records import lookup
from lantai.features.records.reading import open_content
from lantai.features.retention.service import due as due_on
from lantai.features.searching.service import search
from lantai.features.verification.service import verify
from lantai.services.act import Act
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.running import Runner
from lantai.services.search.query import Query
from lantai.services.security.actor import machine_user
from lantai.store.database import repository_of
from tests.builders.cases import MARKER, filed_items
from tests.builders.destruction import (
    DUE,
    SECRET,
    TERMS,
    approved,
    condemned,
    executed,
    files_with,
    passages,
    run_jobs,
    states_of,
    stored,
    take,
    vocabulary,
    witnessed,
)


def test_the_marker_is_found_before_so_that_not_finding_it_means_something(site, read):
    folder = site.folder.path
    assert any(place.startswith('contents/') for place in files_with(folder, MARKER))
    assert any(place.startswith('texts/') for place in files_with(folder, MARKER))
    assert vocabulary(folder) >= TERMS
    assert passages(folder) == 3


def test_the_marker_of_a_destroyed_record_is_in_no_file_and_no_vocabulary(acting, site, read, due):
    executed(acting, site, read)
    folder = site.folder.path
    assert files_with(folder, MARKER) == []
    assert not vocabulary(folder) & TERMS
    assert passages(folder) == 0
    with acting('archivist') as act:
        case = service.find(act, read)
        assert case.state == 'signing'
        assert {lookup.by_uid(act, uid).state for uid in due} == {'destroyed'}
        found = case.documents['certificate']['value']['statement']['search']
    assert found['clean'] and found['pieces'] > 0
    assert {'contents', 'index', 'files:objects', 'files:index', 'files:contents'} <= set(found['stores']) | {
        'files:contents'
    }
    assert not [path for path in site.folder.objects.iterdir() if path.suffix in ('.old', '.pack')]
    assert not list(site.folder.scratch.glob('destruction-*'))


def test_only_what_was_condemned_is_gone(acting, site, clock, due):
    clock.moment = DUE.replace(year=2026)
    (kept,) = filed_items(site, acting, ['戊'], period='D10', year=2026)
    clock.moment = DUE
    case_id = condemned(acting, due)
    approved(acting, case_id)
    witnessed(acting, case_id)
    clock.moment = DUE.replace(day=20)
    executed(acting, site, case_id)
    with acting('archivist') as act:
        item = lookup.by_uid(act, kept)
        assert item.state == 'filed'
        with open_content(act, item.single) as stream:
            assert MARKER.encode() in stream.read()
        assert service.find(act, case_id).execution['search']['clean']


def test_description_history_and_place_stay_content_is_gone(acting, site, read, due):
    executed(acting, site, read)
    with acting('archivist') as act:
        item = lookup.by_uid(act, due[0])
        assert item.reference_code and (item.title, item.metadata['author']) == ('甲', '办公室')
        assert item.history[-1]['what'] == 'destroy'
        assert item.destruction == {'case': read, 'on': act.clock.today().isoformat()}
        assert item.retention['period'] == 'D10'
        with pytest.raises(Gone):
            open_content(act, item.single)
        assert list(due_on(act, act.clock.today())) == []


def test_the_calendar_of_retention_has_them_no_more(acting, site, read, due):
    executed(acting, site, read)
    with site.reading() as act:
        schedules = act.repository.room('retention')
        assert not set(due) & (set(schedules.due.values()) | set(schedules.transfers.values()))


def test_search_finds_the_description_only(acting, site, read, due):
    with acting('archivist') as act:
        assert {hit.node.uid for hit in search(act, Query(SECRET)).hits} == set(due)
    executed(acting, site, read)
    with acting('archivist') as act:
        assert list(search(act, Query(SECRET)).hits) == []
        assert due[0] in {hit.node.uid for hit in search(act, Query('', state='destroyed')).hits}


def test_verify_holds_afterwards_and_finds_what_was_left(acting, site, read, due):
    executed(acting, site, read)
    for who in ('supervisor1', 'supervisor2'):
        take(acting, read, who, 'sign')
    report = verify(site, machine_user('test'))
    assert report.ok, report.problems
    with acting('archivist') as act:
        key = lookup.by_uid(act, due[0]).single.content_key
    path = site.contents.path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'still here')
    assert {problem.code for problem in verify(site, machine_user('test')).problems} == {'content-not-erased'}


def test_counts_of_the_job_add_up(acting, site, read, due):
    with acting('archivist') as act:
        key = lookup.by_uid(act, due[2]).single.content_key
    site.contents.path(key).write_bytes('改动过的内容，与归档时不一致'.encode())
    executed(acting, site, read)
    with site.reading() as act:
        case = stored(act, read)
        job = jobs_of(act.repository).by_id[case.job]
        assert (job.state, job.done, job.skipped, job.failed, job.total) == ('done', 2, 1, 0, 3)
        assert [line['code'] for line in job.lines.values()] == ['content-different']
        assert states_of(act, due) == ['destroyed', 'destroyed', 'filed']
        assert case.entries[case.key_of(due[2])]['set_aside'] == 'content-different'
        assert case.state == 'signing'


def test_a_period_that_was_changed_meanwhile_spares_the_record(acting, site, read, due):
    def extend(act):
        item = act.repository.by_uid(due[0])
        item.retention = {**item.retention, 'due': '2099-01-01'}

    site.transact(extend)
    executed(acting, site, read)
    with site.reading() as act:
        assert states_of(act, due) == ['filed', 'destroyed', 'destroyed']


@pytest.mark.parametrize('on', ['item', 'series'])
def test_a_hold_placed_at_the_last_moment_is_not_passed(acting, site, read, due, on, monkeypatch):
    """After the look at the records, before the transaction that would erase them."""
    whole = erasing._LOOKS['erase']

    def held_meanwhile(*given):
        found = whole(*given)
        monkeypatch.setitem(erasing._LOOKS, 'erase', whole)
        with acting('archivist') as act:
            item = lookup.by_uid(act, due[0])
            holds.place(act, '诉讼', '案件未结', [item if on == 'item' else item.__parent__])
        return found

    monkeypatch.setitem(erasing._LOOKS, 'erase', held_meanwhile)
    executed(acting, site, read)
    with site.reading() as act:
        spared = due[:1] if on == 'item' else due
        assert {act.repository.by_uid(uid).state for uid in spared} == {'filed'}
        job = jobs_of(act.repository).by_id[stored(act, read).job]
        assert (job.state, job.skipped, job.total) == ('done', len(spared), 3)
        assert job.done + job.skipped + job.failed == job.total
        for uid in spared:
            assert site.contents.path(act.repository.by_uid(uid).single.content_key).exists()


def test_a_hold_and_an_erasure_at_the_same_time_are_never_both_done(acting, site, read, due):
    """Two transactions that know nothing of each other: the second meets a conflict, whatever was held."""
    take(acting, read, 'archivist', 'execute')
    runner = Runner(site)
    (job_id,) = runner.open_jobs()
    assert runner.run(job_id, seconds=0)
    with site.database.connection() as (manager, connection):
        late = Act(repository_of(connection), machine_user('test'), site.clock, site, manager, 'cli')
        assert late.repository.by_uid(due[0]).state == 'destroying'
        runner.run(job_id, seconds=0)
        holds.place(late, '诉讼', '案件未结', [late.repository.by_uid(due[0]).__parent__])
        with pytest.raises(ConflictError):
            manager.commit()
    run_jobs(site)
    with site.reading() as act:
        assert states_of(act, due) == ['destroyed'] * 3


def test_executing_twice_is_refused_while_it_runs_and_changes_nothing_after(acting, site, read):
    take(acting, read, 'archivist', 'execute')
    with acting('archivist') as act, pytest.raises(service.engine.TransitionRefused) as refused:
        service.act_on(act, service.find(act, read), 'execute')
    assert [reason.code for reason in refused.value.conditions] == ['under-way']
    run_jobs(site)
    with acting('archivist') as act, pytest.raises(service.engine.TransitionRefused):
        service.act_on(act, service.find(act, read), 'execute')


@pytest.mark.parametrize('phase', erasing.PHASES)
def test_a_phase_that_breaks_off_is_done_again(acting, site, read, due, phase, monkeypatch):
    whole = erasing._LOOKS[phase]

    def broken(*_given):
        raise RuntimeError('the machine is tired')

    monkeypatch.setitem(erasing._LOOKS, phase, broken)
    executed(acting, site, read)
    with site.reading() as act:
        assert stored(act, read).state == ('signing' if phase == 'forget' else 'executing')
    monkeypatch.setitem(erasing._LOOKS, phase, whole)
    if phase != 'forget':
        executed(acting, site, read)
        assert files_with(site.folder.path, MARKER) == []
    with site.reading() as act:
        assert stored(act, read).state == 'signing'
        assert states_of(act, due) == ['destroyed'] * 3


def test_an_unfinished_upload_of_the_same_bytes_goes_too(acting, site, read, due):
    with acting('archivist') as act:
        data = site.contents.path(lookup.by_uid(act, due[0]).single.content_key).read_bytes()
    left = site.contents.incoming / 'in-left-by-a-crash'
    left.write_bytes(data)
    os.utime(left, (1, 1))
    executed(acting, site, read)
    assert not left.exists()
    assert files_with(site.folder.path, MARKER) == []


def test_what_is_left_somewhere_stands_in_the_certificate(acting, site, read):
    stray = site.folder.path / 'run' / 'stray-copy'
    stray.write_bytes(f'甲 {MARKER}\n'.encode())
    executed(acting, site, read)
    with acting('archivist') as act:
        found = service.find(act, read).documents['certificate']['value']['statement']['search']
    assert not found['clean']
    assert found['stores']['files:run']['found'] == ['run/stray-copy']


def test_earlier_backups_are_named(acting, site, read, tmp_path):
    back_up(site, tmp_path / 'copy', machine_user('test'))
    executed(acting, site, read)
    with acting('archivist') as act:
        reached = service.find(act, read).execution['search']['unreached']
    assert len(reached['backups']) == 1 and not reached['database_elsewhere']
