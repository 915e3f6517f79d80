"""Use cases of retention: the row of an item, what is frozen at filing, what is due on a day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lantai.features.classification.model import ROOM as CLASSIFICATION
from lantai.features.classification.model import body_of
from lantai.features.records.model import Item, Series
from lantai.features.retention import rules
from lantai.features.retention.model import ROOM, Schedule, ScheduleRow
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.store.tree import Container, Node

#: after how many years what goes to the state archives goes there, where the profile says nothing
TRANSFER = {'*': {'Y': 10, 'D30': 10}}


@dataclass(frozen=True)
class Choice:
    """The row an item is kept by: of which schedule, and why that one (`item`, `series` or `period`)."""

    schedule: Schedule
    row: ScheduleRow
    ground: str


def schedule_in_force(act: Act, fonds_code: str) -> Schedule | None:
    """Return the schedule that a body files by today, or None when it has none."""
    return act.repository.room(ROOM).in_force(fonds_code, act.clock.today())


def period_of(item: Item, series: Series | None) -> str:
    """Return the period an item is to be kept for: its own, else its series'; empty when nobody said."""
    own = item.metadata.get('retention_period')
    return str(own) if own else (series.scheme().get('period', '') if series is not None else '')


def year_of(item: Item, series: Series | None) -> int | None:
    """Return the year an item belongs to (归属年度): its own, else its series', else that of its date."""
    own = item.metadata.get('year')
    if own is not None:
        return int(own)
    year = series.scheme().get('year') if series is not None else None
    dated = str(item.metadata.get('date') or '')[:4]
    return year or (int(dated) if dated.isdigit() else None)


def row_for(act: Act, item: Item, series: Series | None) -> Choice | None:
    """Return the row an item is kept by, or None when there is none.

    It is the item's `retention_row`, else its series' row, else the first row of the schedule in force with
    the item's period. A number that the schedule does not have gives None: nobody's choice is replaced by
    another.
    """
    schedule = schedule_in_force(act, item.fonds_code)
    if schedule is None:
        return None
    of_series = series.scheme().get('retention_row') if series is not None else None
    for number, ground in ((item.retention_row, 'item'), (of_series, 'series')):
        if number:
            row = schedule.row(number)
            return Choice(schedule, row, ground) if row is not None else None
    row = schedule.first_with(period_of(item, series))
    return Choice(schedule, row, 'period') if row is not None else None


def suggestion(act: Act, item: Item, series: Series | None = None) -> rules.Suggestion | None:
    """Return the row to propose for an item and its ground, or None. What is settled already is proposed as
    it is."""
    settled = row_for(act, item, series)
    if settled is not None and settled.ground != 'period':
        return rules.Suggestion(settled.row, settled.ground)
    schedule = schedule_in_force(act, item.fonds_code)
    if schedule is None:
        return None
    keywords = item.metadata.get('keyword') or ()
    texts = [item.title, str(item.metadata.get('document_type') or ''), *map(str, keywords)]
    found = rules.suggest(schedule, texts, item.unit)
    if found is not None:
        return found
    return rules.Suggestion(settled.row, settled.ground) if settled is not None else None


def frozen_for(
    act: Act, item: Item, choice: Choice, year: int, category: str
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return retention and transfer as they would be fixed in an item now; changes nothing.

    `category` may have levels (`KU·01`); the transfer clock goes by the first.
    """
    rooms = act.repository.rooms
    controls = body_of(act.repository, item.fonds_code).controls if CLASSIFICATION in rooms else {}
    clock = controls.get('transfer') or TRANSFER
    years = rules.transfer_years(clock, category.split('·')[0], choice.row.period)
    day = rules.transfer_date(years, year)
    retention = rules.frozen(choice.schedule, choice.row, year)
    return retention, ({'due': day.isoformat(), 'to': controls.get('transfer_to', '')} if day else None)


def freeze(act: Act, item: Item, retention: dict[str, Any], transfer: dict[str, Any] | None) -> None:
    """Fix both clocks in an item and note the days in the calendar. The one way to set or change them."""
    schedules = act.repository.room(ROOM)
    for tree, before, after in (
        (schedules.due, item.retention, retention),
        (schedules.transfers, item.transfer, transfer),
    ):
        if before and before.get('due'):
            tree.pop(_key(before['due'], item.uid), None)
        if after and after.get('due'):
            tree[_key(after['due'], item.uid)] = item.uid
    item.retention, item.transfer = retention, transfer


def strike_off(act: Act, item: Item) -> None:
    """Take a record out of the calendar for good: its content is gone. What was frozen stays in it."""
    schedules = act.repository.room(ROOM)
    for tree, clock in ((schedules.due, item.retention), (schedules.transfers, item.transfer)):
        if clock and clock.get('due'):
            tree.pop(_key(clock['due'], item.uid), None)


def due(act: Act, on: date, *, transfer: bool = False, within: Container | None = None) -> Iterator[Item]:
    """Yield the filed items past their retention on that day (or due for transfer), longest overdue first.

    Held ones are among them (`item.held`); what the actor does not see is not. `within`: only what lies
    below.
    """
    schedules = act.repository.room(ROOM)
    tree = schedules.transfers if transfer else schedules.due
    for uid in tree.values(None, _key(on.isoformat(), '\x7f')):
        item = act.repository.by_uid(uid)
        if (
            isinstance(item, Item)
            and item.state == 'filed'
            and _is_below(item, within)
            and policy.sees(act.actor, item)
        ):
            yield item


@dataclass(frozen=True)
class DueReport:
    """What is due on a day, as plain values; what is held is only counted."""

    rows: list[dict[str, Any]]
    held: int


def due_report(
    act: Act, on: date, *, transfer: bool = False, progress: Callable[[int], object] = lambda _done: None
) -> DueReport:
    """Return what `due` yields, in its order: uid, path, title, period, due."""
    rows: list[dict[str, Any]] = []
    held = 0
    for item in due(act, on, transfer=transfer):
        if item.held:
            held += 1
            continue
        clock = item.transfer if transfer else item.retention
        rows.append(
            {
                'uid': item.uid,
                'path': item.path,
                'title': item.title,
                'period': item.retention['period'],
                'due': clock['due'],
            }
        )
        progress(len(rows))
    return DueReport(rows, held)


def _is_below(node: Node, container: Container | None) -> bool:
    return container is None or any(ancestor is container for ancestor in node.ancestors())


def _key(day: str, uid: str) -> str:
    return f'{day} {uid}'
