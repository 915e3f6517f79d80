"""A case as stored: a list of records of one fonds, what was decided about each, and who did what when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.base.canonical import canonical_json
from lantai.base.clock import Clock
from lantai.base.merkle import root_of
from lantai.store.tree import ClassKey, Container, Node, Repository

ROOM = 'cases'
#: states in which nothing is to be done any more
CLOSED = ('done', 'cancelled')


class Case(Node):
    """A case. It stands under its fonds for the sake of rights, but is no child of it.

    `entries`: (reference code, uid) -> plain values, replaced as a whole. What an entry's list root
    covers are uid, code, decision and period: what an approval is about.
    """

    state = 'open'
    history: tuple[dict[str, Any], ...] = ()
    #: units of the records on it, so that their managers see it
    units: tuple[str, ...] = ()
    #: case it came out of, cases that came out of it: {'id', 'kind'}
    origin: str | None = None
    outcome: tuple[dict[str, str], ...] = ()
    #: who answers for the list; never the one who approves it
    maker = ''
    #: {'who', 'when', 'list_root'}
    approval: dict[str, Any] | None = None
    #: reports, registers, certificates: name -> plain values with their signature
    documents: dict[str, Any] = {}  # noqa: RUF012  a default, replaced and never changed

    def __init__(self, fonds: Container) -> None:
        super().__init__()
        self.__parent__ = fonds
        self.entries = OOBTree()

    @property
    def fonds_code(self) -> str:
        return self.__parent__.name

    @property
    def path(self) -> str:
        """The address of its page; a case has no place in the tree."""
        return f'/cases/{self.uid}'

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    def subject(self) -> ClassKey:
        return (self.type, self.state, '', self.creator, '', self.fonds_code)

    def touch(self, clock: Clock) -> None:
        """Notes a change; nobody counts a case among children."""
        self.revision += 1
        self.modified = clock.now()

    def uids(self) -> Iterator[str]:
        """The records, in order of code."""
        return (uid for _code, uid in self.entries)

    def key_of(self, uid: str) -> tuple[str, str] | None:
        """Where a record stands on the list; None when it is not on it."""
        code = self._codes.get(uid)
        return (code, uid) if code is not None else None

    @property
    def _codes(self) -> dict[str, str]:
        found = getattr(self, '_v_codes', None)
        if found is None or len(found) != len(self.entries):
            found = self._v_codes = {uid: code for code, uid in self.entries}
        return found

    def list_root(self) -> str:
        """The Merkle root (RFC 9162, hex) of the exact list with its decisions, in order of code."""
        return root_of_list(self.entries.items())


def root_of_list(entries: Iterable[tuple[tuple[str, str], dict[str, Any]]]) -> str:
    """The root of some entries of a list."""
    return root_of(
        canonical_json(
            {'uid': uid, 'code': code, 'decision': entry.get('decision'), 'period': entry.get('period')}
        )
        for (code, uid), entry in entries
    ).hex()


class Cases(Persistent):
    """The room's store. The newest are last: the id begins with the time."""

    def __init__(self) -> None:
        self.by_id = OOBTree()
        self.open = OOTreeSet()


def install(repository: Repository) -> None:
    """Makes the store of cases."""
    repository.rooms[ROOM] = Cases()


def cases_of(repository: Repository) -> Cases:
    """The room's store."""
    return repository.room(ROOM)
