"""Small repositories in a data folder, and uploads into them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lantai.app.opening import opened
from lantai.features.records import deposit, places
from lantai.features.records.model import Item, Series
from lantai.services.act import Act
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.services.site import Site
from lantai.store.folder import DataFolder
from tests.builders.office import make_office

MACHINE = machine_user('test')


@contextmanager
def office_in(path: Path, storage: str = '') -> Iterator[Site]:
    """An office in a new data folder, or the one that is there already."""
    folder = DataFolder(path)
    settings = Settings(argon2_time=1, argon2_memory_kib=8, storage=storage)
    new = not folder.exists()
    with opened(folder, settings, create=new) as site:
        if new:
            folder.settings_file.write_text('argon2_time = 1\nargon2_memory_kib = 8\n')
            site.transact(make_office, MACHINE)
        yield site


def series(act: Act) -> Series:
    """The series that takes deposits."""
    return act.repository['Z109']['WS']['2026']['D30']['BGS']


def upload(site: Site, name: str, data: bytes) -> str:
    """Puts a file into that series, again and again under one name; gives the key of its content."""
    received = site.contents.receive([data])
    return site.committer.run(
        lambda act: deposit.put(act, series(act), name, received).component.content_key, MACHINE
    )


def remove(site: Site, name: str) -> None:
    """Withdraws a draft."""

    def change(act: Act) -> None:
        places.delete(act, series(act)[name])

    site.transact(change, MACHINE)


def contents(site: Site) -> dict[str, bytes]:
    """The bytes of every file in that series by name."""
    with site.reading(MACHINE) as act:
        return {
            component.name: site.contents.path(component.content_key).read_bytes()
            for item in series(act).values()
            if isinstance(item, Item)
            for component in item.values()
        }
