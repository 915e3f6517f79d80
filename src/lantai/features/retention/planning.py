"""What a changed schedule would do to what is filed, worked out without doing it. Rows are matched by
number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.features.classification.sheets import ProfileFolder
from lantai.features.records.model import Item
from lantai.features.retention import rules
from lantai.features.retention.model import ScheduleRow
from lantai.features.retention.schedules import read_rows
from lantai.services.act import Act
from lantai.services.security import policy


@dataclass(frozen=True)
class Change:
    """One record whose period would be another: `{"period", "due"}` before and after."""

    item: Item
    before: dict[str, Any]
    after: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {'uid': self.item.uid, 'path': self.item.path, 'before': self.before, 'after': self.after}


def read_schedule(path: Path) -> tuple[ScheduleRow, ...]:
    """Return the rows of a schedule in a CSV file. Raises ProfileInvalid with every mistake."""
    files = ProfileFolder(path.parent)
    found = read_rows(files, path.name)
    files.raise_problems()
    return found


def changes(act: Act, rows: tuple[ScheduleRow, ...], fonds_code: str = '') -> Iterator[Change]:
    """Yield what would change for the filed records that the actor sees, of one body or of all.

    A record whose row the new schedule does not have keeps what it has; so does one without a frozen row.
    """
    by_number = {row.no: row for row in rows}
    for node in act.repository.objects.values():
        if not isinstance(node, Item) or node.state != 'filed' or not node.retention:
            continue
        if fonds_code and node.fonds_code != fonds_code:
            continue
        change = _change(node, node.retention, by_number)
        if change is not None and policy.sees(act.actor, node):
            yield change


def _change(item: Item, frozen: Mapping[str, Any], rows: Mapping[int, ScheduleRow]) -> Change | None:
    row = rows.get(frozen.get('row', 0))
    if row is None or row.period == frozen['period'] or 'year' not in frozen:
        return None
    due = rules.due_date(row.period, frozen['year'])
    return Change(
        item,
        {'period': frozen['period'], 'due': frozen['due']},
        {'period': row.period, 'due': due.isoformat() if due else None},
    )
