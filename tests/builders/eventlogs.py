"""A repository with nothing but an event log, and acts on it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ZODB.FileStorage import FileStorage
from ZODB.MappingStorage import MappingStorage

from lantai.base.clock import FixedClock, SystemClock
from lantai.services.act import Act
from lantai.services.eventlog.log import EventLog, event_log, install
from lantai.services.eventlog.sealer import seal, seal_all
from lantai.services.security.actor import Actor
from lantai.services.signing.keyring import KeyRing
from lantai.services.signing.signature import Signature
from lantai.store.database import Database
from lantai.store.folder import DataFolder
from lantai.store.tree import Repository

MOMENT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


class LogWorld:
    """A site reduced to what the log needs. `durable` keeps it in files, to be opened again."""

    def __init__(self, path: Path, *, durable: bool = False, clock: Any = None) -> None:
        self.folder = DataFolder(path)
        self.folder.create()
        self.clock = clock or SystemClock()
        self.keys = KeyRing(self.folder.keys)
        self.keys.ensure()
        storage = FileStorage(str(self.folder.objects / 'Data.fs')) if durable else MappingStorage()
        self.database = Database(storage)
        with self.database.connection() as (_manager, connection):
            new = 'lantai' not in connection.root()
        if new:
            self.database.initialise(self._make)
        self.site = SimpleNamespace(
            folder=self.folder, database=self.database, clock=self.clock, keys=self.keys
        )

    def _make(self) -> Repository:
        repository = Repository('test', FixedClock(MOMENT))
        install(repository)
        return repository

    def act(self, repository: Repository, manager: Any, actor: str = 'clerk') -> Act:
        return Act(repository, Actor(actor), self.clock, self.site, manager, 'web')

    def do(self, change: Any, actor: str = 'clerk') -> Any:
        """Runs `change(act)` in a transaction of its own, retrying nothing."""
        return self.database.transact(lambda r, m: change(self.act(r, m, actor)), retries=0)

    def seal(self, limit: int = 1000) -> int:
        return seal(self.database, self.keys, self.clock, self.folder.run, limit)

    def seal_all(self, limit: int = 1000) -> int:
        return seal_all(self.database, self.keys, self.clock, self.folder.run, limit)

    def read(self, look: Any) -> Any:
        """`look(log)` as things are now."""
        with self.database.reading() as repository:
            return look(event_log(repository))

    def tamper(self, change: Any) -> None:
        """Changes the log behind its back."""
        self.database.transact(lambda r, m: change(event_log(r)))

    def close(self) -> None:
        self.database.close()


def signature_of(head: Any) -> Signature:
    """The signature value of a head."""
    return Signature(head.algorithm, head.key_id, head.signature)


def grown_log(size: int) -> EventLog:
    """A log in no database at all, with `size` entries."""
    log = EventLog()
    log.append([b'{"act":"x","id":"%d"}' % i for i in range(size)])
    return log
