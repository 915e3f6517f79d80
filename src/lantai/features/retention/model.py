"""The retention schedules of the bodies (归档范围和保管期限表) as they are stored.

A body replaces its schedule every few years. The old one stays: what was filed under it keeps the row that
was frozen into it, and an inspector asks for the schedule that was in force on a day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from lantai.store.tree import Repository

ROOM = 'retention'


@dataclass(frozen=True)
class ScheduleRow:
    """One row. `period` is `Y`, `D30`, `D10` or any `D<years>`; `unit` is the code of who makes such."""

    no: int
    class_: str
    unit: str
    scope: str
    records: str
    period: str

    def snapshot(self) -> dict:
        """Return the row as plain values, the way it is frozen into an item at filing."""
        values = asdict(self)
        values['class'] = values.pop('class_')
        return values


class Schedule(Persistent):
    """One version of the schedule of one body; never changed once added, only followed by the next."""

    title = ''
    approval = ''

    def __init__(
        self,
        fonds_code: str,
        version: str,
        in_force: date,
        rows: tuple[ScheduleRow, ...],
        *,
        title: str = '',
        approval: str = '',
    ):
        self.fonds_code = fonds_code
        self.version = version
        self.in_force = in_force
        self.rows = tuple(rows)
        self.title = title
        self.approval = approval

    def row(self, no: int) -> ScheduleRow | None:
        """Return the row with that number, or None."""
        return next((row for row in self.rows if row.no == no), None)

    def first_with(self, period: str) -> ScheduleRow | None:
        """Return the first row with that period, the one an item gets that names none."""
        return next((row for row in self.rows if row.period == period), None)

    def authority(self, row: ScheduleRow) -> str:
        """Return how a record names the row it is kept by: `<schedule>#<row number>`."""
        return f'{self.version}#{row.no}'


class Schedules(Persistent):
    """The room's store: every version of every body's schedule, by fonds code, oldest first.

    Beside them the calendar of what was filed: the uids of items by the day they are due, and by the day
    they go to the state archives. `retention.service` keeps it; whoever freezes or changes a period does it
    there.
    """

    def __init__(self):
        self.by_fonds = OOBTree()
        #: '2031-01-01 <uid>' -> uid
        self.due = OOBTree()
        self.transfers = OOBTree()

    def add(self, schedule: Schedule) -> None:
        """Add a version; the caller has checked that the version is new for that body."""
        versions = (*self.versions(schedule.fonds_code), schedule)
        self.by_fonds[schedule.fonds_code] = tuple(
            sorted(versions, key=lambda each: (each.in_force, each.version))
        )

    def versions(self, fonds_code: str) -> tuple[Schedule, ...]:
        """Return every version of a body's schedule, oldest first."""
        return self.by_fonds.get(fonds_code, ())

    def version(self, fonds_code: str, version: str) -> Schedule | None:
        """Return one version by its name, or None."""
        return next((each for each in self.versions(fonds_code) if each.version == version), None)

    def in_force(self, fonds_code: str, on: date) -> Schedule | None:
        """Return the version in force on that day: the youngest that had come into force, or None."""
        return next((each for each in reversed(self.versions(fonds_code)) if each.in_force <= on), None)


def install(repository: Repository) -> None:
    """Make the store of schedules in a new repository."""
    repository.rooms[ROOM] = Schedules()


def schedules_of(repository: Repository) -> Schedules:
    """Return the schedules of a repository."""
    return repository.room(ROOM)
