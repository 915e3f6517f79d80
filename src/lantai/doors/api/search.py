"""`/api/v1/search`: thin over the use case."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.doors.api.nodes import summary
from lantai.doors.api.reading import Digits, Text, between, mapping, member
from lantai.features.searching.service import search
from lantai.services.search.query import Query
from lantai.services.security.permissions import Permission

FILTERS = ('fonds', 'type', 'state', 'year', 'period', 'unit', 'maker', 'container', 'date_from', 'date_to')


@endpoint(
    'GET',
    '/search',
    'Find records',
    permission=Permission.SIGNED_IN,
    query=mapping(
        member(Text(), 'q', missing=''),
        *(member(Text(), name, missing='') for name in FILTERS),
        member(Text(), 'sort', missing='newest'),
        member(Digits(), 'limit', validator=between(1, 500), missing=50),
        member(Text(), 'cursor', missing=''),
    ),
    answers={200: Answer('What was found', 'Found')},
    problems=(503,),
)
def get_search(request: Request, given: Mapping[str, Any]) -> Response:
    """Only what the caller may see is found or counted."""
    values = dict(given)
    results = search(request.act, Query(text=values.pop('q'), **values))
    shown = {
        'total': results.total,
        'items': [summary(request, hit.node) for hit in results.hits],
        'facets': results.facets,
        'next': results.next,
        'lag': results.lag,
    }
    if results.more:
        shown['more'] = True
    return json_response(shown)
