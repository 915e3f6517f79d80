"""GET and HEAD: the bytes of a file as they came, or a plain list of what is in a collection."""

import io
from urllib.parse import quote

from pyramid.response import Response

from lantai.base.errors import NotFound
from lantai.doors.dav.call import Call
from lantai.doors.dav.gate import Gate
from lantai.doors.dav.resources import Resource, component_of, find
from lantai.doors.dav.scratch import place_of, scratch_of
from lantai.features.records.reading import open_content
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.web.content import Content, content_response

#: members named in the plain list; programs use PROPFIND
LISTED = 1000


def get(call: Call) -> Response:
    """GET and HEAD: the bytes as they came, whole or a range; of a collection a plain listing."""
    act: Act = call.request.act
    gate = Gate(call, act)
    gate.check_if()
    place = place_of(act, call.path)
    if place is not None:
        return _scratch(call, place)
    found = find(act, call.path)
    call.preconditions.for_reading(found.etag, found.modified)
    if found.component is None:
        return _list(call, act, found)
    component = found.component
    content = Content(
        stream=open_content(act, component),
        size=component.size,
        sha256=component.sha256,
        media_type=component.media_type,
        name=call.path.name,
        modified=found.modified,
    )
    return content_response(call.request, content)


def _scratch(call: Call, place) -> Response:
    entry = scratch_of(call.site).get(place)
    if entry is None or entry.collection:
        raise NotFound()
    content = Content(
        stream=io.BytesIO(entry.content),
        size=len(entry.content),
        sha256=entry.etag.strip('"'),
        media_type='application/octet-stream',
        name=place.name,
        modified=entry.modified,
    )
    return content_response(call.request, content)


def _list(call: Call, act: Act, found: Resource) -> Response:
    names = []
    page = found.node.page(policy.visible(act.actor, found.node), limit=LISTED)
    for node in page.nodes:
        names.append(quote(node.name, safe='') + ('' if component_of(node) else '/'))
    if page.next is not None:
        names.append('...')
    response = Response('\n'.join((*names, '')), content_type='text/plain', charset='utf-8')
    response.headers['X-Content-Type-Options'] = 'nosniff'
    response.headers['Cache-Control'] = 'private, no-store'
    return response
