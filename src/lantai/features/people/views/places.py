"""The entries of people in the menus."""

from lantai.base.i18n import _
from lantai.features.people.views import start
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.navigation import ADMINISTRATION, PERSON


def may_see_people(request) -> bool:
    """Whether the person is one of those who look after accounts and roles."""
    return Permission.SEE_PEOPLE in policy.permissions(request.actor, request.repository)


def includeme(config) -> None:
    config.add_place(_('My account'), 'account', 10, PERSON)
    config.add_place(_('People and roles'), 'people', 10, ADMINISTRATION, shown=may_see_people)
    config.add_panel('accounts', _('Accounts'), 6, start.accounts, _('There are no accounts'))
    config.add_panel('rights', _('Who has which role'), 6, start.rights, _('Nobody has a role'))
