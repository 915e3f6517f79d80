"""The worker: threads beside the server (or alone) that seal the log, follow it, and do jobs and sweeps.

Every kind of work is claimed by a lock file, so workers of several processes never do the same twice, and a
killed one's work goes on in the next.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from lantai.services.eventlog.sealer import seal_all
from lantai.services.jobs import children, housekeeping, registry
from lantai.services.jobs.digests import Digests
from lantai.services.jobs.registry import FollowsLog
from lantai.services.jobs.running import Runner

log = logging.getLogger(__name__)

#: seconds between looks when nobody wakes the worker
PAUSE = 1.0
#: seconds one job is worked on before the next one has its turn
TURN = 2.0
#: seconds between looks for periodic work
HOUSEKEEPING = 30.0
#: seconds of waiting after an error, doubled at each in a row
FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 60.0
#: what can wait leaves the processor to uploads until none has come in for so many seconds ...
QUIET = 1.0
#: ... but goes on beside them after so many
LONGEST_WAIT = 30.0
#: seconds for the threads to end
PATIENCE = 15.0


class Worker:
    """All background work of one process; `followers` are those registered unless others are given."""

    def __init__(
        self, site: Any, followers: Sequence[FollowsLog] | None = None, pause: float = PAUSE
    ) -> None:
        self.site = site
        self.followers = tuple(registry.followers(site) if followers is None else followers)
        self.stopping = threading.Event()
        self._digests = Digests(site)
        self._slow = registry.followers(site, slow=True) if followers is None else []
        self._runner = Runner(site)
        self._waiting_since: float | None = None
        self._loops = (
            _Loop('sealing', self._seal_and_follow, self.stopping, pause),
            _Loop('jobs', self._work, self.stopping, pause),
            _Loop('reading', self._read, self.stopping, pause),
            _Loop('housekeeping', self._keep_house, self.stopping, HOUSEKEEPING),
        )

    def start(self) -> None:
        """Starts the threads."""
        for loop in self._loops:
            loop.start()

    def wake(self) -> None:
        """Something is to be done: look now."""
        for loop in self._loops[:2]:
            loop.wake()

    def stop(self) -> None:
        """Ends the threads at the end of what they are at (a step), and what they compute at once.

        What was recorded is sealed before this returns, if it can be.
        """
        self.stopping.set()
        for loop in self._loops:
            loop.wake()
        self._digests.close()
        children.stop_all()
        for loop in self._loops:
            loop.join(PATIENCE)
        self.site.worker = None if self.site.worker is self else self.site.worker
        if not any(loop.is_alive() for loop in self._loops):
            try:
                self._seal()
            except Exception:
                # The events stay in their queues for the next start: nothing is lost by stopping now.
                log.exception('the log could not be sealed while stopping')

    @property
    def troubles(self) -> dict[str, str]:
        """What does not work at the moment: name of the work -> class of the error."""
        return {loop.work: loop.trouble for loop in self._loops if loop.trouble}

    def _seal(self) -> int:
        site = self.site
        return seal_all(site.database, site.keys, site.clock, site.folder.run)

    def _seal_and_follow(self) -> bool:
        self._seal()
        taken = sum(follower.step() for follower in self.followers)
        if not taken:
            for follower in self.followers:
                follower.idle()
        return bool(taken)

    def _lets_uploads_go_first(self) -> bool:
        """Whether uploads come in right now, and what can wait has not waited long yet."""
        committer = self.site.committer
        if committer is None or committer.idle_seconds() >= QUIET:
            self._waiting_since = None
            return False
        if self._waiting_since is None:
            self._waiting_since = time.monotonic()
        return time.monotonic() - self._waiting_since < LONGEST_WAIT

    def _read(self) -> bool:
        if self._lets_uploads_go_first():
            return False
        return any([follower.step() for follower in self._slow if not self.stopping.is_set()])

    def _work(self) -> bool:
        worked = not self._lets_uploads_go_first() and bool(self._digests.step())
        for job_id in self._runner.open_jobs():
            if self.stopping.is_set():
                break
            worked |= self._runner.run(job_id, TURN, self.stopping.is_set)
        return worked

    def _keep_house(self) -> bool:
        return bool(housekeeping.run_due(self.site, self.stopping.is_set))


def work_off(site: Any) -> None:
    """Does, in this thread, all that waits: for a command with no server beside it, and for tests."""
    digests, runner, following = Digests(site), Runner(site), registry.followers(site)
    try:
        while True:
            for job_id in runner.open_jobs():
                runner.run_to_end(job_id)
            seal_all(site.database, site.keys, site.clock, site.folder.run)
            if not (digests.step() or any([follower.step() for follower in following])):
                return
    finally:
        digests.close()


class _Loop(threading.Thread):
    """Does its work again and again: at once when there is more, else when woken or after a pause."""

    def __init__(self, work: str, body: Callable[[], bool], stopping: threading.Event, pause: float) -> None:
        super().__init__(name=f'lantai-{work}', daemon=True)
        self.work = work
        self.trouble = ''
        self._body = body
        self._stopping = stopping
        self._pause = pause
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def run(self) -> None:
        backoff = FIRST_BACKOFF
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                more = self._body()
            except Exception as error:
                # The thread's edge: an error of one round must not end all background work. It is logged,
                # shown as trouble, and the round is tried again.
                if self._stopping.is_set():
                    return
                log.exception('background work %r failed, tried again in %.0f s', self.work, backoff)
                self.trouble = type(error).__name__
                self._stopping.wait(backoff)
                backoff = min(backoff * 2, LONGEST_BACKOFF)
                continue
            self.trouble, backoff = '', FIRST_BACKOFF
            if not more:
                self._woken.wait(self._pause)
