"""Kinds of jobs, periodic work and followers of the log by name. Rooms register them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

#: one step in a transaction of its own: (act, job, what `look` found) -> whether more is to be done
Step = Callable[[Any, Any, Any], bool]
#: before the first step, in its own transaction: sets `job.total` and where to begin (`job.cursor`)
Start = Callable[[Any, Any], None]
#: before each step, outside any transaction: reads and computes for it, from plain values
Look = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class JobKind:
    """One kind of job."""

    name: str
    title: str
    step: Step
    start: Start | None = None
    look: Look | None = None


@dataclass(frozen=True)
class Periodic:
    """Work done by itself every so many seconds, by one process at a time."""

    name: str
    seconds: float
    run: Callable[[Any], None]


class FollowsLog(Protocol):
    """Takes in what the event log has new, and knows by number how far it is."""

    def step(self) -> int:
        """A bounded portion; answers how much that was. 0 when nothing waits or another process is at it."""

    def idle(self) -> None:
        """Something useful while nothing waits; short."""


_kinds: dict[str, JobKind] = {}
_followers: dict[str, Any] = {}
_slow: set[str] = set()
_periodic: dict[str, Periodic] = {}


def job(
    name: str, *, title: str, start: Start | None = None, look: Look | None = None
) -> Callable[[Step], Step]:
    """Registers the decorated step function as the kind of job of that name.

    `step(act, job, found)` does a second's worth, keeps its place in `job.cursor` (a plain value) and
    counts with `job.count(...)` and `job.fail(...)`; it answers whether more is to be done. It runs in one
    transaction and may be run again with the same cursor when that one is not committed. `act` is of the
    person who asked for the job. `start(act, job)` sets `job.total`. `look(site, snapshot)` prepares each
    step outside the transaction: everything slow belongs there. A DomainError of any of them ends the job
    as failed, with its reasons.
    """

    def declare(step: Step) -> Step:
        _register(_kinds, name, JobKind(name, title, step, start, look), step)
        return step

    return declare


def periodic(name: str, seconds: float) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Registers the decorated function as periodic work: `run(site)`, with transactions of its own."""

    def declare(run: Callable[[Any], None]) -> Callable[[Any], None]:
        _register(_periodic, name, Periodic(name, seconds, run), run)
        return run

    return declare


def follower(
    name: str, *, slow: bool = False
) -> Callable[[Callable[[Any], FollowsLog]], Callable[[Any], FollowsLog]]:
    """Registers the decorated function as the maker of a follower of the log: `make(site)`, once a worker.

    A slow one takes seconds for a step; it has a thread of its own, and no command waits for it.
    """

    def declare(make: Callable[[Any], FollowsLog]) -> Callable[[Any], FollowsLog]:
        earlier = _followers.setdefault(name, make)
        if (earlier.__module__, earlier.__qualname__) != (make.__module__, make.__qualname__):
            raise ValueError(f'{name} is both {earlier.__qualname__} and {make.__qualname__}')
        if slow:
            _slow.add(name)
        return make

    return declare


def followers(site: Any, *, slow: bool = False) -> list[FollowsLog]:
    """A follower of each quick kind, or of each slow one, for a site."""
    return [make(site) for name, make in _followers.items() if (name in _slow) == slow]


def kind(name: str) -> JobKind | None:
    """The kind of job of that name; None when no room registers it (any more)."""
    return _kinds.get(name)


def kinds() -> list[JobKind]:
    """All kinds of jobs."""
    return list(_kinds.values())


def all_periodic() -> list[Periodic]:
    """All periodic work."""
    return list(_periodic.values())


def _register(where: dict[str, Any], name: str, entry: Any, function: Callable[..., Any]) -> None:
    earlier = where.get(name)
    if earlier is not None:
        before = getattr(earlier, 'step', None) or earlier.run
        if (before.__module__, before.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f'{name} is both {before.__qualname__} and {function.__qualname__}')
    where[name] = entry
