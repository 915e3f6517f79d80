"""A site in a folder of its own, with nothing in it but its stores; objects in memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ZODB.MappingStorage import MappingStorage

from lantai.app.opening import build_site
from lantai.app.rooms import install_missing
from lantai.base.clock import FixedClock
from lantai.services.settings import Settings
from lantai.services.site import Site
from lantai.store.database import Database
from lantai.store.folder import DataFolder
from lantai.store.tree import Repository

#: Argon2 as cheap as it goes: tests check behaviour, not cost
CHEAP = Settings(argon2_time=1, argon2_memory_kib=8)


class InMemory(MappingStorage):
    """Objects in memory, for a pack to look after every reference as in the storages of real repositories."""

    def record_iternext(self, next: bytes | None = None) -> tuple[bytes, bytes, bytes, bytes | None]:
        """The newest record of the first object, or of the one after; and which object comes next."""
        oids = sorted(self._data)
        place = 0 if next is None else bisect_left(oids, next)
        revisions = self._data[oids[place]]
        tid = max(revisions)
        return oids[place], tid, revisions[tid], oids[place + 1] if place + 1 < len(oids) else None


@contextmanager
def new_site(path: Path, clock: FixedClock) -> Iterator[Site]:
    """The site, closed at the end of the block."""
    folder = DataFolder(path)
    folder.create()
    site = build_site(folder, CHEAP, Database(InMemory()), clock)
    site.database.initialise(lambda: Repository('测试', clock))
    site.keys.ensure()
    site.database.transact(lambda repository, _manager: install_missing(repository))
    yield site
    site.close()
