"""Rotation is an act: permitted, logged, and real only once it is committed."""

from types import SimpleNamespace

import pytest

from lantai.base.errors import Forbidden
from lantai.services.security.actor import SYSTEM, Actor
from lantai.services.signing.rotation import rotate
from tests.builders.eventlogs import LogWorld


@pytest.fixture
def world(tmp_path):
    world = LogWorld(tmp_path)
    yield world
    world.close()


def do(world, actor, after=lambda: None):
    def change(act):
        new = rotate(SimpleNamespace(**{**vars(act), 'actor': actor}))
        after()
        return new

    return world.do(change)


def test_the_new_key_signs_after_the_commit_and_the_event_names_both(world):
    old = world.keys.active
    new = do(world, SYSTEM)
    assert world.keys.active == new != old
    world.seal()
    event = world.read(lambda log: log.entries()[0].event)
    assert (event['act'], event['old_key'], event['new_key']) == ('key.rotate', old, new)
    assert world.read(lambda log: log.head.key_id) == new


def test_a_rolled_back_rotation_leaves_the_key_as_it_was(world):
    old, files = world.keys.active, sorted(world.folder.keys.iterdir())

    def fail():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        do(world, SYSTEM, fail)
    assert world.keys.active == old and sorted(world.folder.keys.iterdir()) == files


def test_only_who_manages_the_system_may(world):
    with pytest.raises(Forbidden):
        do(world, Actor('clerk'))
