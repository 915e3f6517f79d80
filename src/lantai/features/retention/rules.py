"""Periods and dates, and which row of a schedule fits. Pure decisions on plain values.

A period runs from 1 January after the year the record belongs to (归属年度): one of 2020 with D10 is kept
through 2030 and due on 2031-01-01. A permanent one is never due; it only goes to the state archives.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lantai.features.retention.errors import UnknownPeriod
from lantai.features.retention.model import Schedule, ScheduleRow

PERMANENT = 'Y'
_PERIOD = re.compile(r'D([1-9]\d{0,3})')
#: the last year a date can be in
_LAST_YEAR = date.max.year
#: terms of a row's typical records and scope are parted by these
_TERMS = re.compile(r'[；;、，,（）()\s]+')
#: words too general to be the ground of a suggestion
_GENERAL = frozenset('材料 文件 通知 报告 其他 一般 重要 记录 有关'.split())


def years_of(period: str) -> int | None:
    """Return how many years a period lasts, None for a permanent one. Raises UnknownPeriod."""
    if period == PERMANENT:
        return None
    match = _PERIOD.fullmatch(period) if isinstance(period, str) else None
    if match is None:
        raise UnknownPeriod()
    return int(match[1])


def is_period(period: object) -> bool:
    """Say whether a value is a retention period."""
    return isinstance(period, str) and (period == PERMANENT or _PERIOD.fullmatch(period) is not None)


def due_date(period: str, year: int) -> date | None:
    """Return the first day on which a record of that year may be appraised; None for a permanent one.

    A period that ends beyond the calendar's last year is never due either. Raises UnknownPeriod.
    """
    years = years_of(period)
    if years is None or year + years + 1 > _LAST_YEAR:
        return None
    return date(year + years + 1, 1, 1)


def transfer_date(years: int | None, year: int) -> date | None:
    """Return the day a record of that year is to go to the state archives, after so many full years; None if
    never."""
    return None if years is None or year + years + 1 > _LAST_YEAR else date(year + years + 1, 1, 1)


def transfer_years(clock: Mapping[str, Mapping[str, int]], category: str, period: str) -> int | None:
    """Return after how many years a category's records of a period are transferred; None if never.

    `clock` is the profile's: category (or `*` for all others) -> period -> years.
    """
    for key in (category, '*'):
        if period in clock.get(key, {}):
            return clock[key][period] or None
    return None


def longer(one: str, other: str) -> str:
    """Return the longer of two periods: where a record falls under two rows, the longer one holds."""

    def length(period: str) -> float:
        return years_of(period) or float('inf')

    return one if length(one) >= length(other) else other


def frozen(schedule: Schedule, row: ScheduleRow, year: int) -> dict[str, object]:
    """Return what is fixed in an item at filing, as plain values: a changed schedule does not reach back."""
    due = due_date(row.period, year)
    return {
        'period': row.period,
        'due': due.isoformat() if due else None,
        'authority': schedule.authority(row),
        'schedule': schedule.version,
        'row': row.no,
        'text': row.snapshot(),
        'year': year,
    }


@dataclass(frozen=True)
class Suggestion:
    """A row that may fit and its ground: `ground` is `item`, `series` or `words`, `words` what was found."""

    row: ScheduleRow
    ground: str
    words: tuple[str, ...] = ()


def suggest(schedule: Schedule, text: Iterable[str], unit: str = '') -> Suggestion | None:
    """Return the row whose typical records or scope are named in `text` (title, keywords, kind of document).

    The row with the longest words found wins; among equals the one kept by `unit`, then the longer period.
    None when nothing more than general words fits: no suggestion is better than a guess.
    """
    haystack = '\n'.join(filter(None, text))
    best: tuple[tuple[int, bool, float], Suggestion] | None = None
    for row in schedule.rows:
        words = tuple(
            sorted({word for word in _terms(row) if word in haystack}, key=lambda word: (-len(word), word))
        )
        if not words:
            continue
        years = years_of(row.period)
        rank = (sum(map(len, words)), row.unit == unit, float('inf') if years is None else years)
        if best is None or rank > best[0]:
            best = rank, Suggestion(row, 'words', words)
    return best[1] if best else None


def _terms(row: ScheduleRow) -> set[str]:
    return {
        term
        for term in _TERMS.split(f'{row.records}；{row.scope}')
        if len(term) >= 2 and term not in _GENERAL
    }
