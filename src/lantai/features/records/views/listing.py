"""One page of the children of a container: by name from the tree, in another order or narrowed by words from
the index. Both show and count only what the person may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from lantai.features.records.views.rows import rows
from lantai.services.search import listing
from lantai.services.search.errors import BadCursor, IndexUnavailable
from lantai.services.search.operation import caught_up
from lantai.services.search.query import MAX_TEXT, Query
from lantai.services.security import policy
from lantai.store.tree import Container
from lantai.web.branches import key_before

ROWS = 50
STATES = (
    'draft', 'submitted', 'approved', 'excluded', 'filed', 'appraising', 'destroying', 'destroyed',
    'transferring', 'transferred',
)  # fmt: skip
#: columns of the list that it can be sorted by: the order of the index that each stands for
COLUMNS = ('code', 'title', 'date')
SORTS = tuple(sign + column for column in (*COLUMNS, 'modified') for sign in ('', '-'))


class ListQuery(colander.MappingSchema):
    """Where in a list to look; what makes no sense asks for nothing."""

    after = colander.SchemaNode(colander.String(), missing=None, validator=colander.Length(max=600))
    before = colander.SchemaNode(colander.String(), missing=None, validator=colander.Length(max=600))
    jump = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=255))
    state = colander.SchemaNode(colander.String(), missing='', validator=colander.OneOf(STATES))
    sort = colander.SchemaNode(colander.String(), missing='', validator=colander.OneOf(SORTS))
    words = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=MAX_TEXT))
    cursor = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=1000))


def asked(request) -> dict[str, Any]:
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


def listing_of(request, container: Container, query: Mapping[str, Any], limit: int = ROWS) -> dict:
    """What the template of a list gets: rows, neighbours, and the figures to filter by."""
    page = None
    if query['sort'] or query['words']:
        page = _from_index(request, container, query, limit)
    return {
        **(page or _from_tree(request, container, query, limit)),
        **_figures(request, container, query['state']),
        'state': query['state'],
        'words': query['words'],
        'sort': query['sort'] if page else '',
        'headers': _headers(request, container, query),
        # sorting and words need the index; while it is being made the list goes by name, and says so
        'unsorted': page is None and bool(query['sort'] or query['words']),
    }


def _from_tree(request, container: Container, query: Mapping[str, Any], limit: int) -> dict:
    """By name, from the container's own keys."""
    seen = policy.visible(request.actor, container)
    state = query['state']
    visible = (lambda key: key[0] == 'item' and key[1] == state and seen(key)) if state else seen
    after = key_before(query['jump']) if query['jump'] else query['after']
    page = container.page(visible, after=after, before=query['before'], limit=limit)

    def at(**where: str) -> str:
        return request.layout.url_of(container, state=state, **where)

    return {
        'rows': rows(request, container, page.nodes),
        'jump': query['jump'],
        'next': at(after=page.next) if page.next else None,
        'previous': at(before=page.previous) if page.previous else None,
        'first': at() if page.previous else None,
        'last': at() + ('&' if state else '?') + 'before=' if page.next else None,
        'found': None,
    }


def _from_index(request, container: Container, query: Mapping[str, Any], limit: int) -> dict | None:
    """In another order or only what has the words; None while there is no index."""
    wanted = Query(
        text=query['words'],
        state=query['state'],
        sort=query['sort'] or 'title',
        cursor=query['cursor'],
        limit=limit,
    )
    try:
        caught_up(request.act)
        page = listing.children(request.act, container, wanted)
    except IndexUnavailable:
        return None
    except BadCursor:
        return _from_index(request, container, {**query, 'cursor': ''}, limit) if query['cursor'] else None
    kept = {name: query[name] for name in ('state', 'sort', 'words')}

    def at(cursor: str | None) -> str | None:
        return request.layout.url_of(container, **kept, cursor=cursor) if cursor else None

    return {
        'rows': rows(request, container, page.nodes),
        'jump': '',
        'next': at(page.next),
        'previous': at(page.previous),
        'first': None,
        'last': None,
        'found': f'{page.total:,}{"+" if page.more else ""}',
    }


def _figures(request, container: Container, state: str) -> dict:
    """How many there are in all and in each state; every figure leads to what it counts."""
    seen = policy.visible(request.actor, container)
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
    return {'total': total, 'tabs': tabs}


def _headers(request, container: Container, query: Mapping[str, Any]) -> dict[str, dict]:
    """For each column to sort by: where a click leads, and which way it is sorted now."""
    found = {}
    for column in COLUMNS:
        current = query['sort'].lstrip('-') == column
        upwards = current and not query['sort'].startswith('-')
        sort = f'-{column}' if upwards else column
        found[column] = {
            'url': request.layout.url_of(container, state=query['state'], words=query['words'], sort=sort),
            'mark': ('↑' if upwards else '↓') if current else '',
            'aria': ('ascending' if upwards else 'descending') if current else None,
        }
    return found
