"""The entry of the event log in the menu of those who may read it."""

from lantai.base.i18n import _
from lantai.features.journal import start
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.navigation import ADMINISTRATION


def may_read(request) -> bool:
    """Whether the person may read the event log."""
    return Permission.READ_LOG in policy.permissions(request.actor, request.repository)


def includeme(config) -> None:
    config.add_place(_('Event log'), 'journal', 40, ADMINISTRATION, shown=may_read)
    config.add_panel('evidence', _('The event log'), 5, start.state, _('Nothing is sealed yet'))
    config.add_panel('refusals', _('Refused lately'), 7, start.refusals, _('Nothing was refused lately.'))
    config.add_panel(
        'grants', _('Roles given lately'), 7, start.grants, _('No role was given or taken back lately.')
    )
