"""A small office on a real object file, with filed records long past their period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lantai.app.opening import open_site
from lantai.base.clock import FixedClock
from lantai.services.eventlog.sealer import seal_all
from lantai.services.extraction.work import Extraction
from lantai.services.search.operation import Attendant, bring_up
from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from lantai.store.folder import DataFolder
from tests.builders.cases import filed_items
from tests.builders.destruction import DUE, approved, condemned, more_people, witnessed
from tests.builders.office import make_office
from tests.builders.sites import CHEAP


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Iterator[Site]:
    """Objects in a file, so that packing and searching are the real ones."""
    site = open_site(DataFolder(tmp_path / 'data'), CHEAP, clock, create=True)
    site.transact(make_office, machine_user('test'), door='cli')
    site.transact(more_people, machine_user('test'), door='cli')
    yield site
    site.close()


@pytest.fixture
def due(site, acting, clock) -> list[str]:
    """Uids of three filed records of D10, long past it."""
    uids = filed_items(site, acting, ['甲', '乙', '丙'], period='D10', year=2026)
    clock.moment = DUE
    return uids


@pytest.fixture
def opened(acting, due) -> str:
    """A destruction that waits for its approval."""
    return condemned(acting, due)


@pytest.fixture
def waiting(acting, opened) -> str:
    """An approved destruction in its waiting period of seven days."""
    approved(acting, opened)
    return opened


@pytest.fixture
def ready(acting, waiting, clock) -> str:
    """One that may be executed: both have checked, the days are over."""
    witnessed(acting, waiting)
    clock.moment = DUE + timedelta(days=7)
    return waiting


@pytest.fixture
def read(site, ready):
    """The texts of the files are read and searchable, as after a while of serving."""
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    extraction = Extraction(site)
    while extraction.step():
        pass
    extraction.close()
    bring_up(site)
    Attendant(site).feed_all()
    return ready
