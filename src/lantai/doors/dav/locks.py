"""Locks of WebDAV (RFC 4918 section 6): a courtesy between editors, never a rule of the archive.

They lie in the repository's own room `locks`, so every process on one database sees the same ones.
A lock is on a node's uid (or on a name in somebody's scratch area), not on an address: it does not
travel when something else takes the name, and a node renamed in a browser keeps its own. An ended
lock is gone the moment it ends; what is left of it is swept when the next lock is made.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from lantai.store.tree import Node, Repository

ROOM = 'locks'
DEFAULT_TIMEOUT = 600
MAX_TIMEOUT = 3600
_SECONDS = re.compile(r'second-(\d{1,12})', re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Lock:
    """One write lock. `resource` is a uid or a scratch key; `timeout` is in seconds."""

    token: str
    resource: str
    person: str
    exclusive: bool
    infinite: bool
    owner: str
    timeout: int
    expires: datetime

    def lives(self, now: datetime) -> bool:
        return self.expires > now

    def seconds_left(self, now: datetime) -> int:
        return max(1, round((self.expires - now).total_seconds()))


def new_token() -> str:
    """A token that nobody guesses. Short, because clients (and litmus) put it beside two entity tags of 64
    characters into header lines of 200.
    """
    return f'opaquelocktoken:{secrets.token_urlsafe(15)}'


class Locks(Persistent):
    """The lock store: locks by token, tokens by what they are on."""

    def __init__(self):
        self._by_token = OOBTree()
        self._by_resource = OOBTree()
        #: uid of an item that a LOCK made without content -> token of that lock; swept when the lock is over
        self.empty = OOBTree()
        #: uid of what a program wrote while saving -> when; swept when it was left behind
        self.saving = OOBTree()

    def get(self, token: str, now: datetime) -> Lock | None:
        lock = self._by_token.get(token)
        return lock if lock is not None and lock.lives(now) else None

    def on(self, resource: str, now: datetime) -> list[Lock]:
        """The locks whose root this is."""
        tokens = self._by_resource.get(resource, ())
        return [lock for token in tokens if (lock := self.get(token, now)) is not None]

    def living(self, now: datetime) -> Iterator[Lock]:
        return (lock for lock in self._by_token.values() if lock.lives(now))

    def add(
        self,
        resource: str,
        person: str,
        *,
        exclusive: bool,
        infinite: bool,
        owner: str,
        timeout: int,
        now: datetime,
    ) -> Lock:
        """A new lock; whether it may be made is the caller's to know."""
        self.sweep(now)
        lock = Lock(
            new_token(),
            resource,
            person,
            exclusive,
            infinite,
            owner,
            timeout,
            now + timedelta(seconds=timeout),
        )
        self._by_token[lock.token] = lock
        self._by_resource[resource] = (*self._by_resource.get(resource, ()), lock.token)
        return lock

    def refresh(self, lock: Lock, timeout: int, now: datetime) -> Lock:
        renewed = replace(lock, timeout=timeout, expires=now + timedelta(seconds=timeout))
        self._by_token[lock.token] = renewed
        return renewed

    def remove(self, lock: Lock) -> None:
        self._by_token.pop(lock.token, None)
        left = tuple(token for token in self._by_resource.get(lock.resource, ()) if token != lock.token)
        if left:
            self._by_resource[lock.resource] = left
        else:
            self._by_resource.pop(lock.resource, None)

    def sweep(self, now: datetime) -> None:
        """Forget the locks that have ended."""
        for lock in [lock for lock in self._by_token.values() if not lock.lives(now)]:
            self.remove(lock)


def install(repository: Repository) -> None:
    """The room's own store in a new repository; safe to call again."""
    if ROOM not in repository.rooms:
        repository.rooms[ROOM] = Locks()


def covering(locks: Locks, node: Node, now: datetime) -> list[Lock]:
    """The locks that hold for `node`: its own, and those of infinite depth above it."""
    return [
        lock
        for ancestor in node.ancestors()
        for lock in locks.on(ancestor.uid, now)
        if lock.infinite or ancestor is node
    ]


def reaching_new_members(locks: Locks, container: Node, now: datetime) -> list[Lock]:
    """The locks that hold for a name in `container` that nothing has yet: those of infinite depth."""
    return [lock for lock in covering(locks, container, now) if lock.infinite]


def below(locks: Locks, repository: Repository, node: Node, now: datetime) -> list[Lock]:
    """The locks on something inside `node`."""
    found = []
    for lock in locks.living(now):
        held = repository.by_uid(lock.resource)
        if held is not None and held.uid != node.uid and any(one.uid == node.uid for one in held.ancestors()):
            found.append(lock)
    return found


def conflicting(held: Iterable[Lock], exclusive: bool) -> list[Lock]:
    """Those that forbid one more lock, exclusive or shared."""
    return [lock for lock in held if exclusive or lock.exclusive]


def missing(held: Iterable[Lock], tokens: frozenset[str], person: str) -> list[Lock]:
    """The locks of one place for which this person sent no token; of several shared ones, one is enough."""
    held = list(held)
    if any(lock.token in tokens and lock.person == person for lock in held):
        return []
    return held


def parse_timeout(header: str | None) -> int:
    """Seconds to grant: as asked between one second and an hour, ten minutes when it cannot be read."""
    for wish in (header or '').split(','):
        wish = wish.strip().lower()
        if wish == 'infinite':
            return MAX_TIMEOUT
        match = _SECONDS.fullmatch(wish)
        if match and int(match.group(1)) > 0:
            return min(MAX_TIMEOUT, int(match.group(1)))
    return DEFAULT_TIMEOUT


def parse_lock_token(header: str) -> str:
    """The token of a `Lock-Token` header; old Windows leaves out the angle brackets."""
    header = header.strip()
    if header.startswith('<') and header.endswith('>'):
        header = header[1:-1]
    return header
