"""`/api/v1/tree/<path>`: nodes and pages of their children."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import Condition, Invalid, Malformed
from lantai.base.i18n import _
from lantai.doors.api import nodes
from lantai.doors.api.endpoint import PREFIX, Answer, endpoint, json_response
from lantai.doors.api.reading import Digits, Flag, Object, Text, Whole, between, mapping, member, one_of
from lantai.features.records import lookup, places, service
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Node
from lantai.web.conditional import parse_etags

PATTERN = '/tree*traverse'
SORTS = ('name',)

_NODE = Answer('The node', 'Node', headers=('ETag',))


@endpoint(
    'GET',
    PATTERN,
    'A node and one page of its children',
    permission=Permission.SEE,
    query=mapping(
        member(Digits(), 'limit', validator=between(1, 500), missing=50),
        member(Text(), 'cursor'),
        member(Text(), 'sort', validator=one_of(*SORTS)),
    ),
    answers={200: _NODE},
    problems=(404,),
)
def get_node(request: Request, given: Mapping[str, Any]) -> Response:
    """The node; `cursor` is the `next` of an earlier answer."""
    node = request.context
    shown = nodes.whole(request, node, limit=given['limit'], after=given.get('cursor'))
    return json_response(shown, headers={'ETag': node.etag})


@endpoint(
    'POST',
    PATTERN,
    'Make a node in a container',
    permission=Permission.SEE,
    body=mapping(
        member(Text(), 'type', required=True, validator=one_of('series', 'file', 'item', 'folder')),
        member(Text(), 'name'),
        member(Text(), 'title', missing=''),
        member(Object(), 'metadata'),
        member(Object(), 'access'),
        member(Flag(), 'open'),
        member(Text(), 'category'),
        member(Whole(), 'year', validator=between(1000, 9999)),
        member(Text(), 'period'),
        member(Text(), 'unit'),
        member(Whole(), 'retention_row'),
    ),
    answers={201: Answer('The new node', 'Node', headers=('ETag', 'Location'))},
    problems=(403, 404, 409),
)
def create_node(request: Request, given: Mapping[str, Any]) -> Response:
    """Makes the node; without a name it gets one from its title."""
    values = dict(given)
    parent = _container(request.context)
    title = values.pop('title') or str((values.get('metadata') or {}).get('title') or '')
    if not values.get('name') and not title:
        raise Invalid(conditions=[Condition('required', _('A title is needed'), 'title')])
    kind = values.pop('type')
    node = service.create(request.act, parent, kind, name=values.pop('name', None), title=title, **values)
    headers = {'ETag': node.etag, 'Location': address_of(node)}
    return json_response(nodes.whole(request, node), 201, headers)


@endpoint(
    'PATCH',
    PATTERN,
    'Change a description, a name or a place',
    permission=Permission.SEE,
    body=mapping(
        member(Text(), 'title'),
        member(Object(), 'metadata'),
        member(Object(), 'access'),
        member(Flag(), 'open'),
        member(Whole(), 'retention_row'),
        member(Text(), 'role'),
        member(Whole(), 'place'),
        member(Text(), 'name'),
        member(Text(), 'into'),
    ),
    answers={200: _NODE},
    problems=(403, 404, 409, 412),
    headers=('If-Match',),
)
def edit_node(request: Request, given: Mapping[str, Any]) -> Response:
    """Changes what is given; `into` is the path or uid of another container."""
    node = request.context
    values = dict(given)
    _check_match(request, node)
    name, into = values.pop('name', None), values.pop('into', None)
    if values or (name is None and into is None):
        service.edit(request.act, node, values)
    if name is not None or into is not None:
        target = _container(lookup.by_path_or_uid(request.act, into)) if into is not None else node.__parent__
        places.move(request.act, node, target, name)
    return json_response(nodes.whole(request, node), headers={'ETag': node.etag})


@endpoint(
    'DELETE',
    PATTERN,
    'Withdraw a draft',
    permission=Permission.SEE,
    answers={204: Answer('It is gone')},
    problems=(403, 404, 409, 412),
    headers=('If-Match',),
)
def delete_node(request: Request, _given: Mapping[str, Any]) -> Response:
    """Only what is still a draft, all or nothing."""
    _check_match(request, request.context)
    places.delete(request.act, request.context)
    return Response(status=204)


def address_of(node: Node) -> str:
    """The address of a node in this door."""
    return PREFIX + '/tree/' + '/'.join(quote(segment, safe='') for segment in node.segments)


def _container(node: Node) -> Container:
    if not isinstance(node, Container):
        raise Malformed(_('This is no container'))
    return node


def _check_match(request: Request, node: Node) -> None:
    tags = parse_etags(request.headers.get('If-Match'))
    if tags is not None and '*' not in tags:
        etag = node.etag if node.etag in tags else next(iter(tags), '')
        service.rules.check_etag(node, etag)
