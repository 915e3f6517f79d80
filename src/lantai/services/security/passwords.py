"""Passwords: hashed with argon2id, measured against a policy, never kept or shown.

The cost comes from the settings, so that tests are quick and an installation can pay more;
a hash made at another cost is renewed at the next sign-in.
"""

import os
import secrets
import threading
import unicodedata
from functools import cached_property
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.services.settings import Settings

MINIMUM_LENGTH = 10
#: beyond this nobody types; a longer one would only make the hash expensive
MAXIMUM_LENGTH = 256

#: without letters that are mistaken for one another when read from paper
_ONE_TIME_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

#: words people build long passwords of; what is left beside them must be worth something
_COMMON_PARTS = (
    '1234567890', '0987654321', '123456789', '987654321', '12345678', '1qaz2wsx3edc', '1q2w3e4r5t',
    '123qwe', 'qwertyuiop', 'poiuytrewq', 'asdfghjkl', 'zxcvbnm', 'qwerty', 'qazwsx', 'abcdefghij',
    'password', 'passw0rd', 'p@ssw0rd', 'p@ssword', 'administrator', 'admin', 'letmein', 'welcome',
    'iloveyou', 'changeme', 'default', 'secret', 'lantai', 'archive', 'woaini', '5201314',
    '1314520', '147258369', '123123', '112233', '888888', '666666', '000000', '111111', 'dangan',
    'mima', 'abc', '123', '兰台', '档案', '密码',
)  # fmt: skip


def normal(password: str) -> str:
    """One form of a password however the keyboard composed it (RFC 8265, OpaqueString: NFC)."""
    return unicodedata.normalize('NFC', password)


def one_time_password() -> str:
    """A random password to read out or to copy once, 77 bits, such as `k7mq2-xv9tn-…`."""
    groups = (''.join(secrets.choice(_ONE_TIME_ALPHABET) for _i in range(5)) for _g in range(3))
    return '-'.join(groups)


class Passwords:
    """Hashes and judges passwords.

    `time_cost`, `memory_kib` and `parallelism` are those of argon2id; `lenient` (a demonstration
    repository) leaves out the policy but for emptiness.
    """

    def __init__(
        self, *, time_cost: int = 2, memory_kib: int = 19456, parallelism: int = 1, lenient: bool = False
    ) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)
        self.lenient = lenient
        # Each hash holds `memory_kib` and one core; more at once than cores would only hold more memory.
        self._turns = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))

    @classmethod
    def from_settings(cls, settings: Settings) -> 'Passwords':
        """At the cost the settings say; lenient where they say `demonstration` (in `extra`)."""
        return cls(
            time_cost=settings.argon2_time,
            memory_kib=settings.argon2_memory_kib,
            lenient=bool(settings.extra.get('demonstration')),
        )

    @cached_property
    def _dummy(self) -> str:
        """The hash of nobody's password, at the same cost as all others."""
        return self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """The argon2id hash of a password, with its parameters and salt, as text to keep."""
        with self._turns:
            return self._hasher.hash(normal(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether `password` is the one behind the hash `kept`.

        Without a hash (nobody of that name, or no password set) a dummy is computed all the same,
        so that the time taken does not tell which names exist. A damaged hash is never right.
        """
        tried = normal(password)
        if len(tried) > MAXIMUM_LENGTH:
            kept, tried = None, ''
        with self._turns:
            try:
                return self._hasher.verify(kept or self._dummy, tried) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def needs_rehash(self, kept: str) -> bool:
        """Whether the hash was made at another cost than the present one."""
        try:
            return self._hasher.check_needs_rehash(kept)
        except InvalidHashError:
            return True

    def weaknesses(self, password: str, names: tuple[str, ...], field: str = 'password') -> list[Condition]:
        """Everything that speaks against a new password of the person called `names`."""
        password = normal(password)
        if not password.strip():
            return [Condition('password-empty', _('Please enter a password'), field)]
        if len(password) > MAXIMUM_LENGTH:
            message = _('No more than ${n} characters', mapping={'n': MAXIMUM_LENGTH})
            return [Condition('password-too-long', message, field)]
        if any(unicodedata.category(character) == 'Cc' for character in password):
            return [Condition('password-characters', _('A password has no control characters'), field)]
        if self.lenient:
            return []
        found = []
        if len(password) < MINIMUM_LENGTH:
            message = _('At least ${n} characters', mapping={'n': MINIMUM_LENGTH})
            found.append(Condition('password-too-short', message, field))
        if _is_a_name(password, names):
            found.append(Condition('password-is-name', _('The password must not be the name'), field))
        elif _is_common(password):
            message = _('This password is among the first that are guessed; take several words of your own')
            found.append(Condition('password-common', message, field))
        return found

    def require_good(self, password: str, names: tuple[str, ...], field: str = 'password') -> None:
        """Raise Invalid with every weakness of a new password."""
        found = self.weaknesses(password, names, field)
        if found:
            raise Invalid(conditions=found)


def _is_a_name(password: str, names: tuple[str, ...]) -> bool:
    """Whether the password is one of the names, alone, repeated, reversed, or with figures around it."""
    bare = password.casefold().strip('0123456789!@#$%^&*()-_=+.,;: ')
    for name in names:
        name = normal(name).casefold()
        if name and (bare in (name, name[::-1]) or not password.casefold().replace(name, '').strip()):
            return True
    return False


def _is_common(password: str) -> bool:
    """Whether it is one character over and over, a run (abcdef, 654321), or made of common parts."""
    lowered = password.casefold()
    if len(set(lowered)) < 4:
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(lowered)}
    if steps in ({1}, {-1}):
        return True
    rest = lowered
    for part in _COMMON_PARTS:
        rest = rest.replace(part, '')
    return len(rest.strip('0123456789!@#$%^&*()-_=+.,;: ')) < 3 and len(rest) < 6
