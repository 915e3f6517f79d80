"""Sessions of the web pages, kept in the database, so that any process knows them and ending one ends it.

The cookie holds 256 random bits; the database holds their SHA-256 only. Sessions lie in shards, so that
people signing in at the same moment write to different places.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.services.settings import Settings
from lantai.store.tree import Repository

SHARDS = 64
#: the last use is written at most this often (seconds): reading pages must not become writing
USE_WRITTEN_EVERY = 300
#: expired sessions taken out at one sign-in, so that no single one pays for many
SWEPT_AT_ONCE = 20


class Purpose(StrEnum):
    """What a session is good for: everything, or only choosing a password in place of a one-time one."""

    FULL = 'full'
    NEW_PASSWORD = 'new-password'


@dataclass(frozen=True)
class Lifetimes:
    """Seconds a session lives: without use, and in any case."""

    idle: int = 8 * 3600
    absolute: int = 24 * 3600

    @classmethod
    def from_settings(cls, settings: Settings) -> 'Lifetimes':
        """Idle for as long as the settings say, alive for three times that."""
        idle = settings.session_hours * 3600
        return cls(idle, 3 * idle)


class Session(Persistent):
    """One sign-in of one person. Times are whole seconds since 1970; `version` is the person's
    `credentials_version` at sign-in: when that moves on, the session is over."""

    def __init__(
        self, digest: str, person: str, version: int, purpose: Purpose, started: int, address: str, agent: str
    ) -> None:
        self.digest = digest
        self.person = person
        self.version = version
        self.purpose = str(purpose)  # stored as a word, not as a class of the program
        self.started = started
        self.used = started
        self.address = address
        self.agent = agent[:200]

    @property
    def id(self) -> str:
        """What names it in lists and forms; it opens nothing."""
        return self.digest[:16]

    def expired(self, now: datetime, lifetimes: Lifetimes) -> bool:
        """Whether it was idle or alive for too long."""
        moment = int(now.timestamp())
        return moment - self.used > lifetimes.idle or moment - self.started > lifetimes.absolute

    def touch(self, now: datetime) -> None:
        """Note its use, if the last note is old enough."""
        moment = int(now.timestamp())
        if moment - self.used >= USE_WRITTEN_EVERY:
            self.used = moment

    def _p_resolveConflict(
        self, old: dict[str, Any], saved: dict[str, Any], new: dict[str, Any]
    ) -> dict[str, Any]:
        """Two requests noting their use at once is no conflict; nothing else of a session ever changes."""
        return {**saved, 'used': max(saved['used'], new['used'])}


class Sessions(Persistent):
    """All sessions (`repository.room('sessions')`)."""

    def __init__(self) -> None:
        self._shards = tuple(OOBTree() for _number in range(SHARDS))
        self._of = tuple(OOBTree() for _number in range(SHARDS))

    def start(
        self,
        person: str,
        version: int,
        now: datetime,
        lifetimes: Lifetimes,
        *,
        purpose: Purpose = Purpose.FULL,
        address: str = '',
        agent: str = '',
    ) -> tuple[Session, str]:
        """A new session and the text for its cookie, which exists nowhere else."""
        token = secrets.token_urlsafe(32)
        digest = _digest(token)
        session = Session(digest, person, version, purpose, int(now.timestamp()), address, agent)
        shard = self._shard(digest)
        self._sweep_shard(shard, now, lifetimes, SWEPT_AT_ONCE)
        shard[digest] = session
        own = self._own(person)
        if person not in own:
            own[person] = OOTreeSet()
        own[person].insert(digest)
        return session, token

    def find(self, token: str, now: datetime, lifetimes: Lifetimes) -> Session | None:
        """The living session of this cookie, or None. The caller asks about its person."""
        digest = _digest(token)
        session = self._shard(digest).get(digest)
        if session is None or session.expired(now, lifetimes):
            return None
        return session

    def of(self, person: str) -> Iterator[Session]:
        """The sessions of a person, ended ones not, expired ones until they are swept."""
        for digest in self._own(person).get(person, ()):
            yield self._shard(digest)[digest]

    def end(self, session: Session) -> None:
        """End one session; ending it twice is no error."""
        self._shard(session.digest).pop(session.digest, None)
        own = self._own(session.person)
        digests = own.get(session.person)
        if digests is not None and session.digest in digests:
            digests.remove(session.digest)

    def end_all(self, person: str, but: Session | None = None) -> int:
        """End the sessions of a person, but for one; returns how many."""
        ending = [session for session in self.of(person) if session is not but]
        for session in ending:
            self.end(session)
        return len(ending)

    def sweep(self, now: datetime, lifetimes: Lifetimes, limit: int = 1000) -> int:
        """Take out up to `limit` expired sessions; returns how many."""
        swept = 0
        for shard in self._shards:
            if swept < limit:
                swept += self._sweep_shard(shard, now, lifetimes, limit - swept)
        return swept

    def _sweep_shard(self, shard: OOBTree, now: datetime, lifetimes: Lifetimes, limit: int) -> int:
        expired = [session for session in shard.values() if session.expired(now, lifetimes)][:limit]
        for session in expired:
            self.end(session)
        return len(expired)

    def _shard(self, digest: str) -> OOBTree:
        return self._shards[int(digest[:8], 16) % SHARDS]

    def _own(self, person: str) -> OOBTree:
        return self._of[int(_digest(person)[:8], 16) % SHARDS]


def csrf_token(secret: str) -> str:
    """The CSRF token that goes with a cookie: only who has the cookie can make it; nothing is stored."""
    return hmac.new(secret.encode('utf-8', 'surrogatepass'), b'csrf', hashlib.sha256).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode('utf-8', 'surrogatepass')).hexdigest()


def install(repository: Repository) -> None:
    """Makes the store of sessions in a new repository."""
    repository.rooms['sessions'] = Sessions()


def sessions_of(repository: Repository) -> Sessions:
    """The sessions of a repository."""
    return repository.room('sessions')
