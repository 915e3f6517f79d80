"""Accounts and roles on the start page of those who look after them (系统管理员, 安全保密管理员)."""

from __future__ import annotations

from collections import Counter

from lantai.base.i18n import _
from lantai.features.people.words import role_title
from lantai.services.security import policy
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Administrator, Permission, Role
from lantai.web.panels import Fact, Shown


def accounts(request) -> Shown | None:
    """How many accounts there are, and which want something done; for who makes them."""
    if request.actor.almighty or not _may(request, Permission.MANAGE_ACCOUNTS):
        return None
    people = list(people_of(request.repository))
    active = [person for person in people if not person.disabled]
    placeless = [person for person in active if not person.administrator and not person.unit]
    unopened = [person for person in active if person.must_change_password]
    return Shown(
        [],
        facts=(
            Fact(_('Active'), f'{len(active):,}'),
            Fact(_('Disabled'), f'{len(people) - len(active):,}'),
            _wanting(_('Without a unit'), placeless),
            _wanting(_('Have not chosen a password yet'), unopened),
        ),
        url=request.route_path('people'),
    )


def rights(request) -> Shown | None:
    """How many people have each role; for who gives them."""
    if request.actor.almighty or not _may(request, Permission.MANAGE_ROLES) or request.actor.grants:
        return None
    active = [person for person in people_of(request.repository) if not person.disabled]
    having = Counter(role for person in active for role in {grant.role for grant in person.grants})
    having.update(person.administrator for person in active if person.administrator)
    bare = [person for person in active if not person.grants and not person.administrator]
    return Shown(
        [],
        facts=(
            *(Fact(role_title(role), f'{having[role]:,}') for role in (*Role, *Administrator)),
            _wanting(_('Accounts without any role'), bare),
        ),
        url=request.route_path('people'),
    )


def _wanting(label: str, people: list) -> Fact:
    names = '、'.join(person.name or person.id for person in people[:5])
    more = ' …' if len(people) > 5 else ''
    words = f'{len(people):,} · {names}{more}' if people else '0'
    return Fact(label, words, 'warn' if people else 'plain')


def _may(request, permission: Permission) -> bool:
    return permission in policy.permissions(request.actor, request.repository)
