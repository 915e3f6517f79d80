"""Periods, due dates, rows: decided on plain values."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.features.retention.errors import UnknownPeriod
from lantai.features.retention.model import Schedule, ScheduleRow
from lantai.features.retention.rules import (
    due_date,
    frozen,
    is_period,
    longer,
    suggest,
    transfer_date,
    transfer_years,
    years_of,
)

ROWS = (
    ScheduleRow(1, '会议', 'BGS', '局党组会议材料', '会议记录；纪要；议题附件', 'Y'),
    ScheduleRow(7, '会议', 'BGS', '参加上级会议带回的材料', '会议文件；领导讲话', 'D10'),
    ScheduleRow(15, '业务文件', 'YWK', '一般业务问题的请示与上级批复', '请示；批复', 'D30'),
    ScheduleRow(22, '财务', 'CWK', '年度预算', '预算批复；预算编制说明', 'D30'),
)
SCHEDULE = Schedule('Z109', '2020', date(2020, 1, 1), ROWS)


def test_a_period_runs_from_the_first_of_january_after_the_year():
    assert due_date('D10', 2020) == date(2031, 1, 1)
    assert due_date('D30', 2021) == date(2052, 1, 1)
    assert due_date('Y', 2021) is None
    assert due_date('D9999', 2021) is None


@given(st.integers(1, 500), st.integers(1900, 2200))
def test_any_number_of_years(years, year):
    due = due_date(f'D{years}', year)
    assert (due.year - year - 1, due.month, due.day) == (years, 1, 1)


@pytest.mark.parametrize(
    'period', ['', 'y', 'D', 'D0', 'D030', 'D-1', 'D10x', 'X10', '永久', None, 10, 'D99999', 'D１']
)
def test_what_is_no_period_is_refused(period):
    assert not is_period(period)
    with pytest.raises(UnknownPeriod):
        years_of(period)


def test_where_two_rows_fit_the_longer_period_holds():
    assert longer('D10', 'D30') == 'D30'
    assert longer('Y', 'D30') == longer('D30', 'Y') == 'Y'


def test_what_is_frozen_is_plain_and_names_its_row():
    values = frozen(SCHEDULE, ROWS[2], 2021)
    assert (values['period'], values['due']) == ('D30', '2052-01-01')
    assert (values['authority'], values['row']) == ('2020#15', 15)
    assert values['text']['scope'] == '一般业务问题的请示与上级批复'
    assert frozen(SCHEDULE, ROWS[0], 2021)['due'] is None


def test_the_transfer_clock_goes_by_category_and_period():
    clock = {'*': {'Y': 10, 'D30': 10}, 'KU': {'Y': 20, 'D30': 0}}
    assert transfer_years(clock, 'WS', 'Y') == 10
    assert transfer_years(clock, 'KU', 'Y') == 20
    assert transfer_years(clock, 'KU', 'D30') is None
    assert transfer_years(clock, 'WS', 'D10') is None
    assert transfer_date(10, 2020) == date(2031, 1, 1)
    assert transfer_date(None, 2020) is None


def test_a_suggestion_shows_the_words_it_rests_on():
    found = suggest(SCHEDULE, ['关于2021年预算编制说明的报告'])
    assert found.row.no == 22 and found.ground == 'words' and '预算编制说明' in found.words


def test_among_equals_the_row_of_the_unit_then_the_longer_period():
    rows = (
        ScheduleRow(1, '', 'A', '', '简报', 'D10'),
        ScheduleRow(2, '', 'B', '', '简报', 'D10'),
        ScheduleRow(3, '', 'C', '', '简报', 'D30'),
    )
    schedule = Schedule('Z109', '1', date(2020, 1, 1), rows)
    assert suggest(schedule, ['工作简报'], 'B').row.no == 2
    assert suggest(schedule, ['工作简报'], 'X').row.no == 3


def test_without_a_ground_nothing_is_suggested():
    assert suggest(SCHEDULE, ['关于有关材料的通知']) is None
    assert suggest(SCHEDULE, ['', None]) is None
