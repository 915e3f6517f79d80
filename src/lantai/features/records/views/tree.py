"""The page of a container: what it is, what it holds, and what may be done there; and the branches of the
tree.
"""

from __future__ import annotations

import colander
from pyramid.view import view_config

from lantai.features.records.model import File, Fonds, Series
from lantai.features.records.views import offers
from lantai.features.records.views.rows import rows
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Repository
from lantai.web import branches
from lantai.web.branches import key_before

ROWS = 50
STATES = (
    'draft',
    'submitted',
    'approved',
    'excluded',
    'filed',
    'appraising',
    'destroying',
    'destroyed',
    'transferring',
    'transferred',
)
ARCHIVE = {
    'route_name': 'archive',
    'permission': Permission.SEE,
    'request_method': 'GET',
    'renderer': 'lantai.templates:records/container.pt',
}


class ListQuery(colander.MappingSchema):
    """Where in a list to look; what makes no sense asks for nothing."""

    after = colander.SchemaNode(colander.String(), missing=None)
    before = colander.SchemaNode(colander.String(), missing=None, validator=colander.Length(max=600))
    jump = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=255))
    state = colander.SchemaNode(colander.String(), missing='', validator=colander.OneOf(STATES))


@view_config(context=Repository, **ARCHIVE)
@view_config(context=Fonds, **ARCHIVE)
@view_config(context=Series, **ARCHIVE)
@view_config(context=File, **ARCHIVE)
def container_page(container: Container, request) -> dict:
    """A container with one page of its children."""
    query = asked(request)
    listing = listing_of(request, container, query)
    return {
        'node': container,
        'title': request.layout.title_of(container),
        'crumbs': request.layout.crumbs(container),
        'facts': _facts(request, container),
        'open_state': offers.open_state(container),
        'acts': offers.container_acts(request, container),
        'bulk': offers.bulk_steps(request, container),
        'back': request.path_qs,
        **listing,
    }


@view_config(
    route_name='branch',
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:layout/branch.pt',
)
def branch(container, request) -> dict:
    """The rows below a container, for the tree that is open already."""
    level = request.GET.get('level', '1')
    level = min(int(level), 9) if level.isascii() and level.isdigit() else 1
    if not isinstance(container, Container) or container.type == 'item':
        return {'rows': []}
    return {'rows': branches.level_of(request, container, level, request.GET.get('after') or None)}


def asked(request) -> dict:
    """The query of a list, each part for itself: a broken one is as if it were absent."""
    found = {}
    for node in ListQuery().children:
        try:
            found[node.name] = node.deserialize(request.GET.get(node.name, colander.null))
        except colander.Invalid:
            found[node.name] = node.missing
    if 'before' in request.GET and found['before'] is None:
        found['before'] = ''  # the last page: before nothing
    return found


def listing_of(request, container: Container, query: dict, limit: int = ROWS) -> dict:
    """One page of children, its neighbours and the figures to filter by; all of what this person may see."""
    layout = request.layout
    seen = policy.visible(request.actor, container)
    state = query['state']
    visible = (lambda key: key[0] == 'item' and key[1] == state and seen(key)) if state else seen
    after = key_before(query['jump']) if query['jump'] else query['after']
    page = container.page(visible, after=after, before=query['before'], limit=limit)

    def at(**where):
        return layout.url_of(container, state=state, **where)

    total, tabs = _figures(request, container, seen, state)
    return {
        'rows': rows(request, container, page.nodes),
        'total': total,
        'tabs': tabs,
        'state': state,
        'jump': query['jump'],
        'next': at(after=page.next) if page.next else None,
        'previous': at(before=page.previous) if page.previous else None,
        'first': at() if page.previous else None,
        'last': at() + ('&' if state else '?') + 'before=' if page.next else None,
    }


def _figures(request, container: Container, seen, state: str) -> tuple[int, list[dict]]:
    """How many there are in all and in each state; every figure leads to what it counts."""
    by_state: dict[str, int] = {}
    total = 0
    for key, number in container.counts().items():
        if seen(key):
            total += number
            if key[0] == 'item':
                by_state[key[1]] = by_state.get(key[1], 0) + number
    layout = request.layout
    tabs = [
        {
            'title': layout.state(each),
            'count': by_state[each],
            'url': layout.url_of(container, state=each),
            'current': each == state,
        }
        for each in STATES
        if by_state.get(each)
    ]
    return total, tabs


def _facts(request, container: Container) -> list[str]:
    """The scheme a container stands for, in words."""
    if not isinstance(container, Series | File):
        return []
    scheme = container.scheme()
    words = [
        scheme.get('category'),
        scheme.get('year'),
        request.layout.period(scheme.get('period')),
        scheme.get('unit'),
    ]
    return [word for word in words if word]
