"""The demonstration repository for tests: built once for all of them, then copied or only looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lantai.app.demo import build
from lantai.app.opening import opened
from lantai.base.clock import Clock
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.services.site import Site
from lantai.store.folder import DataFolder

#: password of every account in it
PASSWORD = 'demo'
#: Argon2 as cheap as it goes
CHEAP = Settings(argon2_time=1, argon2_memory_kib=8)


def build_in(path: Path, clock: Clock | None = None, **more: int) -> Path:
    """Build it in an empty folder and return the folder."""
    with opened(DataFolder(path), CHEAP, create=True) as site:
        if clock is not None:
            site.clock = clock
        build.make(site, PASSWORD, **more)
    return path


@contextmanager
def looking_at(path: Path) -> Iterator[Act]:
    """An act for reading what is in a folder."""
    with site_in(path) as site, site.reading(machine_user('test')) as act:
        yield act


@contextmanager
def site_in(path: Path) -> Iterator[Site]:
    """The site in a folder, for a while."""
    with opened(DataFolder(path), CHEAP) as site:
        yield site


def items_of(act: Act, fonds_code: str) -> list[Item]:
    """Every item of a body, wherever it lies."""
    return [
        node
        for node in act.repository.objects.values()
        if isinstance(node, Item) and node.fonds_code == fonds_code
    ]
