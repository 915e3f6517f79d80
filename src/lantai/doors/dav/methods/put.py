"""PUT: a whole body becomes a draft, or the new content of one.

Conditions and locks are asked in the commit.
"""

from dataclasses import dataclass

from pyramid.response import Response

from lantai.base.errors import WrongState
from lantai.base.i18n import _
from lantai.doors.dav.call import Call
from lantai.doors.dav.errors import NotAllowedHere
from lantai.doors.dav.gate import Gate, parent_unlocked
from lantai.doors.dav.junk import is_saving
from lantai.doors.dav.resources import find_or_none
from lantai.doors.dav.scratch import MAX_BYTES, Place, place_of, scratch_of
from lantai.features.records import replace
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.store.contents import Received
from lantai.web.content import content_etag
from lantai.web.uploads import client_mtime, received_body

#: digests that ownCloud's clients ask for again, taken while the body passes
ALSO = ('sha1', 'md5')


@dataclass(frozen=True)
class Stored:
    """What the answer needs to know."""

    created: bool
    sha256: str
    timed: bool


def put(call: Call) -> Response:
    """PUT: 201 for a new draft, 204 for new content; nothing is stored unless the body came whole."""
    place = place_of(call.request.act, call.path)
    if place is not None:
        return _answer(_put_scratch(call, place))
    limit = call.site.settings.max_upload or None
    also = ALSO if call.header('OC-Checksum') or call.header('X-OC-Mtime') else ()
    with received_body(call.request, call.site.contents, limit=limit, algorithms=also) as received:
        return _answer(call.write(lambda act: store(call, act, received)))


def store(call: Call, act: Act, received: Received) -> Stored:
    """The change itself, in the committing transaction."""
    gate = Gate(call, act)
    found = find_or_none(act, call.path)
    if found is not None and found.is_collection and not _empty_item(found.node):
        raise NotAllowedHere(_('A folder stands here; a file cannot take its place'))
    gate.check(found)
    if call.path.slash and found is None:
        raise WrongState(_('The address of a file does not end in a slash'))
    mtime = client_mtime(call.request.headers)
    if found is not None:
        gate.may_change(found.node)
        parent = found.node.__parent__
    else:
        parent = parent_unlocked(gate, call.path)
    done = replace.put(act, parent, call.path.name, received, mtime)
    gate.locks.empty.pop(done.node.uid, None)
    if done.created and is_saving(call.path.name):
        gate.locks.saving[done.node.uid] = gate.now
    return Stored(done.created, received.sha256, mtime is not None)


def _empty_item(node) -> bool:
    return isinstance(node, Item) and node.is_empty()


def _put_scratch(call: Call, place: Place) -> Stored:
    with received_body(call.request, call.site.contents, limit=MAX_BYTES) as received:
        content = received.path.read_bytes()
        act: Act = call.request.act
        gate = Gate(call, act)
        scratch = scratch_of(call.site)
        entry = scratch.get(place)
        call.preconditions.check(entry.etag if entry else None, entry.modified if entry else None)
        gate.check_if()
        gate.may_change_scratch(place)
        if entry is not None and entry.collection:
            raise NotAllowedHere()
        return Stored(scratch.put(place, content), received.sha256, False)


def _answer(stored: Stored) -> Response:
    response = Response(status=201 if stored.created else 204)
    response.headers.pop('Content-Type', None)
    response.headers['ETag'] = content_etag(stored.sha256)
    if stored.created:
        response.content_length = 0
    if stored.timed:
        response.headers['X-OC-MTime'] = 'accepted'
    return response
