"""Errors of the domain. They know nothing of HTTP; doors translate their kinds.

Each class has a stable `name` (it becomes `urn:lantai:<name>`) and a title; an error
carries all its reasons as conditions, not only the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lantai.base.i18n import _


@dataclass(frozen=True)
class Condition:
    """One reason: a stable code, a message for people, and the field it is about (if any)."""

    code: str
    message: str
    field: str | None = None


class DomainError(Exception):
    """What a use case refuses. `detail` is translatable text, `conditions` all the reasons."""

    name = 'error'
    title = _('This cannot be done')
    #: never for anybody in this state, so that trying again is pointless
    final = False
    #: whether a refusal is written to the event log (outside the transaction it rolled back)
    logged = False

    def __init__(self, detail: str | None = None, conditions: Iterable[Condition] = ()) -> None:
        self.detail = detail if detail is not None else self.title
        self.conditions = tuple(conditions)
        super().__init__(str(self.detail), self.conditions)


class Malformed(DomainError):
    """The input cannot be read at all."""

    name = 'malformed'
    title = _('The request cannot be read')


class NotSignedIn(DomainError):
    """Nobody is signed in, or the credentials are wrong."""

    name = 'not-signed-in'
    title = _('Please sign in')


class Forbidden(DomainError):
    """Never for this person in this state."""

    name = 'forbidden'
    title = _('You may not do this')
    logged = True


class NotFound(DomainError):
    """It does not exist, or must stay hidden: nobody can tell which."""

    name = 'not-found'
    title = _('There is nothing here, or nothing that you may see')


class WrongState(DomainError):
    """Not in this state, or not as the tree is now."""

    name = 'wrong-state'
    title = _('This is not possible now')
    logged = True


class Gone(DomainError):
    """The content was destroyed or handed over; its description stays."""

    name = 'gone'
    title = _('The content no longer exists')


class Stale(DomainError):
    """A precondition failed: somebody else was quicker."""

    name = 'precondition-failed'
    title = _('Somebody else has changed this meanwhile')


class TooLarge(DomainError):
    """More than the limit set."""

    name = 'too-large'
    title = _('This is too large')


class UnsupportedType(DomainError):
    """A media type or encoding that is not taken here."""

    name = 'unsupported-type'
    title = _('This kind of content is not accepted here')


class Invalid(DomainError):
    """Well formed but not acceptable; the conditions say what at which field."""

    name = 'invalid'
    title = _('Some entries need another look')


class Locked(DomainError):
    """Somebody is working on it; try again later."""

    name = 'locked'
    title = _('This is locked at the moment')


class Throttled(DomainError):
    """Too many tries; `retry_after` is in seconds."""

    name = 'throttled'
    title = _('Too many attempts; please wait')

    def __init__(self, retry_after: int, detail: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """The storage cannot take it now; `retry_after` is in seconds."""

    name = 'unavailable'
    title = _('The repository cannot take this at the moment; nothing was changed')

    def __init__(self, detail: str | None = None, retry_after: int = 30) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class OverQuota(DomainError):
    """The allowance of the depositor is used up, or the disk is full."""

    name = 'quota-not-exceeded'
    title = _('There is not enough space for this')
