"""The page of the search: what was asked, the filters with their figures, and what was found."""

from __future__ import annotations

from dataclasses import replace

import colander
from pyramid.request import Request
from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.features.records.model import Fonds
from lantai.features.records.views.rows import row
from lantai.features.searching.service import Results, choices, search
from lantai.services.search.errors import BadCursor, IndexUnavailable
from lantai.services.search.query import FACETS, MAX_TEXT, SORTS, Query
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

PAGE = 50
#: log entries the index may be behind before the page speaks of it: a moment's work
NOTICED = 20

SORT_TITLES = {
    'newest': _('Newest first'),
    'oldest': _('Oldest first'),
    '-date': _('By date, latest first'),
    'date': _('By date, earliest first'),
}
FILTER_TITLES = {
    'type': _('Kind'),
    'state': _('State'),
    'fonds': _('Fonds'),
    'unit': _('Unit'),
    'year': _('Year'),
    'period': _('Retention period'),
}


class Asked(colander.MappingSchema):
    """What the address of the page can ask for."""

    q = colander.SchemaNode(colander.String(), missing='')
    sort = colander.SchemaNode(colander.String(), missing='newest', validator=colander.OneOf(SORTS))
    date_from = colander.SchemaNode(colander.Date(), missing=None)
    date_to = colander.SchemaNode(colander.Date(), missing=None)
    cursor = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=1000))


@view_config(
    route_name='search',
    request_method='GET',
    permission=Permission.SIGNED_IN,
    renderer='lantai.templates:searching/results.pt',
)
def search_page(request: Request) -> dict:
    """The box, the filters and one page of hits."""
    query = asked(request)
    problem = ''
    results: Results | None = None
    filters: list[dict] = []
    if len(query.text) > MAX_TEXT:
        problem = _('At most ${n} characters can be searched for', mapping={'n': MAX_TEXT})
    elif is_asked(query):
        try:
            results = _results(request, query)
            filters = _filters(request, query, results)
        except IndexUnavailable as error:
            problem = error.title
            request.response.status_int = 503
            request.response.headers['Retry-After'] = str(error.retry_after)
    return {
        'query': query,
        'problem': problem,
        'asked': results is not None,
        'filters': filters,
        'sorts': [(name, title, name == query.sort) for name, title in SORT_TITLES.items()],
        'active': _active(request, query),
        'total': _total(results) if results else '',
        'behind': results.lag if results and results.lag > NOTICED else 0,
        'rows': [_row(request, hit) for hit in results.hits] if results else [],
        'next': _at(request, query, results.next) if results and results.next else None,
        'previous': _at(request, query, results.previous) if results and results.previous else None,
    }


def asked(request: Request) -> Query:
    """The query of the address; a part that makes no sense is as if it were absent."""
    values = {node.name: _value(node, request.GET.get(node.name, colander.null)) for node in Asked().children}
    day_from, day_to = values['date_from'], values['date_to']
    return Query(
        text=values['q'].strip(),
        date_from=day_from.isoformat() if day_from else '',
        date_to=day_to.isoformat() if day_to else '',
        sort=values['sort'],
        cursor=values['cursor'],
        limit=PAGE,
        maker=request.GET.get('maker', '')[:100],
        container=request.GET.get('container', '')[:100],
        **{name: request.GET.get(name, '')[:100] for name in FACETS},
    )


def _value(node: colander.SchemaNode, given: object) -> object:
    try:
        return node.deserialize(given)
    except colander.Invalid:
        return node.missing


def is_asked(query: Query) -> bool:
    """Whether anything restricts the search; the bare page searches for nothing."""
    return query != Query(limit=query.limit, sort=query.sort, cursor=query.cursor)


def _results(request: Request, query: Query) -> Results:
    try:
        return search(request.act, query)
    except BadCursor:
        # an old address of a page: its beginning is better than an error
        return search(request.act, replace(query, cursor=''))


def _address(query: Query) -> dict[str, str]:
    values = {'q': query.text, 'date_from': query.date_from, 'date_to': query.date_to}
    values |= {name: getattr(query, name) for name in (*FACETS, 'maker', 'container')}
    if query.sort != 'newest':
        values['sort'] = query.sort
    return {name: value for name, value in values.items() if value}


