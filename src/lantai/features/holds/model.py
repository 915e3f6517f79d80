"""Holds as stored. What is held carries the hold's id; all that lies below it is held too."""

from __future__ import annotations

from datetime import datetime

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.base.ids import new_uid
from lantai.store.tree import Repository

ROOM = 'holds'


class Hold(Persistent):
    """One hold. `nodes` are uids of items, volumes or series; the released ones have left it."""

    title = ''
    reason = ''
    nodes: tuple[str, ...] = ()
    released: datetime | None = None
    releaser = ''
    release_reason = ''

    def __init__(self, fonds_code: str, title: str, reason: str, maker: str, placed: datetime) -> None:
        # the id begins with the time, so that holds in order of id are in order of time
        self.id = new_uid()
        self.fonds_code = fonds_code
        self.title = title
        self.reason = reason
        self.maker = maker
        self.placed = placed


class Holds(Persistent):
    """The room's store: every hold by id, and the ids of those in force."""

    def __init__(self) -> None:
        self.by_id = OOBTree()
        self.in_force = OOTreeSet()


def install(repository: Repository) -> None:
    """Makes the store of holds."""
    repository.rooms[ROOM] = Holds()


def holds_of(repository: Repository) -> Holds:
    """The room's store."""
    return repository.room(ROOM)
