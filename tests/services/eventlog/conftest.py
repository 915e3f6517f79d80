import pytest

from tests.builders.eventlogs import LogWorld


@pytest.fixture
def world(tmp_path):
    world = LogWorld(tmp_path / 'data')
    yield world
    world.close()


@pytest.fixture
def durable_world(tmp_path):
    world = LogWorld(tmp_path / 'data', durable=True)
    yield world
    world.close()
