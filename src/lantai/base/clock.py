"""Time is an argument: use cases get a clock, and only the outer edge knows the machine's."""

import os
from datetime import UTC, date, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the moment and the civil date of the body."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...


def civil_zone() -> tzinfo:
    """The zone of civil dates (due, year): LANTAI_TZ, else the machine's."""
    name = os.environ.get('LANTAI_TZ')
    if name:
        return ZoneInfo(name)
    return datetime.now().astimezone().tzinfo or UTC


class SystemClock:
    """The machine's clock, with civil dates in the zone given."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone or civil_zone()

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The civil date."""
        return self.now().astimezone(self.zone).date()


class FixedClock(SystemClock):
    """A clock that stands until it is moved: for tests and for making histories."""

    def __init__(self, moment: datetime, zone: tzinfo | None = None) -> None:
        super().__init__(zone or UTC)
        self.moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def rfc3339(moment: datetime) -> str:
    """A moment as RFC 3339 text in UTC, to the second, such as 2026-11-24T07:00:00Z."""
    return moment.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')


def parse_rfc3339(text: str) -> datetime:
    """The aware moment of an RFC 3339 text; ValueError when it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError('a time needs its zone')
    return moment.astimezone(UTC)
