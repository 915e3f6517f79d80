"""COPY and MOVE: one change of the tree each, done whole or not at all."""

from pyramid.response import Response

from lantai.base.i18n import _
from lantai.doors.dav.call import INFINITY, Call
from lantai.doors.dav.errors import SameResource
from lantai.doors.dav.gate import Gate, parent_unlocked
from lantai.doors.dav.methods import scratchmove
from lantai.doors.dav.paths import DavPath
from lantai.doors.dav.resources import Resource, find, find_or_none
from lantai.doors.dav.scratch import place_of
from lantai.features.records import places, replace
from lantai.features.records.carrying import carry, crosses
from lantai.services.act import Act
from lantai.store.tree import Container, Node
from lantai.web.conditional import PreconditionFailed


def copy(call: Call) -> Response:
    """COPY: 201 for a new name, 204 over what was there."""
    return _run(call, moving=False)


def move(call: Call) -> Response:
    """MOVE: as COPY; what is moved keeps its identity and its locks stay behind."""
    return _run(call, moving=True)


def _run(call: Call, *, moving: bool) -> Response:
    call.no_body()
    target = call.destination()
    overwrite = call.overwrite()
    depth = call.depth(allowed=(INFINITY,) if moving else ('0', INFINITY))
    act: Act = call.request.act
    source_place, target_place = place_of(act, call.path), place_of(act, target)
    if source_place is not None or target_place is not None:
        created = scratchmove.run(call, target, source_place, target_place, moving, overwrite)
    else:
        created = call.write(lambda act: change(call, act, target, depth, moving=moving, overwrite=overwrite))
    response = Response(status=201 if created else 204)
    response.headers.pop('Content-Type', None)
    if created:
        response.content_length = 0
        response.headers['Location'] = call.request.host_url + call.href(target, False)
    return response


def change(call: Call, act: Act, target: DavPath, depth: str, *, moving: bool, overwrite: bool) -> bool:
    """The change itself, in the committing transaction; tells whether the target is new."""
    gate = Gate(call, act)
    source = find(act, call.path)
    gate.check(source)
    if not target.segments or not call.path.segments:
        raise SameResource(_('The top of the tree stays where it is'))
    if moving:
        gate.may_remove(source.node)
    parent = parent_unlocked(gate, target)
    taken = find_or_none(act, DavPath(target.segments))
    if taken is not None:
        _check_taken(gate, source, taken, overwrite, moving)
    if moving:
        _move(gate, act, source, taken, parent, target.name, overwrite)
    elif crosses(source.node, parent):
        carry(act, source.node, parent, target.name, overwrite=overwrite, moving=False)
    else:
        if taken is not None:
            gate.forget_locks(taken.node)
        places.copy(act, source.node, parent, target.name, overwrite, deep=depth == INFINITY)
    return taken is None


def _check_taken(gate: Gate, source: Resource, taken: Resource, overwrite: bool, moving: bool) -> None:
    if taken.node is source.node:
        # another composition of the same name is a new name, not the same place
        if not moving or taken.path.name == source.node.name:
            raise SameResource()
        return
    if any(one is taken.node for one in source.node.ancestors()):
        raise SameResource(_('What would be replaced holds what is to be put there'))
    if not overwrite:
        raise PreconditionFailed(_('Something of that name is there already'))
    gate.may_change(taken.node)
    gate.may_lose_members(taken.node)


def _move(
    gate: Gate,
    act: Act,
    source: Resource,
    taken: Resource | None,
    parent: Container,
    name: str,
    overwrite: bool,
) -> None:
    gate.forget_locks(source.node)
    before: Node | None = taken.node if taken is not None else None
    if crosses(source.node, parent):
        moved = carry(act, source.node, parent, name, overwrite=overwrite, moving=True)
    else:
        moved = replace.move(act, source.node, parent, name, overwrite)
    if before is not None and before is not moved:
        gate.forget_locks(before)
