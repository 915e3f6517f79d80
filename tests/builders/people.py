"""A site in memory with two fonds and people in them, for tests of who may do what."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import transaction
from ZODB.DemoStorage import DemoStorage

from lantai.base.clock import FixedClock
from lantai.features.records.model import INBOX_NAME, Component, File, Folder, Fonds, Inbox, Item, Series
from lantai.services.act import Act
from lantai.services.eventlog import log
from lantai.services.security import people, sessions, tokens
from lantai.services.security.actor import SYSTEM, Actor, Grant
from lantai.services.security.doorkeeper import Doorkeeper
from lantai.services.security.people import Person, people_of
from lantai.services.settings import Settings
from lantai.services.site import Site
from lantai.store.contents import Contents
from lantai.store.database import Database, repository_of
from lantai.store.folder import DataFolder
from lantai.store.tree import Container, Node, Repository

MOMENT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
UNITS = {
    'BGS': {'title': '办公室', 'aliases': (), 'closed': False},
    'JJC': {'title': '经济处', 'aliases': (), 'closed': False},
}
PASSWORD = 'a long enough secret'


def put(parent: Container, node: Node, name: str, **values: Any) -> Any:
    """Puts a node into the tree past every use case, as the tests need it."""
    node.created = node.modified = MOMENT
    for key, value in values.items():
        setattr(node, key, value)
    parent.add(node, name)
    top = next(each for each in node.ancestors() if isinstance(each, Repository))
    top.objects[node.uid] = node
    return node


def small_tree(clock: FixedClock) -> Repository:
    """Z109 with a series of BGS, one of JJC and the inbox, and Z110 with one of its own."""
    repository = Repository('Test', clock)
    put(repository, Inbox(), INBOX_NAME)
    for code in ('Z109', 'Z110'):
        fonds = put(repository, Fonds(), code, title=code, units=UNITS)
        category = put(fonds, Series(), 'WS', category='WS')
        for unit in UNITS:
            put(category, Series(), unit, unit=unit, open=True)
    for part in (people, sessions, tokens, log):
        part.install(repository)
    return repository


def item(
    parent: Container,
    name: str,
    *,
    state: str = 'draft',
    unit: str = 'BGS',
    maker: str = 'clerk',
    fonds_code: str = '',
    **values: Any,
) -> Item:
    """An item in a state, with one component."""
    fonds = fonds_code or (parent.segments[0] if parent.type in ('series', 'file') else 'Z109')
    made = put(parent, Item(), name, state=state, unit=unit, creator=maker, fonds_code=fonds, **values)
    put(made, Component(), name, size=3)
    return made


def volume(parent: Container, name: str, unit: str = 'BGS') -> File:
    """A file (案卷) that items can lie in."""
    return put(parent, File(), name, unit=unit)


def folder(
    parent: Container, name: str, *, maker: str, unit: str = 'BGS', fonds_code: str = 'Z109'
) -> Folder:
    """A folder of somebody in the inbox."""
    return put(parent, Folder(), name, creator=maker, unit=unit, fonds_code=fonds_code)


class PeopleWorld:
    """The site, and short ways to act on it. `do` commits; `look` reads."""

    def __init__(self, path: Path, **settings: Any) -> None:
        self.folder = DataFolder(path)
        self.folder.create()
        self.clock = FixedClock(MOMENT)
        self.database = Database(DemoStorage())
        self.database.initialise(lambda: small_tree(self.clock))
        self.settings = Settings(argon2_time=1, argon2_memory_kib=8, **settings)
        self.site = Site(self.settings, self.folder, self.database, Contents(self.folder), self.clock)
        self.site.doorkeeper = Doorkeeper.of(self.settings, self.folder, self.clock)

    def add_person(
        self, id: str, role: str = '', *, fonds: str = 'Z109', unit: str = 'BGS', for_unit: str | None = None
    ) -> None:
        """An account past every use case; an administrator when `role` is one of the three."""

        def add(act: Act) -> None:
            person = Person(id, MOMENT)
            person.name, person.fonds, person.unit = id.title(), fonds, unit
            person.password_hash = act.site.doorkeeper.passwords.hash(PASSWORD)
            people_of(act.repository).add(person)
            if role in ('sysadmin', 'security', 'auditor'):
                person.administrator = role
            elif role:
                grant = Grant(role, act.repository.get(fonds).uid, for_unit)
                people_of(act.repository).grant(person, grant)

        self.do(add)

    def actor(self, id: str) -> Actor:
        """The actor of a person as things are now."""
        return self.look(lambda act: people_of(act.repository).actor(id)) or SYSTEM

    def do(self, change: Callable[[Act], Any], by: str = '') -> Any:
        """Runs `change(act)` as a person (the system when none is named) and commits."""
        actor = self.actor(by) if by else SYSTEM
        return self.site.transact(change, actor, door='web')

    def look(self, read: Callable[[Act], Any], by: str = '') -> Any:
        """`read(act)` without committing."""
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        connection = self.database.open(manager)
        try:
            repository = repository_of(connection)
            actor = people_of(repository).actor(by) if by else SYSTEM
            return read(Act(repository, actor, self.clock, self.site, manager, 'web'))
        finally:
            manager.abort()
            connection.close()

    def events(self) -> list[dict[str, Any]]:
        """Every event written, in order."""

        def read(act: Act) -> list[bytes]:
            queues = log.event_log(act.repository).queues.values()
            return [leaf for queue in queues for _number, leaf in queue.since(0)]

        return sorted((json.loads(leaf) for leaf in self.look(read)), key=lambda event: event['id'])

    def close(self) -> None:
        self.database.close()