def _at(request: Request, query: Query, cursor: str = '') -> str:
    address = _address(query)
    return request.layout.route('search', **address, cursor=cursor)


def _total(results: Results) -> str:
    return f'{results.total:,}+' if results.exactly is None else f'{results.exactly:,}'


def _filters(request: Request, query: Query, results: Results) -> list[dict]:
    """Each filter with the values that can be chosen, and how many have them."""
    found = choices(request.act, query, results)
    shown = []
    for name, title in FILTER_TITLES.items():
        values = found.get(name, {})
        chosen = getattr(query, name)
        if not values and not chosen:
            continue
        more = '+' if results.more else ''
        options = [
            (
                value,
                _word(request, name, value),
                f'{values[value]:,}{more}' if value in values else '0',
                value == chosen,
            )
            for value in _ordered(name, {*values, *filter(None, [chosen])})
        ]
        shown.append({'name': name, 'title': title, 'options': options, 'chosen': bool(chosen)})
    return shown


def _ordered(name: str, values: set[str]) -> list[str]:
    return sorted(values, reverse=name == 'year')


def _word(request: Request, name: str, value: str) -> str:
    """How the value of a filter is called; a value that nobody knows is called as it is."""
    layout = request.layout
    if name == 'fonds':
        fonds = request.repository.get(value)
        return layout.title_of(fonds) if fonds is not None and policy.sees(request.actor, fonds) else value
    if name == 'unit':
        return _unit(request, value)
    known = {'type': layout.kind, 'state': layout.state, 'period': layout.period}.get(name)
    try:
        return known(value) if known else value
    except (KeyError, ValueError):
        return value


def _unit(request: Request, code: str) -> str:
    fonds = request.repository.get(request.GET.get('fonds') or request.actor.fonds)
    units = fonds.units if isinstance(fonds, Fonds) else {}
    return units[code]['title'] if code in units else code


def _active(request: Request, query: Query) -> list[dict]:
    """The filters in use, each with the address of the search without it."""
    found = [
        {
            'title': FILTER_TITLES[name],
            'value': _word(request, name, value),
            'url': _at(request, query.without(name)),
        }
        for name in FILTER_TITLES
        if (value := getattr(query, name))
    ]
    for name, title in (('date_from', _('From')), ('date_to', _('Until'))):
        if getattr(query, name):
            found.append(
                {'title': title, 'value': getattr(query, name), 'url': _at(request, query.without(name))}
            )
    if query.maker:
        found.append(
            {'title': _('Made by'), 'value': query.maker, 'url': _at(request, query.without('maker'))}
        )
    if query.container:
        found.append(
            {
                'title': _('In'),
                'value': _container(request, query.container),
                'url': _at(request, query.without('container')),
            }
        )
    return found


def _container(request: Request, uid: str) -> str:
    node = request.repository.by_uid(uid)
    return request.layout.title_of(node) if node is not None and policy.sees(request.actor, node) else '—'


def _row(request: Request, hit) -> dict:
    facts = row(request, hit.node, with_place=hit.node.__parent__ is not None)
    return {
        'row': facts,
        # a record has a code once it is filed; until then the name of its file is none
        'code': facts.code if facts.type != 'item' or facts.number else '',
        # what the title is called in lists may be more than the title; then it is shown unmarked
        'title': hit.title
        if ''.join(piece for piece, _hit in hit.title) == facts.title
        else [(facts.title, False)],
        'field': _field_title(request, hit.field),
        'in_text': hit.field == 'text',
        'file': hit.file,
        'snippet': hit.snippet,
    }


def _field_title(request: Request, name: str) -> str:
    """What the field that was hit is called."""
    if name in _OWN_FIELDS:
        return _OWN_FIELDS[name]
    known = (schema.fields.get(name) for schema in request.site.schemas.values())
    return next((field.label for field in known if field is not None), '')


_OWN_FIELDS = {
    '': '',
    'text': _('Full text'),
    'name': _('Name'),
    'reference_code': _('Reference code'),
    'unit': _('Unit'),
}
