"""Fixtures that every test may use: a site in a folder of its own, people in it, and the web application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chameleon.loader import ModuleLoader
from chameleon.template import BaseTemplate

from lantai.base.clock import FixedClock
from lantai.services.act import Act
from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from lantai.store.database import repository_of
from tests.builders.demonstration import build_in
from tests.builders.office import make_office
from tests.builders.sites import new_site


@pytest.fixture(scope='session', autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Templates are compiled once in a run, not once in every application a test makes."""
    BaseTemplate.loader = ModuleLoader(str(tmp_path_factory.mktemp('templates')))


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands on a working day of 2026."""
    return FixedClock(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))


@pytest.fixture
def empty_site(tmp_path: Path, clock: FixedClock) -> Iterator[Site]:
    """A repository with nothing in it but its stores; objects in memory, files in a folder."""
    with new_site(tmp_path / 'data', clock) as site:
        yield site


@pytest.fixture
def site(empty_site: Site) -> Site:
    """The small office of `tests.builders.office`: fonds Z109 and Z110, units, series, people."""
    empty_site.transact(make_office, machine_user('test'), door='cli')
    return empty_site


Acting = Callable[..., AbstractContextManager[Act]]


@pytest.fixture
def acting(site: Site) -> Acting:
    """`with acting('clerk') as act:` runs use cases as that person and commits at the end of the block."""

    @contextmanager
    def act_as(person: str, door: str = 'web') -> Iterator[Act]:
        with site.database.connection() as (manager, connection):
            repository = repository_of(connection)
            actor = machine_user('test') if person == 'machine' else repository.room('people').actor(person)
            assert actor is not None, f'nobody is called {person}'
            yield Act(repository, actor, site.clock, site, manager, door)
            manager.commit()

    return act_as


@pytest.fixture(scope='session')
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demonstration, built once for the whole run; who changes it copies it first."""
    return build_in(tmp_path_factory.mktemp('demonstration') / 'data')
