"""The one security policy for all doors: who asks, by cookie or by credentials, and what they may do.

Pages know a person by the session cookie only; `/api/` and `/dav/` by `Authorization` only, so that no page
of another site can make a browser act there. What is allowed says `services.security.policy`, for all alike.

Looking who asks never raises: a page that needs nobody (an error page, the login form) must come out whatever
cookie or credentials came in. What was wrong with them is kept, and raised by whoever needs a person.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from pyramid.interfaces import ISecurityPolicy
from pyramid.request import Request, RequestLocalCache
from pyramid.security import Allowed, Denied
from zope.interface import implementer

from lantai.base.errors import DomainError, NotFound, NotSignedIn
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import append, run_folder
from lantai.services.security import policy
from lantai.services.security.actor import Actor
from lantai.services.security.credentials import Credentials, Method, Verified, WrongCredentials
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.services.security.sessions import Purpose, Session, sessions_of
from lantai.store.tree import Node
from lantai.web.cookies import SESSION_COOKIE, cookie_header

#: where programs come in; WebDAV takes application passwords as well
API, DAV = 'api', 'dav'
CHALLENGE = ('WWW-Authenticate', 'Basic realm="Lantai", charset="UTF-8"')


@dataclass(frozen=True)
class Identity:
    """A person who asks, how they showed who they are, and the session if it was one."""

    actor: Actor
    method: Method
    session: Session | None = None


@dataclass(frozen=True)
class _Seen:
    """What a request showed: a person; or one who has only a new password to choose; or what was wrong."""

    identity: Identity | None = None
    pending: Session | None = None
    error: DomainError | None = None


def program_door(request: Request) -> str:
    """`api` or `dav` where programs come in by credentials, else empty."""
    first = request.path_info.split('/', 2)[1:2]
    return first[0] if first and first[0] in (API, DAV) else ''


@implementer(ISecurityPolicy)
class SecurityPolicy:
    """Pyramid's hook; one instance for the application."""

    def __init__(self) -> None:
        self._seen = RequestLocalCache(_look)

    def seen(self, request: Request) -> _Seen:
        return self._seen.get_or_create(request)

    def identity(self, request: Request) -> Identity | None:
        """Who asks, or None."""
        return self.seen(request).identity

    def authenticated_userid(self, request: Request) -> str | None:
        """The id of the person who asks, or None."""
        identity = self.identity(request)
        return identity.actor.id if identity is not None else None

    def permits(self, request: Request, context: Any, permission: str) -> Allowed | Denied:
        """Whether the person may do that with the node; with no node at hand, with the repository."""
        identity = self.identity(request)
        if identity is None:
            return Denied('nobody is signed in')
        if permission == Permission.SIGNED_IN:
            return Allowed('any person')
        node = context if isinstance(context, Node) else request.repository
        if permission in policy.permissions(identity.actor, node):
            return Allowed('%s on %s', permission, node.uid)
        return Denied('no %s on %s', permission, node.uid)

    def remember(self, request: Request, userid: str, **kw: Any) -> list[tuple[str, str]]:
        """The cookie of a session just started; `token` is what `Sessions.start` gave."""
        return [('Set-Cookie', cookie_header(request, SESSION_COOKIE, kw['token']))]

    def forget(self, request: Request, **kw: Any) -> list[tuple[str, str]]:
        """The cookie taken back."""
        return [('Set-Cookie', cookie_header(request, SESSION_COOKIE, None))]


def actor_of(request: Request) -> Actor | None:
    """Who asks, or None."""
    identity = request.identity
    return identity.actor if identity is not None else None


def session_of(request: Request) -> Session | None:
    """The session of the page's reader, also one that is good for a new password only."""
    seen = _policy_of(request).seen(request)
    return seen.identity.session if seen.identity is not None else seen.pending


def require_signed_in(request: Request) -> Actor:
    """Who asks; raises what was wrong with the credentials, or NotSignedIn when there were none."""
    seen = _policy_of(request).seen(request)
    if seen.identity is None:
        raise seen.error or NotSignedIn()
    return seen.identity.actor


