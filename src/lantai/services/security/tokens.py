"""API tokens and application passwords: 256 random bits, shown once, of which only a digest is kept.

A token (`Authorization: Bearer lt_<id>_<secret>`) is for programs that use the API; an application
password has the same form and is given as the password of HTTP Basic, for WebDAV clients.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.store.tree import Repository

_FORM = re.compile(r'lt_([0-9a-f]{12})_([0-9a-f]{64})', re.ASCII)


class TokenKind(StrEnum):
    """What it opens: the API by Bearer, or WebDAV by Basic."""

    API = 'api'
    APPLICATION = 'application'


class Token(Persistent):
    """One of them, without its secret. Dates are civil dates; `expires` is the last day it works."""

    last_used: date | None = None

    def __init__(
        self,
        id: str,
        person: str,
        kind: TokenKind,
        label: str,
        digest: bytes,
        created: date,
        expires: date | None,
    ) -> None:
        self.id = id
        self.person = person
        self.kind = str(kind)  # stored as a word, not as a class of the program
        self.label = label
        self.digest = digest
        self.created = created
        self.expires = expires

    def expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.expires is not None and self.expires < today

    def used(self, today: date) -> None:
        """Note the day it was used; written once a day only."""
        if self.last_used != today:
            self.last_used = today

    def _p_resolveConflict(
        self, old: dict[str, Any], saved: dict[str, Any], new: dict[str, Any]
    ) -> dict[str, Any]:
        """Two requests noting the day at once is no conflict; nothing else of a token ever changes."""
        days = [state['last_used'] for state in (saved, new) if state.get('last_used')]
        return {**saved, 'last_used': max(days)} if days else saved


class Tokens(Persistent):
    """The tokens of all persons (`repository.room('tokens')`)."""

    def __init__(self) -> None:
        self._by_id = OOBTree()
        self._of = OOBTree()

    def create(
        self, person: str, kind: TokenKind, label: str, today: date, expires: date | None = None
    ) -> tuple[Token, str]:
        """A new token and its full text, which exists nowhere else afterwards."""
        id, secret = secrets.token_hex(6), secrets.token_hex(32)
        while id in self._by_id:
            id = secrets.token_hex(6)
        token = Token(id, person, kind, label, _digest(secret), today, expires)
        self._by_id[id] = token
        if person not in self._of:
            self._of[person] = OOTreeSet()
        self._of[person].insert(id)
        return token, f'lt_{id}_{secret}'

    def find(self, text: str, kind: TokenKind, today: date) -> Token | None:
        """The valid token of that kind with this full text, or None."""
        match = _FORM.fullmatch(text)
        token = self._by_id.get(match[1]) if match else None
        if token is None or not hmac.compare_digest(token.digest, _digest(match[2])):
            return None
        return None if token.kind != kind or token.expired(today) else token

    def get(self, id: str) -> Token | None:
        """The token with this id."""
        return self._by_id.get(id)

    def of(self, person: str, kind: TokenKind | None = None) -> Iterator[Token]:
        """The tokens of a person, of one kind or all, expired ones too."""
        for id in self._of.get(person, ()):
            token = self._by_id[id]
            if kind is None or token.kind == kind:
                yield token

    def revoke(self, token: Token) -> None:
        """Take a token out; it opens nothing from the commit on."""
        del self._by_id[token.id]
        self._of[token.person].remove(token.id)


def looks_like_token(text: str) -> bool:
    """Whether a text has the form of a token (so that it is not tried as a password)."""
    return _FORM.fullmatch(text) is not None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode('ascii')).digest()


def install(repository: Repository) -> None:
    """Makes the store of tokens in a new repository."""
    repository.rooms['tokens'] = Tokens()


def tokens_of(repository: Repository) -> Tokens:
    """The tokens of a repository."""
    return repository.room('tokens')
