"""DELETE: a draft is withdrawn. Of a collection everything goes or nothing does."""

from pyramid.response import Response

from lantai.base.errors import NotFound
from lantai.doors.dav.call import INFINITY, Call
from lantai.doors.dav.gate import Gate
from lantai.doors.dav.resources import find
from lantai.doors.dav.scratch import Place, place_of, scratch_of
from lantai.features.records import places
from lantai.services.act import Act


def delete(call: Call) -> Response:
    """DELETE: 204; only what is still a draft."""
    call.no_body()
    place = place_of(call.request.act, call.path)
    if place is not None:
        delete_scratch(call, place)
    else:
        call.write(lambda act: remove(call, act))
    response = Response(status=204)
    response.headers.pop('Content-Type', None)
    return response


def remove(call: Call, act: Act) -> None:
    """The change itself, in the committing transaction."""
    gate = Gate(call, act)
    found = find(act, call.path)
    if found.is_collection:
        call.depth(allowed=(INFINITY,))
    gate.check(found)
    gate.may_remove(found.node)
    gate.forget_locks(found.node)
    places.delete(act, found.node)


def delete_scratch(call: Call, place: Place) -> None:
    """Removes an entry of the scratch area; raises NotFound, Locked, a failed precondition."""
    scratch = scratch_of(call.site)
    entry = scratch.get(place)
    if entry is None:
        raise NotFound()
    gate = Gate(call, call.request.act)
    call.preconditions.check(entry.etag, entry.modified)
    gate.check_if()
    gate.may_change_scratch(place)
    if gate.on_scratch(place):
        call.write(lambda act: _unlock(call, act, place))
    scratch.delete(place)


def _unlock(call: Call, act: Act, place: Place) -> None:
    gate = Gate(call, act)
    for lock in gate.on_scratch(place):
        gate.locks.remove(lock)
