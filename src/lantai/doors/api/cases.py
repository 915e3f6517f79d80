"""`/api/v1/cases`: appraisal, destruction and transfer, all with the same shape."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import colander
from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.doors.api.endpoint import PREFIX, Answer, endpoint, json_response
from lantai.doors.api.reading import Digits, Flag, Object, Text, between, check, mapping, member, one_of
from lantai.doors.api.search import FILTERS
from lantai.features.cases import documents, service
from lantai.features.cases.model import Case
from lantai.features.records.lookup import by_path_or_uid
from lantai.features.searching.service import search
from lantai.features.transfer import zipping
from lantai.services.act import Act
from lantai.services.search.query import Query
from lantai.services.security.permissions import Permission
from lantai.services.workflow.engine import available
from lantai.store.tree import Node
from lantai.web.problem import condition_json

KINDS = ('appraisal', 'destruction', 'transfer')
#: records that a query puts on a list at most
MAX_ITEMS = 10_000


class Texts(colander.SchemaType):
    """A JSON list of texts."""

    json_type = 'array'

    def deserialize(self, node: colander.SchemaNode, value: Any) -> Any:
        """The list; raises colander.Invalid."""
        if value is colander.null:
            return value
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise colander.Invalid(node, _('This is a list of texts'))
        if len(value) > MAX_ITEMS:
            raise colander.Invalid(node, _('At most ${n} entries', mapping={'n': MAX_ITEMS}))
        return value


@endpoint(
    'GET',
    '/cases',
    'The cases the caller may see, newest first',
    permission=Permission.SIGNED_IN,
    query=mapping(
        member(Text(), 'kind', validator=one_of(*KINDS)),
        member(Text(), 'state'),
        member(Digits(), 'limit', validator=between(1, 500), missing=50),
        member(Text(), 'cursor'),
    ),
    answers={200: Answer('The cases', 'Cases')},
)
def get_cases(request: Request, given: Mapping[str, Any]) -> Response:
    """Without their lists."""
    wanted = [
        case
        for case in service.seen_cases(request.act)
        if given.get('kind') in (None, case.type) and given.get('state') in (None, case.state)
    ]
    cursor = given.get('cursor')
    rest = [case for case in wanted if cursor is None or case.uid < cursor]
    page = rest[: given['limit']]
    return json_response(
        {
            'total': len(wanted),
            'items': [summary(request, case) for case in page],
            'next': page[-1].uid if len(rest) > len(page) else None,
        }
    )


@endpoint(
    'POST',
    '/cases',
    'Open a case',
    permission=Permission.SIGNED_IN,
    body=mapping(
        member(Text(), 'kind', required=True, validator=one_of(*KINDS)),
        member(Text(), 'title', required=True),
        member(Texts(), 'items'),
        member(Object(), 'query'),
    ),
    answers={201: Answer('The case', 'Case', headers=('Location',))},
    problems=(403, 404, 409),
)
def open_case(request: Request, given: Mapping[str, Any]) -> Response:
    """Over records named by path or uid, or found by a query."""
    if ('items' in given) == ('query' in given):
        raise Invalid(conditions=[Condition('required', _('Name the records, or a query'), 'items')])
    nodes = (
        [by_path_or_uid(request.act, text) for text in dict.fromkeys(given['items'])]
        if 'items' in given
        else _found(request.act, given['query'])
    )
    case = service.open_case(request.act, given['kind'], given['title'], nodes)
    return json_response(whole(request, case), 201, {'Location': f'{PREFIX}/cases/{case.uid}'})


_QUERY = mapping(member(Text(), 'q', missing=''), *(member(Text(), name, missing='') for name in FILTERS))


def _found(act: Act, asked: dict[str, Any]) -> list[Node]:
    values = check(_QUERY, asked)
    query = Query(text=values.pop('q'), **values, limit=500)
    nodes: list[Node] = []
    while len(nodes) < MAX_ITEMS:
        results = search(act, query)
        nodes.extend(hit.node for hit in results.hits)
        if results.next is None:
            break
        query = replace(query, cursor=results.next)
    return nodes


@endpoint(
    'GET',
    '/cases/{id}',
    'A case with one page of its list',
    permission=Permission.SIGNED_IN,
    query=mapping(
        member(Digits(), 'limit', validator=between(1, 500), missing=100), member(Text(), 'cursor')
    ),
    answers={200: Answer('The case', 'Case')},
    problems=(404,),
)
def get_case(request: Request, given: Mapping[str, Any]) -> Response:
    """`cursor` is the `next` of the list of an earlier answer."""
    case = service.find(request.act, request.matchdict['id'])
    return json_response(whole(request, case, given['limit'], given.get('cursor')))


@endpoint(
    'POST',
    '/cases/{id}/actions',
    'Act on a case',
    permission=Permission.SIGNED_IN,
    body=mapping(
        member(Text(), 'name', required=True),
        member(Text(), 'comment', missing=''),
        member(Text(), 'list_root'),
        member(Texts(), 'items'),
        member(Flag(), 'all'),
        member(Text(), 'decision'),
        member(Text(), 'period'),
        member(Text(), 'reason'),
        member(Object(), 'receipt'),
        member(Text(), 'way'),
        member(Text(), 'place'),
    ),
    answers={200: Answer('The case', 'Case')},
    problems=(403, 404, 409),
)
def act_on_case(request: Request, given: Mapping[str, Any]) -> Response:
    """Refused with every unmet condition; an approval names `list_root`."""
    values = dict(given)
    case = service.find(request.act, request.matchdict['id'])
    if 'items' in values:
        values['items'] = [by_path_or_uid(request.act, text).uid for text in values['items']]
    service.act_on(request.act, case, values.pop('name'), values.pop('comment'), **values)
    return json_response(whole(request, case))


PDF = 'application/pdf'
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


@endpoint(
    'GET',
    '/cases/{id}/documents/{name}',
    'A report, register or certificate of a case, signed; or printed',
    permission=Permission.SIGNED_IN,
    query=mapping(member(Text(), 'format', validator=one_of('json', 'pdf', 'xlsx'), missing='json')),
    answers={200: Answer('The document', 'CaseDocument', also=(PDF, XLSX))},
    problems=(404,),
)
def get_case_document(request: Request, given: Mapping[str, Any]) -> Response:
    """`value` is what was signed, as canonical JSON; as PDF or spreadsheet the same fields as a form."""
    case = service.find(request.act, request.matchdict['id'])
    name, format = request.matchdict['name'], given['format']
    if format == 'json':
        return json_response({'name': name, **documents.document_of(case, name)})
    body = documents.printed(case, name, format, request.localizer.translate)
    response = Response(body, content_type=PDF if format == 'pdf' else XLSX)
    response.charset = None
    response.headers['Content-Disposition'] = f'attachment; filename="{name}.{format}"'
    return response


@endpoint(
    'GET',
    '/cases/{id}/package',
    'The package of a transfer, a BagIt bag in one ZIP',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The package', media_type='application/zip')},
    problems=(404,),
)
def get_case_package(request: Request, _given: Mapping[str, Any]) -> Response:
    """For who sends it; streamed."""
    case = service.find(request.act, request.matchdict['id'])
    response = Response(content_type='application/zip')
    response.app_iter = zipping.fetch(request.act, case)
    response.charset = None
    response.headers['Content-Disposition'] = f'attachment; filename="{zipping.name_of(case)}.zip"'
    return response


def summary(request: Request, case: Case) -> dict[str, Any]:
    """A case as it stands in lists."""
    return {
        'id': case.uid,
        'kind': case.type,
        'title': case.title,
        'state': case.state,
        'total': len(case.entries),
        'fonds': case.fonds_code,
    }


def whole(request: Request, case: Case, limit: int = 100, cursor: str | None = None) -> dict[str, Any]:
    """A case with a page of its list, what may be done, and its history."""
    return {
        'id': case.uid,
        'kind': case.type,
        'title': case.title,
        'state': case.state,
        'fonds': case.fonds_code,
        'origin': case.origin,
        'cases': list(case.outcome),
        'list_root': case.list_root(),
        'not_before': getattr(case, 'not_before', None),
        'items': _page(request, case, limit, cursor),
        'actions': [
            {
                'name': offer.name,
                'title': request.localizer.translate(offer.title),
                'allowed': offer.allowed,
                'unmet': [condition_json(reason, request.localizer) for reason in offer.unmet],
            }
            for offer in available(request.act, case)
        ],
        'history': list(case.history),
        'documents': sorted(case.documents),
    }


def _page(request: Request, case: Case, limit: int, cursor: str | None) -> dict[str, Any]:
    start = case.key_of(cursor) if cursor else None
    shown, last, more = [], None, False
    for key, entry in case.entries.items(start, None, excludemin=start is not None):
        if len(shown) == limit:
            more = True
            break
        last = key[1]
        node = request.repository.by_uid(last)
        shown.append(
            {
                'uid': last,
                'path': node.path if node is not None else None,
                'title': node.title if node is not None else None,
                'reference_code': key[0],
                'state': getattr(node, 'state', None),
                'decision': entry.get('decision'),
                'period': entry.get('period'),
                'reason': entry.get('reason'),
                'set_aside': entry.get('set_aside'),
                'outcome': entry.get('outcome'),
            }
        )
    return {'total': len(case.entries), 'items': shown, 'next': last if more else None}
