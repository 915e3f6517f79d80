"""Paging and narrowing the log, against a plain list of what was recorded."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantai.base.errors import Forbidden
from lantai.features.journal import service
from lantai.features.journal.service import Wanted, page
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.record import record


@pytest.fixture
def told(site, acting, seal):
    """200 events by two people, of three kinds, over several days; answers all events of the log."""
    for n in range(100):
        for person in ('clerk', 'manager'):
            site.clock.moment += timedelta(minutes=31)
            with acting(person) as act:
                kind = (Event.LOGIN, Event.NODE_EDIT, Event.CONTENT_READ)[n % 3]
                record(act, kind, act.repository['Z109'] if n % 3 else None, item=f'uid-{n % 10}')
    seal()
    with site.database.reading() as repository:
        return list(event_log(repository).iterate())


def all_pages(act, wanted, limit=7):
    """Walks to the end by `older`, and back by `newer`; both ways give the same."""
    down, before = [], None
    while True:
        found = page(act, wanted, before=before, limit=limit)
        down += found.entries
        if found.older is None:
            break
        before = found.older
    up, after = [], -1
    while True:
        found = page(act, wanted, after=after, limit=limit)
        up = found.entries + up
        if found.newer is None:
            break
        after = found.newer
    assert [e.index for e in up] == [e.index for e in down]
    return down


def test_everything_newest_first(told, acting):
    with acting('auditor') as act:
        assert [e.index for e in all_pages(act, Wanted())] == [e.index for e in reversed(told)]


@pytest.mark.parametrize(
    ('wanted', 'fits'),
    [
        (Wanted(actor='clerk'), lambda e: e['actor'] == 'clerk'),
        (Wanted(act='content.read'), lambda e: e['act'] == 'content.read'),
        (Wanted(object='uid-3'), lambda e: e.get('item') == 'uid-3'),
        (Wanted(actor='manager', act='login'), lambda e: e['actor'] == 'manager' and e['act'] == 'login'),
        (Wanted(day=date(2026, 3, 4)), lambda e: e['time'].startswith('2026-03-04')),
        (
            Wanted(day=date(2026, 3, 4), actor='clerk'),
            lambda e: e['time'].startswith('2026-03-04') and e['actor'] == 'clerk',
        ),
        (Wanted(actor='nobody'), lambda e: False),
        (Wanted(actor='login'), lambda e: False),
        (Wanted(day=date(1999, 1, 1)), lambda e: False),
    ],
)
def test_narrowed_to_exactly_what_fits(told, acting, wanted, fits):
    with acting('auditor') as act:
        found = [e.index for e in all_pages(act, wanted)]
    assert found == [e.index for e in reversed(told) if fits(e.event)]
    if wanted.actor not in ('nobody', 'login') and wanted.day != date(1999, 1, 1):
        assert found


def test_a_day_is_a_day_of_the_body_and_not_of_greenwich(told, acting, site):
    site.clock.zone = ZoneInfo('Asia/Shanghai')
    with acting('auditor') as act:
        found = all_pages(act, Wanted(day=date(2026, 3, 4)))
    begin = datetime(2026, 3, 3, 16, tzinfo=UTC)
    expected = [
        e.index
        for e in reversed(told)
        if begin <= datetime.fromisoformat(e.event['time']) < begin + timedelta(days=1)
    ]
    assert [e.index for e in found] == expected and expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(limit=st.integers(1, 60), scan=st.integers(1, 90))
def test_however_far_a_page_looks_nothing_is_left_out(told, acting, limit, scan):
    before = service.SCAN
    service.SCAN = scan
    try:
        with acting('auditor') as act:
            found = [e.index for e in all_pages(act, Wanted(actor='clerk'), limit)]
    finally:
        service.SCAN = before
    assert found == [e.index for e in reversed(told) if e.event['actor'] == 'clerk']


def test_a_damaged_event_is_shown_wherever_one_looks(told, acting, site):
    def damage(repository, _manager):
        chunk = event_log(repository).chunks[1]
        leaf = chunk.leaves[0]
        chunk.leaves = (leaf.replace(b'"act":', b'"act"!'), *chunk.leaves[1:])

    site.database.transact(damage)
    with acting('auditor') as act:
        assert 64 in [e.index for e in all_pages(act, Wanted())]


@pytest.mark.parametrize('person', ['clerk', 'archivist', 'leader', 'sysadmin', 'security'])
def test_the_log_is_the_auditors_alone(told, acting, person):
    with acting(person) as act, pytest.raises(Forbidden):
        page(act, Wanted())


def test_an_empty_log_is_an_empty_page(empty_site):
    with empty_site.reading() as act:
        assert page(act, Wanted()).entries == []
