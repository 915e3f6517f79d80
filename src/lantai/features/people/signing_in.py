"""Signing in and out, and the sessions of one's own account."""

from dataclasses import dataclass, replace

from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.features.people.errors import invalid
from lantai.features.people.rules import LANGUAGES
from lantai.features.people.service import set_hash
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security.credentials import WrongCredentials
from lantai.services.security.people import Person, people_of
from lantai.services.security.sessions import Purpose, Session, sessions_of


@dataclass(frozen=True)
class SignedIn:
    """The text for the session's cookie, and whether a new password must be chosen first."""

    cookie: str
    must_change: bool
    language: str


def sign_in(
    act: Act, name: str, password: str, *, agent: str = '', former: Session | None = None
) -> SignedIn:
    """A new session for the person of this name and password; the browser's `former` one ends.

    Raises WrongCredentials, Throttled, Unavailable. The act's actor is nobody in particular.
    """
    doorkeeper = act.site.doorkeeper
    person = doorkeeper.credentials.password(act.repository, name, password, act.address)
    if doorkeeper.passwords.needs_rehash(person.password_hash):
        person.password_hash = doorkeeper.passwords.hash(password)
    if former is not None:
        sessions_of(act.repository).end(former)
    cookie = _start(act, person, agent)
    record(replace(act, actor=person.actor()), Event.LOGIN, address=act.address[:64])
    return SignedIn(cookie, person.must_change_password, person.language)


def sign_out(act: Act, session: Session) -> None:
    """Ends the session of the page."""
    sessions_of(act.repository).end(session)
    record(act, Event.LOGOUT)


def choose_password(act: Act, session: Session, new: str) -> str:
    """A password of one's own in place of a one-time one; gives the cookie of a full session.

    `session` is the one good for that only, and `act.actor` its person. Raises Invalid.
    """
    person = _person(act, session.person)
    if act.site.doorkeeper.passwords.verify(person.password_hash, new):
        raise invalid('new', 'password-unchanged', _('Choose another password than the present one'))
    return _change(act, person, new, session.agent)


def change_own_password(act: Act, session: Session, present: str, new: str) -> str:
    """A new password; every other session ends. Gives the cookie of the new session.

    Raises Invalid at the fields `present` and `new`, Throttled.
    """
    person = _person(act, act.actor.id)
    try:
        act.site.doorkeeper.credentials.password(act.repository, person.id, present, act.address)
    except WrongCredentials:
        raise invalid('present', 'wrong-password', _('This is not your present password')) from None
    if present == new:
        raise invalid('new', 'password-unchanged', _('Choose another password than the present one'))
    return _change(act, person, new, session.agent)


def change_own_language(act: Act, language: str) -> None:
    """The language of one's own pages; the one that is set already changes nothing. Raises Invalid."""
    if language not in LANGUAGES:
        raise invalid('language', 'no-such-language', _('This language is not known'))
    person = _person(act, act.actor.id)
    if person.language != language:
        person.language = language
        record(act, Event.PERSON_CHANGE, person=person.id, changed=['language'])


def end_session(act: Act, id: str) -> None:
    """Ends one of one's own sessions; raises NotFound."""
    for session in sessions_of(act.repository).of(act.actor.id):
        if session.id == id:
            sessions_of(act.repository).end(session)
            record(act, Event.LOGOUT)
            return
    raise NotFound()


def own_sessions(act: Act) -> list[Session]:
    """One's own living sessions, the last used first."""
    now, lifetimes = act.clock.now(), act.site.doorkeeper.lifetimes
    version = _person(act, act.actor.id).credentials_version
    living = (
        session
        for session in sessions_of(act.repository).of(act.actor.id)
        if not session.expired(now, lifetimes) and session.version == version
    )
    return sorted(living, key=lambda session: session.used, reverse=True)


def _change(act: Act, person: Person, new: str, agent: str) -> str:
    act.site.doorkeeper.passwords.require_good(new, (person.id, person.name), field='new')
    set_hash(act, person, new)
    record(act, Event.PASSWORD_CHANGE, person=person.id, reset=False)
    return _start(act, person, agent)


def _start(act: Act, person: Person, agent: str) -> str:
    _session, cookie = sessions_of(act.repository).start(
        person.id,
        person.credentials_version,
        act.clock.now(),
        act.site.doorkeeper.lifetimes,
        purpose=Purpose.NEW_PASSWORD if person.must_change_password else Purpose.FULL,
        address=act.address,
        agent=agent,
    )
    return cookie


def _person(act: Act, id: str) -> Person:
    person = people_of(act.repository).get(id)
    if person is None:
        raise NotFound()
    return person