def refusal(request: Request) -> DomainError:
    """The error behind a `Denied`: credentials wrong or missing, else nothing is there for this person."""
    seen = _policy_of(request).seen(request)
    if seen.identity is None:
        return seen.error or NotSignedIn()
    return NotFound()


def login_address(request: Request) -> str:
    """Where a browser goes that is not signed in: the form, and from there back to the page asked for."""
    asked = request.path_qs if request.method in ('GET', 'HEAD') else ''
    query = {'next': asked} if asked not in ('', '/') else None
    return request.route_path('login', _query=query)


def safe_next(text: str | None) -> str:
    """Where to go after signing in: a path of this server, whatever was asked for."""
    if not text or not text.startswith('/') or text.startswith('//') or '\\' in text:
        return '/'
    if any(ord(character) < 0x21 or character == '\x7f' for character in text):
        return '/'
    return '/' if text.split('?')[0].split('/')[1] in (API, DAV, 'login', 'logout') else text


def address_of(request: Request) -> str:
    """The address asked from. Not WebOb's `client_addr`, which believes a header anybody can send; behind a
    trusted proxy waitress has put the right one here."""
    return request.remote_addr or ''


def note_wrong_login(request: Request, error: WrongCredentials) -> None:
    """Log a wrong password just tried, in a transaction of its own: which account (if it exists), from where.

    What was typed as a name is not logged, for it may be the password; nor is a pair known as wrong repeated.
    """
    if not error.fresh:
        return
    site = request.site
    facts = {'person': error.person, 'address': address_of(request)[:64]}
    site.database.transact(
        lambda repository, manager: append(
            repository,
            manager,
            run_folder(site),
            Event.LOGIN_FAILED,
            clock=site.clock,
            actor=None,
            door=program_door(request) or 'web',
            facts=facts,
        )
    )


def _look(request: Request) -> _Seen:
    door = program_door(request)
    return _by_credentials(request, door) if door else _by_cookie(request)


def _by_cookie(request: Request) -> _Seen:
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return _Seen()
    site, repository = request.site, request.repository
    now = site.clock.now()
    session = sessions_of(repository).find(cookie, now, site.doorkeeper.lifetimes)
    person = people_of(repository).get(session.person) if session is not None else None
    if person is None or person.disabled or person.credentials_version != session.version:
        return _Seen()
    session.touch(now)
    if session.purpose != Purpose.FULL or person.must_change_password:
        return _Seen(pending=session)
    return _Seen(Identity(person.actor(), Method.SESSION, session))


def _by_credentials(request: Request, door: str) -> _Seen:
    header = request.environ.get('HTTP_AUTHORIZATION')
    if not header:
        return _Seen()
    credentials: Credentials = request.site.doorkeeper.credentials
    try:
        verified = _verified(request, credentials, header, door)
    except WrongCredentials as error:
        note_wrong_login(request, error)
        return _Seen(error=error)
    except DomainError as error:  # throttled, no memory of wrong tries, a one-time password
        return _Seen(error=error)
    actor = people_of(request.repository).actor(verified.person)
    return _Seen(Identity(actor, verified.method) if actor is not None else None)


def _verified(request: Request, credentials: Credentials, header: str, door: str) -> Verified:
    scheme, _space, value = header.partition(' ')
    if scheme.lower() == 'bearer':
        return credentials.bearer(request.repository, value.strip())
    if scheme.lower() != 'basic':
        raise WrongCredentials()
    name, secret = _name_and_secret(value.strip())
    return credentials.basic(request.repository, name, secret, address_of(request), applications=door == DAV)


def _name_and_secret(value: str) -> tuple[str, str]:
    """The two halves of Basic credentials. We ask for UTF-8; who cannot sends Latin-1 (RFC 7617)."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise WrongCredentials() from None
    try:
        text = raw.decode('utf-8')
    except UnicodeDecodeError:
        text = raw.decode('latin-1')
    name, colon, secret = text.partition(':')
    if not colon:
        raise WrongCredentials()
    # Windows puts the machine's or the domain's name in front of the person's
    return name.rpartition('\\')[2], secret


def _policy_of(request: Request) -> SecurityPolicy:
    return request.registry.getUtility(ISecurityPolicy)


def includeme(config: Any) -> None:
    config.set_security_policy(SecurityPolicy())
