"""What belongs to the process, not to the database: files, keys, definitions, threads."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lantai.base.clock import Clock
from lantai.services.act import Act
from lantai.services.security.actor import SYSTEM, Actor
from lantai.services.settings import Settings
from lantai.store.committer import Committer
from lantai.store.contents import Contents
from lantai.store.database import Database, repository_of
from lantai.store.folder import DataFolder


@dataclass
class Site:
    """One opened repository. Whoever opens it fills in what it needs; `app/opening.py` does."""

    settings: Settings
    folder: DataFolder
    database: Database
    contents: Contents
    clock: Clock
    keys: Any = None
    doorkeeper: Any = None
    workflows: Any = None
    schemas: dict[str, Any] = field(default_factory=dict)
    #: called when the site is closed, after the database
    closing: list[Callable[[], None]] = field(default_factory=list)
    index: Any = None
    jobs: Any = None
    worker: Any = None
    committer: 'SharedCommits | None' = None

    def transact(self, change: Callable[[Act], Any], actor: Actor = SYSTEM, door: str = 'job') -> Any:
        """Runs a use case in a transaction of its own; gives its plain value."""
        return self.database.transact(
            lambda repository, manager: change(Act(repository, actor, self.clock, self, manager, door))
        )

    @contextmanager
    def reading(self, actor: Actor = SYSTEM, door: str = 'job') -> Iterator[Act]:
        """An act for reading only."""
        with self.database.connection() as (manager, connection):
            yield Act(repository_of(connection), actor, self.clock, self, manager, door)

    def close(self) -> None:
        """Ends the threads and closes the database."""
        for part in (self.worker, self.committer, self.index):
            if part is not None:
                part.stop() if hasattr(part, 'stop') else part.close()
        self.database.close()
        for end in self.closing:
            end()


class SharedCommits:
    """The committer, for use cases that take an act."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._committer = Committer(site.database)

    def run(self, change: Callable[[Act], Any], actor: Actor, *, door: str = '', address: str = '') -> Any:
        """The plain value of `change` once it is committed; raises what it raised."""
        site = self._site
        return self._committer.run(
            lambda repository, manager: change(
                Act(repository, actor, site.clock, site, manager, door, address)
            )
        )

    def idle_seconds(self) -> float:
        """How long nothing has been handed over."""
        return time.monotonic() - self._committer.latest

    def stop(self) -> None:
        """Finishes what waits."""
        self._committer.stop()
