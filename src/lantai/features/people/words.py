"""What roles and rights are called on pages."""

from collections.abc import Iterable, Mapping

from lantai.base.i18n import _
from lantai.features.people.access import Scope
from lantai.services.security.permissions import Administrator, Permission, Role

ROLES = {
    Role.READER: _('Reader'),
    Role.CONTRIBUTOR: _('Contributor'),
    Role.UNIT_ARCHIVIST: _('Unit archivist'),
    Role.MANAGER: _('Head of unit'),
    Role.ARCHIVIST: _('Archivist'),
    Role.APPRAISER: _('Member of the appraisal group'),
    Role.LEADER: _('Head of the office'),
    Role.SUPERVISOR: _('Witness of destruction'),
}

OFFICES = {
    Administrator.SYSADMIN: _('System administrator'),
    Administrator.SECURITY: _('Security administrator'),
    Administrator.AUDITOR: _('Security auditor'),
}

#: what each office does, shown where somebody is put into it
DUTIES = {
    Administrator.SYSADMIN: _('makes accounts and units, looks after the system'),
    Administrator.SECURITY: _('gives and takes back roles'),
    Administrator.AUDITOR: _('reads the event log'),
}

PERMISSIONS = {
    Permission.SEE: _('see'),
    Permission.READ: _('read'),
    Permission.EDIT: _('describe'),
    Permission.PUT: _('put files'),
    Permission.DELETE: _('delete'),
    Permission.ARRANGE: _('arrange'),
    Permission.SUBMIT: _('submit'),
    Permission.WITHDRAW: _('withdraw'),
    Permission.APPROVE: _('approve'),
    Permission.RETURN: _('send back'),
    Permission.EXCLUDE: _('set aside from filing'),
    Permission.INCLUDE: _('take up again'),
    Permission.FILE: _('file'),
    Permission.UNFILE: _('undo the filing'),
    Permission.CREATE: _('create'),
    Permission.CREATE_SERIES: _('create series'),
    Permission.OPEN_CLOSE: _('open and close'),
}

QUALIFIERS = {
    '': _('all'),
    'own': _('own'),
    'unit': _('of the unit'),
    'open': _('opened'),
}


def role_title(role: str) -> str:
    """The word for a role or an office."""
    return ROLES.get(role) or OFFICES[role]


def permission_titles(permissions: Iterable[Permission]) -> list[str]:
    """The words for permissions that are shown; those of the machinery have none."""
    return [PERMISSIONS[each] for each in permissions if each in PERMISSIONS]


def scope_title(scope: Scope, units: Mapping[str, str]) -> str:
    """Which filed records somebody reads; `units` are the titles of the units by code."""
    if scope.only_open:
        return _('what is opened or public')
    if scope.unit:
        return _('filed records of ${unit}', mapping={'unit': units.get(scope.unit, scope.unit)})
    return _('all filed records')
