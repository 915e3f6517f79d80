"""`/api/v1/content/<path>`: bytes in and out, unchanged."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import Condition, Malformed, NotFound
from lantai.base.i18n import _
from lantai.base.names import check_name
from lantai.doors.api.endpoint import Answer, endpoint
from lantai.features.records import lookup
from lantai.features.records.deposit import put
from lantai.features.records.model import Component, Item
from lantai.features.records.reading import check_there, open_content
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container
from lantai.web.conditional import parse_preconditions
from lantai.web.content import Content, content_etag, content_response
from lantai.web.security import address_of
from lantai.web.uploads import client_mtime, received_body

PATTERN = '/content/*names'


class SeveralFiles(Malformed):
    """A record with several files is asked for as if it were one."""

    name = 'several-files'
    title = _('This record has several files; name one of them')

    def __init__(self, item: Item) -> None:
        super().__init__(
            conditions=[
                Condition('file', _('There is “${name}”', mapping={'name': component.name}))
                for component in item.components
            ]
        )


@endpoint(
    'GET',
    PATTERN,
    'The bytes of a file',
    permission=Permission.SIGNED_IN,
    answers={
        200: Answer('The bytes', media_type='*/*', headers=('ETag',)),
        206: Answer('A range of them', media_type='*/*', headers=('ETag', 'Content-Range')),
        304: Answer('Nothing has changed'),
        416: Answer('There is no such range', media_type='*/*', headers=('Content-Range',)),
    },
    problems=(400, 403, 404, 410),
    headers=('Range', 'If-None-Match', 'If-Range'),
)
def get_content(request: Request, _given: Mapping[str, Any]) -> Response:
    """By the component's path, or the item's when it has one component."""
    component = _component(lookup.find(request.act, request.matchdict['names']))
    stream = open_content(request.act, component)
    content = Content(
        stream, component.size, component.sha256, component.media_type, component.name, component.received
    )
    return content_response(request, content)


def _component(node: Any) -> Component:
    if isinstance(node, Component):
        return node
    if not isinstance(node, Item) or node.is_empty():
        raise NotFound()
    check_there(node)
    if node.count() > 1:
        raise SeveralFiles(node)
    return node.components[0]


@endpoint(
    'PUT',
    PATTERN,
    "Make or replace a draft's file",
    permission=Permission.SIGNED_IN,
    body_type='*/*',
    answers={
        201: Answer('It is new', headers=('ETag', 'Location')),
        204: Answer('It was replaced', headers=('ETag',)),
    },
    problems=(400, 403, 404, 409, 412, 413, 415, 422, 507),
    headers=('If-Match', 'If-None-Match', 'Content-Digest', 'X-OC-Mtime'),
)
def put_content(request: Request, _given: Mapping[str, Any]) -> Response:
    """The last name is the file's; the rest is an item, or a container that takes items."""
    *above, name = request.matchdict['names'] or ('',)
    check_name(name)
    actor = request.act.actor
    # before the body is stored anywhere: the place exists for this person
    lookup.find(request.act, above)
    conditions = parse_preconditions(request.headers)
    media_type = request.content_type or None
    mtime = client_mtime(request.headers)
    limit = request.site.settings.max_upload or None
    with received_body(request, request.site.contents, limit=limit) as received:

        def store(act: Act) -> tuple[bool, str, str]:
            parent = lookup.find(act, above)
            if not isinstance(parent, Container):
                raise NotFound()
            present = parent.get(name)
            if present is not None and not policy.sees(act.actor, present):
                present = None  # conditions tell nothing of what is hidden
            bytes_there = present.single if isinstance(present, Item) else present
            conditions.check(*_state_of(bytes_there))
            result = put(act, parent, name, received, media_type=media_type, client_mtime=mtime)
            return result.created, result.component.sha256, _address(result.node)

        created, sha256, address = request.site.committer.run(
            store, actor, door='api', address=address_of(request)
        )
    headers = {'ETag': content_etag(sha256)}
    if created:
        headers['Location'] = address
    response = Response(status=201 if created else 204)
    response.headers.update(headers)
    return response


def _state_of(component: Any) -> tuple[str | None, Any]:
    if not isinstance(component, Component):
        return None, None
    return component.content_etag, component.received


def _address(node: Any) -> str:
    from lantai.doors.api.tree import address_of as tree_address

    return tree_address(node)
