"""Doing a job step by step. A lock file says who has it in hand; a killed process lets go of it at once."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transaction.interfaces import TransientError

from lantai.base.errors import DomainError, Forbidden
from lantai.base.i18n import _
from lantai.base.ids import new_uid
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.jobs import registry
from lantai.services.jobs.children import ChildStopped
from lantai.services.jobs.model import Job, State, jobs_of
from lantai.services.security.actor import SYSTEM, Actor, machine_user
from lantai.services.security.people import people_of

log = logging.getLogger(__name__)

#: runners that may die over one and the same step before the job is given up
MOST_CRASHES = 3


@dataclass(frozen=True)
class Snapshot:
    """A job as plain values, for what is done outside a transaction."""

    id: str
    kind: str
    params: dict[str, Any]
    cursor: Any
    begun: bool
    creator: str


class Runner:
    """Runs jobs of one site. Each running one is held by a file lock, and by the runner's token in the
    database, which every step checks: whoever lost the job cannot write a step any more."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.token = new_uid()

    def open_jobs(self) -> list[str]:
        """Ids of the jobs that are not finished, oldest first."""
        with self.site.database.reading() as repository:
            return list(jobs_of(repository).open)

    def run(self, job_id: str, seconds: float, stopping: Callable[[], bool] = lambda: False) -> bool:
        """Works on a job for about so many seconds; answers whether any step was done.

        Leaves it alone when another process has it in hand. Raises what the database raises.
        """
        with self._claim(job_id) as mine:
            if not mine or not self._take(job_id):
                return False
            until = time.monotonic() + seconds
            worked = False
            try:
                while not stopping():
                    more = self._step(job_id)
                    worked = True
                    if not more or time.monotonic() >= until:
                        break
            finally:
                self._let_go(job_id)
            return worked

    def run_to_end(self, job_id: str) -> None:
        """Works on a job until it is finished (a command with no server beside it)."""
        while job_id in self.open_jobs():
            if not self.run(job_id, seconds=60):
                time.sleep(0.2)

    # one step

    def _step(self, job_id: str) -> bool:
        snapshot = self._look_at(job_id)
        if snapshot is None:
            return False
        kind = registry.kind(snapshot.kind)
        if kind is None:
            return self._give_up(
                job_id, 'unknown-kind', _('This version of the program does not know this kind of job')
            )
        try:
            found = kind.look(self.site, snapshot) if kind.look is not None and snapshot.begun else None
            return self._transact(lambda act, job: self._advance(act, job, kind, snapshot, found), job_id)
        except TransientError:
            # Somebody else was quicker, again and again: the job stays as it was, for the next round.
            log.info('job %s met too many conflicts, tried again later', job_id)
            return False
        except ChildStopped:
            return False
        except DomainError as error:
            return self._give_up(job_id, error.name, error.detail, error)
        except Exception:
            log.exception('job %s of kind %s broke off', job_id, snapshot.kind)
            return self._give_up(
                job_id, 'internal', _('An error in the program; the administrator finds it in its log')
            )

    def _look_at(self, job_id: str) -> Snapshot | None:
        with self.site.database.reading() as repository:
            job = jobs_of(repository).by_id[job_id]
            if job.is_finished or job.runner != self.token:
                return None
            return Snapshot(job.id, job.kind, job.params, job.cursor, job.begun, job.creator)

    def _advance(self, act: Act, job: Job, kind: registry.JobKind, seen: Snapshot, found: Any) -> bool:
        if job.wishes.cancelled:
            finish(act, job, State.CANCELLED)
            return False
        if not job.begun:
            job.begun = True
            if kind.start is not None:
                kind.start(act, job)
            return True
        if job.cursor != seen.cursor:
            return True
        more = kind.step(act, job, found)
        job.crashes = 0
        if not more:
            finish(act, job, State.DONE)
        return more

    def _transact(self, change: Callable[[Act, Job], bool], job_id: str) -> bool:
        """Runs `change` in the name of the job's creator; False when the job is no longer ours."""

        def guarded(repository: Any, manager: Any) -> bool:
            job = jobs_of(repository).by_id[job_id]
            if job.is_finished or job.runner != self.token:
                return False
            actor = creator_of(repository, job)
            if actor is None:
                raise Forbidden(_('The person who asked for this may no longer sign in'))
            return change(Act(repository, actor, self.site.clock, self.site, manager, 'job'), job)

        return self.site.database.transact(guarded)

    def _give_up(self, job_id: str, code: str, message: str, error: DomainError | None = None) -> bool:
        def change(repository: Any, manager: Any) -> bool:
            job = jobs_of(repository).by_id[job_id]
            if job.is_finished or job.runner != self.token:
                return False
            job.say(code, message)
            for condition in error.conditions if error is not None else ():
                job.say(condition.code, condition.message)
            finish(Act(repository, SYSTEM, self.site.clock, self.site, manager, 'job'), job, State.FAILED)
            return False

        return self.site.database.transact(change)

    # in whose hand it is

    def _take(self, job_id: str) -> bool:
        def change(repository: Any, _manager: Any) -> str:
            job = jobs_of(repository).by_id.get(job_id)
            if job is None or job.is_finished:
                return ''
            if job.runner is not None:
                # It was not let go of: that runner died.
                job.crashes += 1
            job.runner = self.token
            if job.state == State.WAITING:
                job.state = State.RUNNING.value
                job.started = self.site.clock.now()
            return 'hopeless' if job.crashes >= MOST_CRASHES else 'taken'

        taken = self.site.database.transact(change)
        if taken == 'hopeless':
            self._give_up(job_id, 'crashed', _('The program was ended several times while working on this'))
        return taken == 'taken'

    def _let_go(self, job_id: str) -> None:
        def change(repository: Any, _manager: Any) -> None:
            job = jobs_of(repository).by_id[job_id]
            if job.runner == self.token:
                job.runner = None

        self.site.database.transact(change)

    @contextmanager
    def _claim(self, job_id: str) -> Iterator[bool]:
        folder: Path = self.site.folder.run / 'jobs'
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / job_id
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            yield False
            return
        try:
            yield True
        finally:
            # Removed while locked: who opened it meanwhile holds a lock on a file of no name, and the token
            # in the database still keeps the two apart.
            path.unlink(missing_ok=True)
            os.close(descriptor)


def creator_of(repository: Any, job: Job) -> Actor | None:
    """The person a job is done for; None when there is no such person, or not any more."""
    if job.creator == SYSTEM.id:
        return SYSTEM
    if job.creator.startswith('os:'):
        return machine_user(job.creator.removeprefix('os:'))
    person = people_of(repository).get(job.creator)
    return None if person is None or person.disabled else person.actor()


def finish(act: Act, job: Job, state: State) -> None:
    """Ends a job. What it did not come to is counted as skipped, and said."""
    if job.total is None:
        job.total = job.counted
    left = job.total - job.counted
    if left < 0:
        job.total = job.counted
    elif left:
        job.count(skipped=left)
        job.say('not-reached', _('Not reached: ${n}', mapping={'n': left}))
        if state == State.DONE:
            state = State.FAILED
    job.state = state.value
    job.finished = act.clock.now()
    job.runner = None
    jobs_of(act.repository).open.remove(job.id)
    record(
        act, Event.JOB_FINISH, job=job.id, kind=job.kind, state=str(state),
        done=job.done, skipped=job.skipped, failed=job.failed,
    )  # fmt: skip
