"""Reading the log backwards, a page at a time, narrowed to what is looked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from lantai.services.act import Act
from lantai.services.eventlog.log import Entry, EventLog, event_log
from lantai.services.eventlog.record import precise
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

#: events looked at for one page; what is further back is another page
SCAN = 50_000


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty is everything. `object` is any identifier that stands in an event."""

    actor: str = ''
    act: str = ''
    object: str = ''
    day: date | None = None

    def __bool__(self) -> bool:
        return bool(self.actor or self.act or self.object or self.day)


@dataclass(frozen=True)
class Page:
    """Events, newest first. `older` and `newer` are numbers to go on from, or None at the end; `broken_off`
    says that so many events were looked at that the rest is left for the next page."""

    entries: list[Entry]
    older: int | None
    newer: int | None
    broken_off: bool = False


def page(
    act: Act, wanted: Wanted, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Page:
    """Up to `limit` events of what is wanted, older than number `before` or newer than number `after`.

    Raises Forbidden: the log is the auditor's. Only sealed events are shown.
    """
    policy.require(act, Permission.READ_LOG, act.repository)
    log = event_log(act.repository)
    low, high = _bounds(log, wanted, act.clock.zone)
    matches = _matcher(wanted, act.clock.zone)
    if after is not None:
        return _newer(log, matches, max(low, after + 1), high, limit)
    top = high if before is None else min(high, before)
    found: list[Entry] = []
    for looked, entry in enumerate(_backwards(log, top, low)):
        if len(found) == limit:
            return Page(found, found[-1].index, _newer_than(found, high))
        if looked == SCAN:
            return Page(found, entry.index + 1, _newer_than(found, high), broken_off=True)
        if matches(entry):
            found.append(entry)
    return Page(found, None, _newer_than(found, high) if before is not None else None)


def _newer(log: EventLog, matches: Callable[[Entry], bool], low: int, high: int, limit: int) -> Page:
    found: list[Entry] = []
    reached = low
    for entry in log.iterate(low, min(high, low + SCAN)):
        reached = entry.index + 1
        if matches(entry):
            found.append(entry)
            if len(found) == limit:
                break
    found.reverse()
    newer = reached - 1 if reached < high else None
    return Page(
        found, found[-1].index if found else low, newer, broken_off=newer is not None and len(found) < limit
    )


def _newer_than(found: list[Entry], high: int) -> int | None:
    return found[0].index if found and found[0].index + 1 < high else None


def _backwards(log: EventLog, top: int, low: int) -> Iterator[Entry]:
    while top > low:
        start = max(low, (top - 1) // 64 * 64)
        yield from reversed(list(log.iterate(start, top)))
        top = start


def _bounds(log: EventLog, wanted: Wanted, zone: Any) -> tuple[int, int]:
    """From which number to which (exclusive) something can be found."""
    if wanted.day is None:
        return 0, log.size
    begin, end = _moments(wanted.day, zone)
    days = {begin.date().isoformat(), (end - timedelta(microseconds=1)).date().isoformat()}
    known = [log.days[day] for day in days if day in log.days]
    if not known:
        return 0, 0
    return min(first for first, _last in known), max(last for _first, last in known) + 1


def _moments(day: date, zone: Any) -> tuple[datetime, datetime]:
    """Beginning and end of a civil day, in UTC."""
    begin = datetime.combine(day, time(), zone)
    return begin.astimezone(UTC), datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _matcher(wanted: Wanted, zone: Any) -> Callable[[Entry], bool]:
    # The bytes are canonical JSON, so most events are told apart without reading them.
    marks = [
        json.dumps(text, ensure_ascii=False).encode()
        for text in (wanted.actor, wanted.act, wanted.object)
        if text
    ]
    begin, end = (precise(moment) for moment in _moments(wanted.day, zone)) if wanted.day else ('', '~')

    def matches(entry: Entry) -> bool:
        if not all(mark in entry.leaf for mark in marks):
            return False
        try:
            event = entry.event
        except ValueError:
            # Damaged: shown, not hidden, wherever it may belong.
            return True
        return (
            (not wanted.actor or event.get('actor') == wanted.actor)
            and (not wanted.act or event.get('act') == wanted.act)
            and (not wanted.object or wanted.object in _identifiers(event))
            and begin <= event.get('time', '') < end
        )

    return matches


def _identifiers(event: dict[str, Any]) -> Iterator[str]:
    for value in event.values():
        yield from value if isinstance(value, list) else (value,)
