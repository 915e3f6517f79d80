"""The entry of the event log in the menu of those who may read it."""

from lantai.base.i18n import _
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.navigation import ADMINISTRATION


def may_read(request) -> bool:
    """Whether the person may read the event log."""
    return Permission.READ_LOG in policy.permissions(request.actor, request.repository)


def includeme(config) -> None:
    config.add_place(_('Event log'), 'journal', 40, ADMINISTRATION, shown=may_read)
