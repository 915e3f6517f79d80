"""How the last verification ended, for the people who look after the repository."""

from __future__ import annotations

from typing import Any

from persistent import Persistent

from lantai.store.tree import Repository

ROOM = 'verification'


class Verifications(Persistent):
    """The room's store. `last`: `{"time", "ok", "checked", "problems", "total"}` of the last, or None."""

    last: dict[str, Any] | None = None


def install(repository: Repository) -> None:
    """Puts the room `verification` into a repository; leaves one that is there as it is."""
    if ROOM not in repository.rooms:
        repository.rooms[ROOM] = Verifications()


def verifications_of(repository: Repository) -> Verifications:
    """The room's store."""
    return repository.room(ROOM)
