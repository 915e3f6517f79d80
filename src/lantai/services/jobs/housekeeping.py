"""Periodic work, and what the program itself has to do: sweep unnamed contents and expired sessions."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from typing import Any

from lantai.services.jobs.registry import Periodic, all_periodic, periodic
from lantai.services.security.sessions import Lifetimes

log = logging.getLogger(__name__)

HOUR = 3600
DAY = 24 * HOUR


def run_due(site: Any, stopping: Any = lambda: False) -> int:
    """Does what is due and no other process is doing; answers how much that was.

    When something was done last is the time of a file in the run folder: so it holds through restarts and
    for all processes. What was never done before is due after its first period.
    """
    return sum(_run_if_due(site, work) for work in all_periodic() if not stopping())


def _run_if_due(site: Any, work: Periodic) -> bool:
    folder = site.folder.run / 'periodic'
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / work.name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if time.time() - os.fstat(descriptor).st_mtime < work.seconds:
            return False
        # Noted first: work that kills the process is not tried again and again.
        os.utime(descriptor)
        work.run(site)
        return True
    finally:
        os.close(descriptor)


@periodic('sweep-contents', DAY)
def sweep_contents(site: Any) -> None:
    """Removes content files that no commit names and that are older than any upload under way."""
    with site.database.reading() as repository:

        def is_named(key: str) -> bool:
            # Asked again of the database as it is now: it may have been named since this look began.
            return _names(repository, key) or _named_now(site, key)

        removed = site.contents.sweep(is_named)
    if removed:
        log.info('removed %s content files that no record names', removed)


def _named_now(site: Any, key: str) -> bool:
    with site.database.reading() as repository:
        return _names(repository, key)


def _names(repository: Any, key: str) -> bool:
    component = repository.by_uid(key.rpartition('.')[0])
    return component is not None and getattr(component, 'content_key', None) == key


@periodic('sweep-sessions', HOUR)
def sweep_sessions(site: Any) -> None:
    """Takes expired sessions out of the database, a thousand in a transaction."""
    lifetimes = Lifetimes.from_settings(site.settings)

    def sweep(repository: Any, _manager: Any) -> int:
        return repository.room('sessions').sweep(site.clock.now(), lifetimes, 1000)

    while site.database.transact(sweep) == 1000:
        pass
