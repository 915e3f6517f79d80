"""A site in a folder of its own, with nothing in it but its stores; objects in memory."""

from __future__ import annotations

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


@contextmanager
def new_site(path: Path, clock: FixedClock) -> Iterator[Site]:
    """The site, closed at the end of the block."""
    folder = DataFolder(path)
    folder.create()
    site = build_site(folder, CHEAP, Database(MappingStorage()), clock)
    site.database.initialise(lambda: Repository('测试', clock))
    site.keys.ensure()
    site.database.transact(lambda repository, _manager: install_missing(repository))
    yield site
    site.close()
