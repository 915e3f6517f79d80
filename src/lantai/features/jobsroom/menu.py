"""The entry of the jobs in the side bar, for whoever has any."""

from lantai.base.i18n import _
from lantai.features.jobsroom import start
from lantai.services.jobs import service
from lantai.services.security import policy
from lantai.services.security.permissions import Permission


def unread(request) -> int:
    """How many jobs wait to be finished, or to be read."""
    return service.unread(request.act)


def has_any(request) -> bool:
    """Whether there is anything to show."""
    manages = Permission.MANAGE_SYSTEM in policy.permissions(request.actor, request.repository)
    return manages or bool(service.mine(request.act, 1))


def includeme(config) -> None:
    config.add_place(_('Background jobs'), 'jobs', 80, shown=has_any, count=unread)
    config.add_panel('system', _('State of the system'), 5, start.system, _('Nothing to tell'))
