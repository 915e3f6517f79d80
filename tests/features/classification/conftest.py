"""A repository with nothing but the rooms this one needs, and people who may set a body up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lantai.features.classification import model as classification
from lantai.features.retention import model as retention
from lantai.services.act import Act
from lantai.services.content import schema
from tests.builders.people import PeopleWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[PeopleWorld]:
    """Z109 and Z110 as in the builder, people with the roles that matter here."""
    world = PeopleWorld(tmp_path)
    world.site.schemas = schema.shipped()
    world.site.workflows = {'item': None}

    def install(act: Act) -> None:
        classification.install(act.repository)
        retention.install(act.repository)

    world.do(install)
    world.add_person('sysadmin', 'sysadmin')
    world.add_person('archivist', 'archivist')
    world.add_person('clerk', 'contributor')
    world.add_person('outsider', 'contributor', fonds='Z110')
    yield world
    world.close()
