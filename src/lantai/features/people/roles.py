"""Roles: who gives them and takes them back. The security administrator's work (安全保密管理员).

A role is given on a node and holds for all below it, where wanted for one unit only. The offices of the
three administrators (三员) are given on nothing: they hold for the whole repository, and never two of them
on one person.
"""

from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.features.people.errors import OwnAccount, RoleNotGiven, SecondAdministrator, invalid
from lantai.features.people.rules import role_mistakes, unit_mistakes
from lantai.features.people.service import get_person, why_not_leave
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.actor import Grant
from lantai.services.security.people import Person, people_of
from lantai.services.security.permissions import Administrator, Permission
from lantai.store.tree import Node

#: kinds of nodes that roles are given on
ROLES_ON = ('repository', 'fonds', 'series', 'file')


def grant_role(act: Act, id: str, role: str, node: Node, unit: str | None = None) -> None:
    """Gives a role on a node, for one unit where `unit` is given; giving it again changes nothing.

    Raises Invalid, NoSuchPerson, OwnAccount, NotFound, Forbidden.
    """
    person = _whose_roles(act, id, node)
    grant = checked_grant(node, role, unit)
    if grant not in person.grants:
        people_of(act.repository).grant(person, grant)
        record(act, Event.GRANT, node, person=person.id, role=role, unit=unit)


def revoke_role(act: Act, id: str, role: str, node: Node, unit: str | None = None) -> None:
    """Takes a role back; raises RoleNotGiven, NoSuchPerson, OwnAccount, NotFound, Forbidden."""
    person = _whose_roles(act, id, node)
    grant = Grant(role, node.uid, unit or None)
    if grant not in person.grants:
        raise RoleNotGiven()
    people_of(act.repository).revoke(person, grant)
    record(act, Event.REVOKE, node, person=person.id, role=role, unit=unit or None)


def checked_grant(node: Node, role: str, unit: str | None) -> Grant:
    """The value of a role on a node; raises Invalid when there is no such role or unit."""
    mistakes = role_mistakes(role)
    if node.type not in ROLES_ON:
        message = _('Roles are given on a fonds, a series, a volume, or on everything')
        raise invalid('node', 'no-roles-here', message)
    if unit:
        fonds = [each for each in node.ancestors() if each.type == 'fonds']
        mistakes += unit_mistakes(fonds[0].units if fonds else None, unit)
    if mistakes:
        raise Invalid(conditions=mistakes)
    return Grant(str(role), node.uid, unit or None)


def appoint_administrator(act: Act, id: str, office: str) -> None:
    """Puts a person into one of the three offices; raises SecondAdministrator, Invalid, OwnAccount."""
    person = _whose_roles(act, id, act.repository)
    if office not in set(Administrator):
        raise invalid('role', 'no-such-role', _('There is no such role'))
    if person.administrator and person.administrator != office:
        raise SecondAdministrator()
    if not person.administrator:
        person.administrator = str(office)
        record(act, Event.GRANT, person=person.id, role=office)


def dismiss_administrator(act: Act, id: str) -> None:
    """Takes the office back; raises RoleNotGiven, LastAdministrator, OwnAccount."""
    person = _whose_roles(act, id, act.repository)
    if not person.administrator:
        raise RoleNotGiven()
    refusal = why_not_leave(act, person)
    if refusal is not None:
        raise refusal
    office, person.administrator = person.administrator, ''
    record(act, Event.REVOKE, person=person.id, role=office)


def _whose_roles(act: Act, id: str, node: Node) -> Person:
    policy.require(act, Permission.MANAGE_ROLES, node)
    person = get_person(act, id)
    if person.id == act.actor.id:
        raise OwnAccount()
    return person
