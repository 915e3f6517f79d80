"""PROPFIND: properties of a resource and, at depth 1, of its members, written as they are read."""

from collections.abc import Iterator

from pyramid.response import Response

from lantai.base.errors import NotFound
from lantai.doors.dav.call import INFINITY, Call
from lantai.doors.dav.errors import InfiniteDepth
from lantai.doors.dav.gate import Gate
from lantai.doors.dav.multistatus import document, element, propstat, response, text
from lantai.doors.dav.paths import DavPath
from lantai.doors.dav.properties import SUPPORTED, View, active_lock, http_date, propstats
from lantai.doors.dav.resources import Resource, component_of, find
from lantai.doors.dav.scratch import Entry, Place, place_of, scratch_of
from lantai.doors.dav.xmlbody import Propfind, parse_propfind
from lantai.services.act import Act
from lantai.services.security import policy

#: members read at once
PAGE = 200
#: an answer up to here is sent with its length; a longer one streams
WITH_LENGTH = 64 * 1024


def propfind(call: Call) -> Response:
    """PROPFIND: 207 with the properties asked for, of the resource and, by depth, of what is below."""
    wanted = parse_propfind(call.xml())
    depth = call.depth()
    pieces = document(_responses(call, wanted, depth))
    return multistatus_response(pieces)


def multistatus_response(pieces: Iterator[bytes]) -> Response:
    """A 207 of those pieces; refusals raised by the first of them are still answers of their own."""
    start, size = [], 0
    for piece in pieces:
        start.append(piece)
        size += len(piece)
        if size > WITH_LENGTH:
            answer = Response(status=207, content_type='application/xml', charset='utf-8')
            answer.app_iter = _Stream(b''.join(start), pieces)
            return answer
    return Response(b''.join(start), status=207, content_type='application/xml', charset='utf-8')


class _Stream:
    """What was read already, then the rest; ends the reading when the client goes away."""

    def __init__(self, start: bytes, rest: Iterator[bytes]) -> None:
        self._start, self._rest = start, rest

    def __iter__(self) -> Iterator[bytes]:
        yield self._start
        gathered: list[bytes] = []
        for piece in self._rest:
            gathered.append(piece)
            if len(gathered) >= PAGE:
                yield b''.join(gathered)
                gathered.clear()
        yield b''.join(gathered)

    def close(self) -> None:
        self._rest.close()


def _responses(call: Call, wanted: Propfind, depth: str) -> Iterator[str]:
    # a connection of its own: the request's is closed before the body is sent
    with call.site.reading(call.actor, door='dav') as act:
        gate = Gate(call, act)
        gate.check_if()
        place = place_of(act, call.path)
        if place is not None:
            yield _of_scratch(gate, call, place, wanted)
            return
        found = find(act, call.path)
        if depth == INFINITY and found.is_collection:
            raise InfiniteDepth()
        view = View(gate)
        yield _one(view, call, found, wanted)
        if depth == '1' and found.is_collection:
            yield from _members(view, call, act, found, wanted)


def _one(view: View, call: Call, found: Resource, wanted: Propfind) -> str:
    return response(call.href(found.path, found.is_collection), propstats(view, found, wanted))


def _members(view: View, call: Call, act: Act, found: Resource, wanted: Propfind) -> Iterator[str]:
    visible = policy.visible(act.actor, found.node)
    # the address as stored, not as asked for: clients compare what they get with what they know
    above = found.node.segments
    after = None
    while True:
        page = found.node.page(visible, after=after, limit=PAGE)
        for node in page.nodes:
            member = Resource(DavPath((*above, node.name)), node, component_of(node))
            yield _one(view, call, member, wanted)
        after = page.next
        if after is None:
            return
        act.repository._p_jar.cacheGC()


def _of_scratch(gate: Gate, call: Call, place: Place, wanted: Propfind) -> str:
    entry = scratch_of(call.site).get(place)
    if entry is None:
        raise NotFound()
    return response(call.href(call.path, entry.collection), _scratch_propstats(gate, place, entry, wanted))


def _scratch_propstats(gate: Gate, place: Place, entry: Entry, wanted: Propfind) -> str:
    values = scratch_properties(gate, place, entry)
    if wanted.kind == 'propname':
        return propstat(''.join(element(name) for name in (*values, *entry.dead)), 200)
    shown = {name: element(name, value) for name, value in values.items()} | entry.dead
    if wanted.kind == 'allprop':
        return propstat(''.join(shown.values()), 200)
    there = ''.join(shown[name] for name in wanted.names if name in shown)
    missing = ''.join(element(name) for name in wanted.names if name not in shown)
    return (propstat(there, 200) if there or not missing else '') + (
        propstat(missing, 404) if missing else ''
    )


def scratch_properties(gate: Gate, place: Place, entry: Entry) -> dict[str, str]:
    """The live properties of what lies in the scratch area."""
    values = {
        '{DAV:}resourcetype': '<D:collection/>' if entry.collection else '',
        '{DAV:}displayname': text(place.name),
        '{DAV:}getlastmodified': http_date(entry.modified),
        '{DAV:}creationdate': entry.modified.strftime('%Y-%m-%dT%H:%M:%SZ'),
        '{DAV:}supportedlock': SUPPORTED,
        '{DAV:}lockdiscovery': ''.join(active_lock(gate, lock) for lock in gate.on_scratch(place)),
    }
    if not entry.collection:
        values |= {
            '{DAV:}getcontentlength': str(len(entry.content)),
            '{DAV:}getcontenttype': 'application/octet-stream',
            '{DAV:}getetag': text(entry.etag),
        }
    return values
