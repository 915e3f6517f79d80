"""Refusals of the WebDAV door itself, each with its HTTP status and its `DAV:` condition.

Rooms raise the kinds of `lantai.base.errors`; what only the protocol knows (locks, headers, depth) is here.
How either becomes an answer is `refusals.py`.
"""

from lantai.base.errors import DomainError, Forbidden, Locked, Malformed, WrongState
from lantai.base.i18n import _


class OtherServer(DomainError):
    """`Destination` names another server, or a place outside the WebDAV tree of this one."""

    name = 'other-server'
    title = _('That address belongs to another server')
    status = 502


class TokenMissing(Locked):
    """A lock covers what would change, and its token was not sent. `hrefs` are the roots of those locks."""

    name = 'lock-token-submitted'
    title = _('It is locked by another program or person')
    condition = 'lock-token-submitted'

    def __init__(self, hrefs: tuple[str, ...] = (), detail=None):
        super().__init__(detail)
        self.hrefs = tuple(hrefs)


class ConflictingLock(Locked):
    name = 'no-conflicting-lock'
    title = _('It is locked already')
    condition = 'no-conflicting-lock'

    def __init__(self, hrefs: tuple[str, ...] = (), detail=None):
        super().__init__(detail)
        self.hrefs = tuple(hrefs)


class TokenDoesNotMatch(WrongState):
    name = 'lock-token-matches-request-uri'
    title = _('That lock is not on this address')
    condition = 'lock-token-matches-request-uri'


class NotYourLock(Forbidden):
    name = 'not-your-lock'
    title = _('The lock belongs to another person')


class InfiniteDepth(Forbidden):
    name = 'propfind-finite-depth'
    title = _('List one level at a time')
    condition = 'propfind-finite-depth'


class BadBody(Malformed):
    name = 'bad-body'
    title = _('The body of the request cannot be understood')


class NoParent(WrongState):
    """The parent is missing or may not be seen; both look the same from outside."""

    name = 'no-parent'
    title = _('The folder above does not exist')


class SameResource(Forbidden):
    name = 'same-resource'
    title = _('Source and destination are the same')


class NotAllowedHere(DomainError):
    """405: the method means nothing on this kind of resource."""

    name = 'method-not-allowed'
    title = _('This cannot be done here')
    status = 405


class UnsupportedBody(DomainError):
    name = 'unsupported-body'
    title = _('A body is not expected here')
    status = 415
