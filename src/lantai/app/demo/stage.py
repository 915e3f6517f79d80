"""The past played again: each act by its person at its moment, through the use cases of any other act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from transaction import TransactionManager

from lantai.base.clock import FixedClock
from lantai.services.act import Act
from lantai.services.security.actor import Actor, machine_user
from lantai.services.security.people import people_of
from lantai.services.site import Site
from lantai.store.tree import Repository

#: who sets everything up, before there are people
MACHINE = 'os:init'
#: happenings in one commit: a commit flushes to the disk, which is most of its cost
TOGETHER = 40


@dataclass(order=True)
class Happening:
    """One act. `alone`: it needs what came before to be committed, such as files it looks at."""

    moment: datetime
    number: int
    who: str = field(compare=False)
    change: Callable[[Act], Any] = field(compare=False)
    alone: bool = field(compare=False, default=False)
    #: what the worker does then, in transactions of its own
    work: Callable[[Site], None] | None = field(compare=False, default=None)


class Stage:
    """A site, a clock that goes through the years, and the happenings collected so far."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._now = site.clock.now()
        self.today = site.clock.today()
        self._clock = FixedClock(self._now, site.clock.zone)
        self._happenings: list[Happening] = []

    def moment(self, day: date, hour: int = 9, minute: int = 0) -> datetime:
        """Return a moment of a civil day; never one that is still to come."""
        told = datetime.combine(day, time(hour, minute), self._clock.zone)
        return min(told, self._now - timedelta(seconds=1))

    def add(self, moment: datetime, who: str, change: Callable[[Act], Any], *, alone: bool = False) -> None:
        """Note that somebody does something then; what is noted first happens first at the same moment."""
        self._happenings.append(Happening(moment, len(self._happenings), who, change, alone))

    def work(self, moment: datetime, run: Callable[[Site], None]) -> None:
        """Note that the background worker does something then, in transactions of its own."""
        self._happenings.append(
            Happening(moment, len(self._happenings), MACHINE, lambda act: None, True, run)
        )

    def play(self, told: Callable[[int, int], None]) -> None:
        """Do all that was noted, in order of time; `told` hears how many are done, of how many."""
        total, done = len(self._happenings), 0
        for group in _grouped(sorted(self._happenings)):
            if group[0].work is not None:
                self._work(group[0].moment, group[0].work)
            else:
                self._site.database.transact(
                    lambda repository, manager, group=group: self._do(repository, manager, group)
                )
            done += len(group)
            told(done, total)
        self._happenings.clear()

    def _work(self, moment: datetime, run: Callable[[Site], None]) -> None:
        before, self._site.clock = self._site.clock, self._clock
        self._clock.moment = moment
        try:
            run(self._site)
        finally:
            self._site.clock = before

    def _do(self, repository: Repository, manager: TransactionManager, group: list[Happening]) -> None:
        act = Act(repository, machine_user('init'), self._clock, self._site, manager, 'cli')
        for happening in group:
            self._clock.moment = happening.moment
            happening.change(replace(act, actor=_actor(repository, happening.who), door=_door(happening.who)))


def _actor(repository: Repository, who: str) -> Actor:
    if who == MACHINE:
        return machine_user('init')
    actor = people_of(repository).actor(who)
    if actor is None:
        raise LookupError(f'the demonstration has no {who}')
    return actor


def _door(who: str) -> str:
    return 'cli' if who == MACHINE else 'web'


def _grouped(happenings: Iterable[Happening]) -> Iterable[list[Happening]]:
    group: list[Happening] = []
    for happening in happenings:
        if group and (happening.alone or len(group) == TOGETHER):
            yield group
            group = []
        group.append(happening)
        if happening.alone:
            yield group
            group = []
    if group:
        yield group
