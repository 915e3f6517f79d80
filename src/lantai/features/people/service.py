"""Accounts: who makes them, changes them, and gives a first password (系统管理员).

Every use case takes the act first, checks the permission, and writes its event. Passwords never stand in
events, messages or results but for a one-time password, which is shown once to who made it.
"""

from itertools import islice

from lantai.base.errors import Condition, DomainError, Invalid
from lantai.base.i18n import _
from lantai.features.people.errors import (
    AdministratorsPassword,
    LastAdministrator,
    NoSuchPerson,
    OwnAccount,
    PersonExists,
)
from lantai.features.people.rules import LANGUAGES, id_mistakes, name_mistakes, unit_mistakes
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.credentials import login_id
from lantai.services.security.passwords import one_time_password
from lantai.services.security.people import Person, people_of
from lantai.services.security.permissions import Permission
from lantai.services.security.sessions import sessions_of


def get_person(act: Act, id: str) -> Person:
    """The account; raises NoSuchPerson. Asks for no permission: use cases do."""
    person = people_of(act.repository).get(login_id(id))
    if person is None:
        raise NoSuchPerson()
    return person


def find_people(act: Act, asked: str = '', *, after: str | None = None, limit: int = 100) -> list[Person]:
    """Up to `limit` accounts after one, by id, with `asked` in the id or the name. Raises Forbidden."""
    policy.require(act, Permission.SEE_PEOPLE, act.repository)
    people, wanted = people_of(act.repository), asked.strip().casefold()
    if not wanted:
        return people.page(after, limit)
    found = (
        person
        for person in people
        if (after is None or person.id > after)
        and (wanted in person.id.casefold() or wanted in person.name.casefold())
    )
    return list(islice(found, limit))


def create_person(
    act: Act,
    id: str,
    *,
    name: str,
    fonds: str = '',
    unit: str = '',
    language: str = '',
    password: str | None = None,
) -> str:
    """A new account without any role; gives its one-time password, or nothing when `password` was given.

    Raises Invalid with every mistake at its field, PersonExists, Forbidden.
    """
    policy.require(act, Permission.MANAGE_ACCOUNTS, act.repository)
    id = login_id(id)
    mistakes = id_mistakes(id) + name_mistakes(name) + _place_mistakes(act, fonds, unit)
    mistakes += _language_mistakes(language)
    if password is not None:
        mistakes += act.site.doorkeeper.passwords.weaknesses(password, (id, name))
    if mistakes:
        raise Invalid(conditions=mistakes)
    if people_of(act.repository).get(id) is not None:
        raise PersonExists()
    person = Person(id, act.clock.now())
    person.name, person.fonds, person.unit, person.language = name.strip(), fonds, unit, language
    given = one_time_password() if password is None else ''
    person.password_hash = act.site.doorkeeper.passwords.hash(password or given)
    person.must_change_password = bool(given)
    people_of(act.repository).add(person)
    record(act, Event.PERSON_CREATE, person=id, fonds=fonds, unit=unit)
    return given


def change_person(
    act: Act,
    id: str,
    *,
    name: str | None = None,
    fonds: str | None = None,
    unit: str | None = None,
    language: str | None = None,
    disabled: bool | None = None,
) -> None:
    """Changes what is given of an account; a disabled one is signed out everywhere at once.

    Raises Invalid, NoSuchPerson, OwnAccount (unit and disabling decide on rights), LastAdministrator.
    """
    policy.require(act, Permission.MANAGE_ACCOUNTS, act.repository)
    person = get_person(act, id)
    after = {
        'name': person.name if name is None else name.strip(),
        'fonds': person.fonds if fonds is None else fonds,
        'unit': person.unit if unit is None else unit,
        'language': person.language if language is None else language,
        'disabled': person.disabled if disabled is None else disabled,
    }
    changed = [key for key, value in after.items() if getattr(person, key) != value]
    if person.id == act.actor.id and {'fonds', 'unit', 'disabled'} & set(changed):
        raise OwnAccount()
    mistakes = name_mistakes(after['name']) + _language_mistakes(after['language'])
    if {'fonds', 'unit'} & set(changed):
        mistakes += _place_mistakes(act, after['fonds'], after['unit'])
    if mistakes:
        raise Invalid(conditions=mistakes)
    if 'disabled' in changed:
        refusal = why_not_disable(act, person) if after['disabled'] else None
        if refusal is not None:
            raise refusal
        person.credentials_version += 1
        sessions_of(act.repository).end_all(person.id)
    for key in changed:
        setattr(person, key, after[key])
    if changed:
        state = {'disabled': person.disabled} if 'disabled' in changed else {}
        place = {'fonds': person.fonds, 'unit': person.unit} if {'fonds', 'unit'} & set(changed) else {}
        record(act, Event.PERSON_CHANGE, person=person.id, changed=sorted(changed), **state, **place)


def reset_password(act: Act, id: str) -> str:
    """A one-time password in place of the present one; it must be changed at the first sign-in.

    Raises NoSuchPerson, OwnAccount, AdministratorsPassword.
    """
    person = _may_set_password(act, id)
    given = one_time_password()
    set_hash(act, person, given, must_change=True)
    record(act, Event.PASSWORD_CHANGE, person=person.id, reset=True)
    return given


def set_password(act: Act, id: str, password: str) -> None:
    """A password chosen for somebody, by command on the machine. Raises Invalid and as `reset_password`."""
    person = _may_set_password(act, id)
    act.site.doorkeeper.passwords.require_good(password, (person.id, person.name))
    set_hash(act, person, password)
    record(act, Event.PASSWORD_CHANGE, person=person.id, reset=True)


def set_hash(act: Act, person: Person, password: str, *, must_change: bool = False) -> None:
    """Puts a new password in force at once: whoever is signed in with the old one is not any more."""
    person.password_hash = act.site.doorkeeper.passwords.hash(password)
    person.must_change_password = must_change
    person.credentials_version += 1
    sessions_of(act.repository).end_all(person.id)


def why_not_reset(act: Act, person: Person) -> DomainError | None:
    """What speaks against giving this person a new password, or None."""
    if person.id == act.actor.id:
        return OwnAccount(_('Change your own password on your own account’s page'))
    if person.administrator and not act.actor.almighty:
        return AdministratorsPassword()
    return None


def why_not_disable(act: Act, person: Person) -> DomainError | None:
    """What speaks against disabling this person, or None."""
    return OwnAccount() if person.id == act.actor.id else why_not_leave(act, person)


def why_not_leave(act: Act, person: Person) -> DomainError | None:
    """LastAdministrator when nobody else who can sign in holds the office of `person`, else None."""
    if not person.administrator or act.actor.almighty:
        return None
    holders = (
        other
        for other in people_of(act.repository)
        if other.administrator == person.administrator and not other.disabled and other is not person
    )
    return LastAdministrator() if next(holders, None) is None else None


def _may_set_password(act: Act, id: str) -> Person:
    policy.require(act, Permission.MANAGE_ACCOUNTS, act.repository)
    person = get_person(act, id)
    refusal = why_not_reset(act, person)
    if refusal is not None:
        raise refusal
    return person


def _place_mistakes(act: Act, fonds: str, unit: str) -> list[Condition]:
    if not fonds and not unit:
        return []  # administrators need belong nowhere
    node = act.repository.get(fonds) if fonds else None
    return unit_mistakes(node.units if node is not None and node.type == 'fonds' else None, unit)


def _language_mistakes(language: str) -> list[Condition]:
    if language in LANGUAGES:
        return []
    return [Condition('no-such-language', _('This language is not known'), 'language')]
