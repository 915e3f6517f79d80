"""The row of an item, the proposal and its ground, both clocks, the calendar of what is due."""

from datetime import date

import pytest

from lantai.features.classification.model import ROOM as CLASSIFICATION
from lantai.features.filing.places import series_of
from lantai.features.records.service import transition
from lantai.features.retention import service
from lantai.features.retention.model import Schedule, ScheduleRow, schedules_of
from lantai.features.retention.service import due, freeze, frozen_for, period_of, row_for, suggestion, year_of
from tests.builders.filing import approved, node_at


@pytest.fixture
def act(office, acting):
    with acting('machine') as found:
        yield found


@pytest.fixture
def filed(act):
    """A record that came in with one commit and is filed after it."""

    def make(**values):
        uid = approved(act, **values).uid
        act.manager.commit()
        act.manager.begin()
        item = act.repository.by_uid(uid)
        transition(act, item, 'file')
        return item

    return make


def test_the_row_is_that_of_the_item_else_of_its_series_else_the_first_with_the_period(act):
    item = approved(act)
    series = series_of(item)
    assert (row_for(act, item, series).row.no, row_for(act, item, series).ground) == (4, 'period')
    node_at(act, 'Z109/WS/2026/D30').retention_row = 15
    assert (row_for(act, item, series).row.no, row_for(act, item, series).ground) == (15, 'series')
    item.retention_row = 4
    assert (row_for(act, item, series).row.no, row_for(act, item, series).ground) == (4, 'item')


def test_a_choice_that_the_schedule_does_not_have_is_not_replaced_by_another(act):
    item = approved(act)
    item.retention_row = 99
    assert row_for(act, item, series_of(item)) is None


def test_the_schedule_in_force_on_the_day_of_filing_counts(act):
    item = approved(act)
    later = Schedule('Z109', 'S2', date(2026, 3, 1), (ScheduleRow(2, '', '', '新条款', '', 'D30'),))
    schedules_of(act.repository).add(later)
    assert row_for(act, item, series_of(item)).schedule.version == 'S2'
    schedules_of(act.repository).add(Schedule('Z109', 'S3', date(2027, 1, 1), ()))
    assert row_for(act, item, series_of(item)).schedule.version == 'S2'


def test_a_changed_schedule_does_not_reach_back(office, act, filed):
    item = filed()
    before = item.retention
    schedules_of(act.repository).add(
        Schedule('Z109', 'S2', date(2026, 1, 1), (ScheduleRow(4, '', '', '改', '', 'D10'),))
    )
    assert item.retention == before and item.retention['authority'] == 'S1#4'


@pytest.mark.parametrize(
    ('metadata', 'year'),
    [({'year': 2024}, 2024), ({'year': None}, 2026), ({'year': None, 'date': '2025-12-31'}, 2026)],
)
def test_the_year_is_that_of_the_record_else_of_its_series(act, metadata, year):
    item = approved(act, **metadata)
    assert year_of(item, series_of(item)) == year


def test_in_the_inbox_the_year_is_that_of_the_date(act):
    item = approved(act, where='收集', year=None, date='2025-12-31', retention_period=None)
    assert (year_of(item, None), period_of(item, None)) == (2025, '')


def test_a_proposal_shows_its_ground(act):
    item = approved(act, '关于典型材料的汇总', retention_period=None)
    found = suggestion(act, item, series_of(item))
    assert (found.row.no, found.ground, found.words) == (4, 'words', ('典型材料',))
    item.retention_row = 15
    assert (suggestion(act, item, series_of(item)).row.no, suggestion(act, item, series_of(item)).ground) == (
        15,
        'item',
    )


def test_without_words_the_first_row_with_the_period_is_proposed(act):
    item = approved(act, '无题')
    found = suggestion(act, item, series_of(item))
    assert (found.row.no, found.ground) == (4, 'period')


def test_a_body_without_a_schedule_has_no_proposal(act):
    item = approved(act)
    item.fonds_code = 'Z110'
    assert suggestion(act, item) is None and row_for(act, item, None) is None


@pytest.mark.parametrize(('category', 'due_on'), [('WS', '2037-01-01'), ('KJ·JJ', '2047-01-01')])
def test_the_transfer_clock_is_the_profiles_by_category_and_period(act, category, due_on):
    body = act.repository.room(CLASSIFICATION).claim('Z109')
    body.controls = {'transfer': {'*': {'D30': 10}, 'KJ': {'D30': 20}}, 'transfer_to': '区档案馆'}
    item = approved(act)
    _retention, transfer = frozen_for(act, item, row_for(act, item, series_of(item)), 2026, category)
    assert transfer == {'due': due_on, 'to': '区档案馆'}


def test_permanent_records_have_only_the_clock_of_transfer(act, filed):
    item = filed(retention_period='Y', where='Z109/WS/2026/Y/BGS')
    assert (item.retention['due'], item.transfer['due']) == (None, '2037-01-01')
    assert list(due(act, date(9999, 1, 1))) == []
    assert list(due(act, date(2037, 1, 1), transfer=True)) == [item]


def test_the_calendar_follows_every_change_and_is_in_order(act):
    items = [approved(act, str(n)) for n in range(4)]
    days = ['2030-01-01', '2028-01-01', '2029-01-01', '2031-01-01']
    for item, day in zip(items, days, strict=True):
        item.state = 'filed'
        freeze(act, item, {'period': 'D10', 'due': day}, None)
    assert [item.title for item in due(act, date(2030, 1, 1))] == ['1', '2', '0']
    freeze(act, items[1], {'period': 'D10', 'due': '2040-01-01'}, None)
    freeze(act, items[2], {'period': 'Y', 'due': None}, None)
    assert [item.title for item in due(act, date(2030, 1, 1))] == ['0']
    items[0].holds = ('x',)
    assert [item.held for item in due(act, date(2030, 1, 1))] == [True]
    items[0].state = 'destroyed'
    assert list(due(act, date(2030, 1, 1))) == []
    assert len(schedules_of(act.repository).due) == 3


@pytest.mark.parametrize(('person', 'seen'), [('archivist', 1), ('clerk', 1), ('reader', 0), ('outsider', 0)])
def test_only_what_a_person_may_see_is_due_for_them(office, acting, person, seen):
    with acting('machine') as act:
        uid = approved(act, retention_period='D10', where='Z109/WS/2026/D10/BGS').uid
    with acting('archivist') as act:
        transition(act, act.repository.by_uid(uid), 'file')
    with acting(person) as act:
        assert len(list(due(act, date(2050, 1, 1)))) == seen


def test_the_clock_as_shipped_is_used_where_no_profile_says_more():
    assert service.TRANSFER == {'*': {'Y': 10, 'D30': 10}}
