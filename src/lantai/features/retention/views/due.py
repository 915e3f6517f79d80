"""What is past its retention (保管到期): the longest overdue first, on the start page and on its own."""

from __future__ import annotations

from itertools import islice

from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.features.records.views.rows import row
from lantai.features.retention.service import due
from lantai.services.security.permissions import Permission, Role
from lantai.web.panels import Shown

#: who appraises, or has it done; the due dates of records are on every list for the others
ROLES = frozenset({Role.ARCHIVIST, Role.APPRAISER, Role.LEADER})
ON_START = 8
ON_PAGE = 500


def concerns(request) -> bool:
    """Whether due records are this person's business."""
    return any(grant.role in ROLES for grant in request.actor.grants)


def panel(request) -> Shown | None:
    """The longest overdue, and how many there are."""
    if not concerns(request):
        return None
    items = list(islice(due(request.act, request.site.clock.today()), ON_PAGE + 1))
    rows = [row(request, item, with_place=True) for item in items[:ON_START]]
    return Shown(rows, min(len(items), ON_PAGE), request.route_path('due'), len(items) > ON_PAGE)


@view_config(
    route_name='due',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:retention/due.pt',
)
def page(request) -> dict:
    """All that is due today of what this person may see, as far as a page can show."""
    items = list(islice(due(request.act, request.site.clock.today()), ON_PAGE + 1))
    return {
        'rows': [row(request, item, with_place=True) for item in items[:ON_PAGE]],
        'more': len(items) > ON_PAGE,
        'most': ON_PAGE,
    }


def includeme(config) -> None:
    """The page, and the panel of the start page."""
    config.add_route('due', '/due')
    config.add_panel('due', _('Past retention'), 40, panel, _('Nothing is past its retention.'))
