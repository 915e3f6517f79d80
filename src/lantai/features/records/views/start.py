"""The page a person starts on: what waits, own drafts, what came in lately, one search box."""

from __future__ import annotations

from pyramid.view import view_config

from lantai.features.records.views.approvals import tasks_for
from lantai.features.records.views.rows import row
from lantai.features.records.waiting import CAP
from lantai.services.search.errors import IndexUnavailable
from lantai.services.search.listing import found_by
from lantai.services.search.operation import caught_up
from lantai.services.search.query import Query
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


def has_roles(request) -> bool:
    """Whether records can be this person's business at all; those of the three administrators are not."""
    return bool(request.actor.grants) or request.actor.almighty


def waiting(request) -> Shown | None:
    """The oldest of what waits for this person."""
    if not has_roles(request):
        return None
    tasks = tasks_for(request)
    found = [row(request, task.node, with_place=True) for task in tasks[:ROWS]]
    return Shown(found, len(tasks), request.route_path('approvals'), len(tasks) >= CAP)


def drafts(request) -> Shown | None:
    """What this person captured and has not submitted."""
    if not has_roles(request):
        return None
    query = Query(type='item', state='draft', maker=request.actor.id, limit=ROWS)
    return _found(
        request, query, request.layout.optional_with('search', state='draft', maker=request.actor.id)
    )


def lately(request) -> Shown | None:
    """What was filed last, of all this person may see."""
    if not has_roles(request):
        return None
    query = Query(type='item', state='filed', limit=ROWS)
    return _found(request, query, request.layout.optional_with('search', state='filed'))


def _found(request, query: Query, url: str | None) -> Shown:
    try:
        caught_up(request.act)
        found, nodes = found_by(request.act, query)
    except IndexUnavailable:
        # the index is being made: the page stands without what it would find
        return Shown([], None, url)
    return Shown([row(request, node, with_place=True) for node in nodes], found.total, url, found.more)
