"""MKCOL: a folder in the inbox, a volume in a series; nothing where the scheme fixes the children."""

from pyramid.response import Response

from lantai.doors.dav.call import Call
from lantai.doors.dav.errors import NoParent, NotAllowedHere
from lantai.doors.dav.gate import Gate, parent_unlocked
from lantai.doors.dav.junk import is_saving
from lantai.doors.dav.paths import DavPath
from lantai.doors.dav.resources import find_or_none
from lantai.doors.dav.scratch import place_of, scratch_of
from lantai.features.records import service
from lantai.services.act import Act
from lantai.services.content.factory import DoesNotBelong

#: kind of container -> kind of collection that a person makes in it
MADE_IN = {'inbox': 'folder', 'folder': 'folder', 'series': 'file'}


def mkcol(call: Call) -> Response:
    """MKCOL: 201, or 405 where something is already."""
    call.no_body()
    # a synchronising client asks for every level that exists already: that must cost no commit
    act: Act = call.request.act
    place = place_of(act, call.path)
    if place is not None:
        scratch = scratch_of(call.site)
        if scratch.get(place) is not None:
            raise NotAllowedHere()
        if place.parent is not None and scratch.get(place.parent) is None:
            raise NoParent()
        scratch.make_collection(place)
    elif _exists(call, act):
        raise NotAllowedHere()
    else:
        call.write(lambda act: make(call, act))
    response = Response(status=201)
    response.headers.pop('Content-Type', None)
    response.content_length = 0
    return response


def _exists(call: Call, act: Act) -> bool:
    return find_or_none(act, DavPath(call.path.segments)) is not None


def make(call: Call, act: Act) -> None:
    """The change itself, in the committing transaction."""
    gate = Gate(call, act)
    gate.check(find_or_none(act, call.path))
    if _exists(call, act):
        raise NotAllowedHere()
    parent = parent_unlocked(gate, call.path)
    kind = MADE_IN.get(parent.type)
    if kind is None:
        raise DoesNotBelong()
    made = service.create(act, parent, kind, name=call.path.name, title=call.path.name)
    if is_saving(call.path.name):
        gate.locks.saving[made.uid] = gate.now
