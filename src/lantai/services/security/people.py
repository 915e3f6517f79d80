"""The people and their roles, as stored."""

from collections.abc import Iterator
from datetime import datetime

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from lantai.services.security.actor import Actor, Grant
from lantai.store.tree import Node, Repository


class Person(Persistent):
    """An account. `grants` are the roles on nodes; an administrator has none of them by that."""

    name = ''
    fonds = ''
    unit = ''
    password_hash = ''
    language = ''
    administrator = ''
    disabled = False
    must_change_password = False
    #: raised whenever a password, a token or the account's state changes
    credentials_version = 0
    grants: tuple[Grant, ...] = ()
    #: columns that this person's lists show beside those that all have
    columns: tuple[str, ...] = ()

    def __init__(self, id: str, created: datetime) -> None:
        self.id = id
        self.created = created

    def actor(self) -> Actor:
        """The plain value that use cases get."""
        return Actor(
            id=self.id,
            name=self.name or self.id,
            fonds=self.fonds,
            unit=self.unit,
            grants=self.grants,
            administrator=self.administrator,
            language=self.language,
            must_change_password=self.must_change_password,
        )


class People(Persistent):
    """All accounts by id, and the same grants once more by node."""

    def __init__(self) -> None:
        self._people = OOBTree()
        #: node uid -> tuple of (person id, Grant)
        self._by_node = OOBTree()

    def add(self, person: Person) -> None:
        """Takes a person in; raises KeyError when the id is taken."""
        if person.id in self._people:
            raise KeyError(person.id)
        self._people[person.id] = person

    def get(self, id: str) -> Person | None:
        return self._people.get(id)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    def __len__(self) -> int:
        return len(self._people)

    def page(self, after: str | None = None, limit: int = 50) -> list[Person]:
        """People in order of id, after one (exclusive)."""
        stretch = self._people.values(after, None, excludemin=after is not None)
        return [person for person, _n in zip(stretch, range(limit), strict=False)]

    def actor(self, id: str) -> Actor | None:
        """The actor of a person who may sign in; None when unknown or disabled."""
        person = self.get(id)
        return person.actor() if person is not None and not person.disabled else None

    def grant(self, person: Person, grant: Grant) -> None:
        """Gives a role; giving it again changes nothing."""
        if grant not in person.grants:
            person.grants = (*person.grants, grant)
            self._by_node[grant.node] = (*self._by_node.get(grant.node, ()), (person.id, grant))

    def revoke(self, person: Person, grant: Grant) -> None:
        """Takes a role back; raises KeyError when it was not given."""
        if grant not in person.grants:
            raise KeyError(grant)
        person.grants = tuple(other for other in person.grants if other != grant)
        rest = tuple(entry for entry in self._by_node.get(grant.node, ()) if entry != (person.id, grant))
        if rest:
            self._by_node[grant.node] = rest
        else:
            del self._by_node[grant.node]

    def on_node(self, node: Node) -> tuple[tuple[str, Grant], ...]:
        """Who was given what on just this node."""
        return self._by_node.get(node.uid, ())


def install(repository: Repository) -> None:
    """Makes the store of people in a new repository."""
    repository.rooms['people'] = People()


def people_of(repository: Repository) -> People:
    """The people of a repository."""
    return repository.room('people')
