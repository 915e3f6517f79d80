"""What must hold before a method does anything: its conditions, and the locks of others.

Asked inside the transaction that writes, so that nobody can slip in between, and again at every retry.
"""

from collections.abc import Iterable

from lantai.doors.dav import locks as locking
from lantai.doors.dav.call import Call
from lantai.doors.dav.conditions import State, holds
from lantai.doors.dav.errors import ConflictingLock, OtherServer, TokenMissing
from lantai.doors.dav.locks import Lock, Locks
from lantai.doors.dav.paths import DavPath, href
from lantai.doors.dav.resources import Resource, component_of, find_or_none, parent_for
from lantai.doors.dav.scratch import Place, place_of, scratch_of
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.store.tree import Container, Node
from lantai.web.conditional import PreconditionFailed


class Gate:
    """The conditions and locks of one call, as they stand in one transaction."""

    def __init__(self, call: Call, act: Act) -> None:
        self.call = call
        self.act = act
        self.now = act.clock.now()
        self.locks: Locks = act.repository.room(locking.ROOM)

    def check(self, found: Resource | None) -> None:
        """Raises PreconditionFailed when a condition does not hold for what is at the request's address."""
        self.call.preconditions.check(found.etag if found else None, found.modified if found else None)
        self.check_if()

    def check_if(self) -> None:
        """The `If` header alone: for addresses that are not in the tree."""
        if not holds(self.call.if_lists, self._state):
            raise PreconditionFailed()

    def _state(self, tag: str | None) -> State:
        try:
            path = self.call.path if tag is None else self.call.reference(tag)
        except OtherServer:
            return State()
        place = place_of(self.act, path)
        if place is not None:
            entry = scratch_of(self.call.site).get(place)
            return State(entry.etag if entry else None, _tokens(self.on_scratch(place)))
        found = find_or_none(self.act, path)
        if found is not None:
            return State(found.etag, _tokens(locking.covering(self.locks, found.node, self.now)))
        return State(None, _tokens(self._above(path)))

    def _above(self, path: DavPath) -> list[Lock]:
        """The locks that would hold for a name that nothing has."""
        if not path.segments:
            return []
        parent = find_or_none(self.act, path.parent)
        return locking.reaching_new_members(self.locks, parent.node, self.now) if parent else []

    def on_scratch(self, place: Place) -> list[Lock]:
        return self.locks.on(place.key, self.now)

    def may_change(self, node: Node) -> None:
        """Raises TokenMissing unless a token for every lock on `node` was sent by its owner."""
        self._submitted(locking.covering(self.locks, node, self.now))

    def may_change_members(self, container: Container) -> None:
        """The same for adding to a collection or taking from it: its own lock of depth 0 counts too."""
        self._submitted(locking.covering(self.locks, container, self.now))

    def may_remove(self, node: Node) -> None:
        """The same for taking a node away with all that is below it."""
        self.may_change(node)
        if node.__parent__ is not None:
            self.may_change_members(node.__parent__)
        self.may_lose_members(node)

    def may_lose_members(self, node: Node) -> None:
        """A locked member stops whoever would remove what it is in."""
        if isinstance(node, Container) and component_of(node) is None:
            for lock in locking.below(self.locks, self.act.repository, node, self.now):
                self._submitted([lock])

    def may_change_scratch(self, place: Place) -> None:
        self._submitted(self.on_scratch(place))

    def _submitted(self, held: list[Lock]) -> None:
        missing = locking.missing(held, self.call.tokens, self.act.actor.id)
        if missing:
            raise TokenMissing(self.roots(missing))

    def no_conflict(self, held: Iterable[Lock], exclusive: bool) -> None:
        """Raises ConflictingLock when one more lock is not possible beside those."""
        conflicts = locking.conflicting(held, exclusive)
        if conflicts:
            raise ConflictingLock(self.roots(conflicts))

    def roots(self, held: Iterable[Lock]) -> tuple[str, ...]:
        """Addresses of what is locked, as far as the person may know of it."""
        return tuple(dict.fromkeys(root for lock in held if (root := self.root(lock))))

    def root(self, lock: Lock) -> str:
        """The address of the lock's root now; empty when it is hidden or gone."""
        if lock.resource.startswith(Place.PREFIX):
            return Place.href(lock.resource, self.act, self.call.prefix)
        node = self.act.repository.by_uid(lock.resource)
        if node is None or not policy.sees(self.act.actor, node):
            return ''
        return href(node.segments, component_of(node) is None, self.call.prefix)

    def forget_locks(self, node: Node) -> None:
        """Locks do not travel, and do not outlive what they are on: drops those on `node` and below."""
        for lock in (
            *self.locks.on(node.uid, self.now),
            *locking.below(self.locks, self.act.repository, node, self.now),
        ):
            self.locks.remove(lock)


def _tokens(held: Iterable[Lock]) -> frozenset[str]:
    return frozenset(lock.token for lock in held)


def parent_unlocked(gate: Gate, path: DavPath) -> Container:
    """The collection a new member goes into, with its locks satisfied."""
    parent = parent_for(gate.act, path)
    gate.may_change_members(parent)
    return parent
