"""Who somebody is by name and password, or by a token: the same for the login form, Basic and Bearer.

A WebDAV client sends its password with each of a thousand requests, so a verified pair of name and secret is
remembered for some minutes, as an HMAC under a key of this process that is written nowhere. The person's
`credentials_version` is part of what is remembered: a new password or a disabled account ends it at once.
A wrong pair is remembered too: a client that repeats an old password neither costs hashes nor counts as
guessing.
"""

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum

from lantai.base.clock import Clock
from lantai.base.errors import NotSignedIn
from lantai.base.i18n import _
from lantai.services.security.passwords import Passwords
from lantai.services.security.people import Person, people_of
from lantai.services.security.throttle import Throttle
from lantai.services.security.tokens import Token, TokenKind, looks_like_token, tokens_of
from lantai.store.tree import Repository

#: seconds a right pair is remembered, and a wrong one
RIGHT_FOR, WRONG_FOR = 420, 60
#: pairs remembered of each sort
REMEMBERED = 4096


class WrongCredentials(NotSignedIn):
    """The name or the password is wrong; which of them is not said."""

    name = 'wrong-credentials'
    title = _('The name or the password is wrong')

    def __init__(self, detail: str | None = None, *, person: str = '', fresh: bool = False) -> None:
        """`person` is the account tried, if it exists; `fresh` says that this pair was not known as wrong."""
        super().__init__(detail)
        self.person = person
        self.fresh = fresh


class PasswordMustBeChanged(NotSignedIn):
    """The password is right but was given by an administrator for one use."""

    name = 'password-must-be-changed'
    title = _('Please sign in on the web pages first and choose a password of your own')


class Method(StrEnum):
    """How somebody showed who they are."""

    PASSWORD = 'password'
    SESSION = 'session'
    TOKEN = 'token'
    APPLICATION = 'application'


@dataclass(frozen=True)
class Verified:
    """The person found, how, and the id of the token used (if one was)."""

    person: str
    method: Method
    token: str = ''


def login_id(name: str) -> str:
    """One form of a login name, however it was typed."""
    return unicodedata.normalize('NFC', name.strip().casefold())


class Credentials:
    """Verifies credentials for one process; safe for threads."""

    def __init__(
        self, passwords: Passwords, throttle: Throttle, clock: Clock, remembered: int = REMEMBERED
    ) -> None:
        self.passwords = passwords
        self.throttle = throttle
        self.clock = clock
        self._key = secrets.token_bytes(32)
        self._right = _Memory(remembered)
        self._wrong = _Memory(remembered)
        # One lock for each of 64 parts of the keys: eight connections opened at once with the same
        # password cost one hash, and different people do not wait for one another.
        self._turns = tuple(threading.Lock() for _number in range(64))

    def basic(
        self, repository: Repository, name: str, secret: str, address: str, *, applications: bool
    ) -> Verified:
        """The person of HTTP Basic credentials, which at some doors may be an application password.

        Raises WrongCredentials, PasswordMustBeChanged, Throttled.
        """
        if looks_like_token(secret):
            token = self._token(repository, secret, TokenKind.APPLICATION) if applications else None
            if token is None or token.person != login_id(name):
                raise WrongCredentials
            return Verified(token.person, Method.APPLICATION, token.id)
        person = self.password(repository, name, secret, address)
        if person.must_change_password:
            raise PasswordMustBeChanged
        return Verified(person.id, Method.PASSWORD)

    def bearer(self, repository: Repository, text: str) -> Verified:
        """The person of an API token; raises WrongCredentials."""
        token = self._token(repository, text, TokenKind.API)
        if token is None:
            raise WrongCredentials(_('The token is not valid, or no longer'))
        return Verified(token.person, Method.TOKEN, token.id)

    def password(self, repository: Repository, name: str, secret: str, address: str) -> Person:
        """The enabled person of this name and password; raises WrongCredentials, Throttled."""
        id = login_id(name)
        person = people_of(repository).get(id)
        if person is not None and person.disabled:
            person = None
        version = person.credentials_version if person is not None else -1
        key = self._digest(id, secret)
        if not self._known(key, version):
            with self._turns[key[0] % len(self._turns)]:
                if not self._known(key, version):
                    self._try(key, version, person, id, secret, address)
        if person is None:
            raise WrongCredentials
        return person

    def _known(self, key: bytes, version: int) -> bool:
        """Whether the pair is remembered as right; raises WrongCredentials when it is remembered as wrong."""
        now = self.clock.now().timestamp()
        if self._wrong.has(key, version, now):
            raise WrongCredentials
        return self._right.has(key, version, now)

    def _try(
        self, key: bytes, version: int, person: Person | None, id: str, secret: str, address: str
    ) -> None:
        self.throttle.check(id, address)
        now = self.clock.now().timestamp()
        if self.passwords.verify(person.password_hash if person is not None else None, secret):
            self.throttle.right(id, address)
            self._right.put(key, version, now + RIGHT_FOR)
            return
        self.throttle.wrong(id, address)
        self._wrong.put(key, version, now + WRONG_FOR)
        raise WrongCredentials(person=person.id if person is not None else '', fresh=True)

    def _token(self, repository: Repository, text: str, kind: TokenKind) -> Token | None:
        """The valid token, whose person may sign in; notes the day it is used."""
        today = self.clock.today()
        token = tokens_of(repository).find(text, kind, today)
        if token is None or people_of(repository).actor(token.person) is None:
            return None
        token.used(today)
        return token

    def _digest(self, id: str, secret: str) -> bytes:
        pair = f'{len(id)}\0{id}\0{secret}'.encode('utf-8', 'surrogatepass')
        return hmac.new(self._key, pair, hashlib.sha256).digest()


class _Memory:
    """The last pairs, each with the version and until when it holds; the oldest make room."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[bytes, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def has(self, key: bytes, version: int, now: float) -> bool:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return False
            if entry[0] == version and now < entry[1]:
                return True
            del self._entries[key]
            return False

    def put(self, key: bytes, version: int, until: float) -> None:
        with self._lock:
            self._entries[key] = (version, until)
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)
