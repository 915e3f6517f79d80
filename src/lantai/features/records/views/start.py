"""The page a person starts on: what waits, own drafts, what came in lately, one search box."""

from __future__ import annotations

from pyramid.view import view_config

from lantai.features.records.views.rows import row
from lantai.features.records.waiting import CAP, tasks_of
from lantai.services.security.permissions import Permission
from lantai.web.panels import Shown, panels

ROWS = 8


@view_config(
    route_name='start',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:records/start.pt',
)
def page(request) -> dict:
    """The panels of all rooms."""
    return {'panels': panels(request)}


def waiting(request) -> Shown:
    """The oldest of what waits for this person."""
    total, tasks = tasks_of(request.act, ROWS)
    found = [row(request, task.node, with_place=True) for task in tasks]
    return Shown(found, total, request.route_path('approvals'), total >= CAP)
