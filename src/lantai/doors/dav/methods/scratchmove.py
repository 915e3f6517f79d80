"""COPY and MOVE into, out of and within the scratch area."""

from lantai.base.errors import NotFound
from lantai.doors.dav.call import Call
from lantai.doors.dav.errors import NotAllowedHere, SameResource
from lantai.doors.dav.gate import Gate, parent_unlocked
from lantai.doors.dav.methods.delete import delete_scratch
from lantai.doors.dav.paths import DavPath
from lantai.doors.dav.resources import find, find_or_none
from lantai.doors.dav.scratch import MAX_BYTES, Entry, Place, scratch_of
from lantai.features.records import places, replace
from lantai.features.records.reading import open_content
from lantai.services.act import Act
from lantai.web.conditional import PreconditionFailed


def run(
    call: Call,
    target: DavPath,
    source_place: Place | None,
    target_place: Place | None,
    moving: bool,
    overwrite: bool,
) -> bool:
    """Tells whether the target is new. One side at least is a scratch place."""
    if source_place == target_place:
        raise SameResource()
    if source_place is None:
        return _withdraw(call, target_place, moving, overwrite)
    entry = scratch_of(call.site).get(source_place)
    if entry is None:
        raise NotFound()
    if entry.collection:
        raise NotAllowedHere()
    gate = Gate(call, call.request.act)
    call.preconditions.check(entry.etag, entry.modified)
    gate.check_if()
    if target_place is None:
        created = _deposit(call, target, entry, overwrite)
    else:
        created = _keep(call, target_place, entry.content, overwrite)
    if moving:
        delete_scratch(call, source_place)
    return created


def _keep(call: Call, place: Place, content: bytes, overwrite: bool) -> bool:
    gate = Gate(call, call.request.act)
    gate.may_change_scratch(place)
    scratch = scratch_of(call.site)
    if not overwrite and scratch.get(place) is not None:
        raise PreconditionFailed()
    return scratch.put(place, content)


def _deposit(call: Call, target: DavPath, entry: Entry, overwrite: bool) -> bool:
    """A scratch file renamed to a real name becomes a draft, or the new content of one."""
    received = call.site.contents.receive([entry.content])
    try:
        return call.write(lambda act: _store(call, act, target, received, overwrite))
    finally:
        received.discard()


def _store(call: Call, act: Act, target: DavPath, received, overwrite: bool) -> bool:
    gate = Gate(call, act)
    taken = find_or_none(act, target)
    if taken is not None and not overwrite:
        raise PreconditionFailed()
    parent = parent_unlocked(gate, target)
    if taken is not None:
        gate.may_change(taken.node)
    return replace.put(act, parent, target.name, received, None).created


def _withdraw(call: Call, place: Place, moving: bool, overwrite: bool) -> bool:
    """A draft renamed to a scratch name is withdrawn: that asks for the right to delete it."""
    act: Act = call.request.act
    found = find(act, call.path)
    if found.component is None:
        raise NotAllowedHere()
    Gate(call, act).check(found)
    with open_content(act, found.component) as stream:
        content = stream.read(MAX_BYTES + 1)
    created = _keep(call, place, content, overwrite)
    if moving:
        try:
            call.write(lambda act: _remove(call, act))
        except BaseException:
            scratch_of(call.site).delete(place)
            raise
    return created


def _remove(call: Call, act: Act) -> None:
    gate = Gate(call, act)
    found = find(act, call.path)
    gate.check(found)
    gate.may_remove(found.node)
    gate.forget_locks(found.node)
    places.delete(act, found.node)
