"""LOCK and UNLOCK. On a name that nothing has, LOCK makes an empty draft that its editor will fill."""

from dataclasses import dataclass

from pyramid.response import Response

from lantai.base.errors import Forbidden, NotFound, WrongState
from lantai.base.i18n import _
from lantai.doors.dav import locks as locking
from lantai.doors.dav.call import INFINITY, Call
from lantai.doors.dav.errors import BadBody, NotYourLock, TokenDoesNotMatch
from lantai.doors.dav.gate import Gate, parent_unlocked
from lantai.doors.dav.locks import Lock, parse_lock_token, parse_timeout
from lantai.doors.dav.properties import View, active_lock, may_lock
from lantai.doors.dav.resources import Resource, find, find_or_none
from lantai.doors.dav.scratch import Place, place_of, scratch_of
from lantai.doors.dav.xmlbody import LockInfo, parse_lockinfo
from lantai.features.records import deposit, rules
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.security.permissions import Permission
from lantai.store.contents import Received
from lantai.web.conditional import BadHeader, PreconditionFailed


@dataclass(frozen=True)
class Locked:
    """What the answer needs: the active locks as XML, the token of a new one, whether a draft was made."""

    discovery: str
    token: str = ''
    created: bool = False


def lock(call: Call) -> Response:
    """LOCK: a new lock (201 when it made the name, else 200), or with an empty body one refreshed."""
    info = parse_lockinfo(call.xml())
    call.depth(allowed=('0', INFINITY))
    if info is None:
        return _answer(call.write(lambda act: refresh(call, act)))
    place = place_of(call.request.act, call.path)
    if place is not None:
        return _answer(_lock_scratch(call, place, info))
    # made beforehand, so that the committing thread never waits for the disk here
    empty = call.site.contents.receive([]) if find_or_none(call.request.act, call.path) is None else None
    try:
        return _answer(call.write(lambda act: grant(call, act, info, empty)))
    finally:
        if empty is not None:
            empty.discard()


def grant(call: Call, act: Act, info: LockInfo, empty: Received | None) -> Locked:
    """A new lock, in the committing transaction."""
    gate = Gate(call, act)
    found = find_or_none(act, call.path)
    gate.check(found)
    created = found is None
    if found is None:
        found = _make(call, act, gate, empty)
    check_may_lock(View(gate), act, found)
    infinite = call.depth() == INFINITY
    held = locking.covering(gate.locks, found.node, gate.now)
    if infinite:
        held += locking.below(gate.locks, act.repository, found.node, gate.now)
    gate.no_conflict(held, info.exclusive)
    made = gate.locks.add(
        found.node.uid,
        act.actor.id,
        exclusive=info.exclusive,
        infinite=infinite,
        owner=info.owner,
        timeout=parse_timeout(call.header('Timeout')),
        now=gate.now,
    )
    if created:
        gate.locks.empty[found.node.uid] = made.token
    return Locked(_discovery(gate, found), made.token, created)


def _make(call: Call, act: Act, gate: Gate, empty: Received | None) -> Resource:
    if call.path.slash:
        raise WrongState(_('The address of a file does not end in a slash'))
    parent = parent_unlocked(gate, call.path)
    # somebody may have deleted it since the request was read: then there is no empty body at hand
    received = empty or act.site.contents.receive([])
    deposit.put(act, parent, call.path.name, received)
    return find(act, call.path)


def check_may_lock(view: View, act: Act, found: Resource) -> None:
    """Raises why nobody, or not this person, may lock it: the same reasons that stop the change itself."""
    if may_lock(view, found):
        return
    if found.component is not None:
        rules.check_change(act, Permission.PUT, found.node)
        item = rules.item_of(found.node)
        rules.check_open(item.__parent__)
    elif isinstance(found.node, Item):
        rules.check_change(act, Permission.EDIT, found.node)
        rules.check_open(found.node.__parent__)
    elif found.node.type in ('series', 'file'):
        rules.check_open(found.node)
    raise Forbidden()


def refresh(call: Call, act: Act) -> Locked:
    """The lock whose token is in `If` lives on from now."""
    gate = Gate(call, act)
    if not call.if_lists:
        raise BadBody(_('A lock is refreshed by naming its token in the If header'))
    place = place_of(act, call.path)
    found = None if place is not None else find(act, call.path)
    held = gate.on_scratch(place) if place else locking.covering(gate.locks, found.node, gate.now)
    mine = [one for one in held if one.token in call.tokens]
    if not mine:
        raise PreconditionFailed(_('That lock is over, or is not on this address'))
    if mine[0].person != act.actor.id:
        raise NotYourLock()
    gate.check_if()
    gate.locks.refresh(mine[0], parse_timeout(call.header('Timeout')), gate.now)
    return Locked(_discovery(gate, found) if found else _scratch_discovery(gate, place))


def unlock(call: Call) -> Response:
    """UNLOCK: 204; raises BadHeader without a token, and what `release` raises."""
    header = call.header('Lock-Token')
    if not header:
        raise BadHeader(_('UNLOCK names a token in the Lock-Token header'))
    token = parse_lock_token(header)
    call.write(lambda act: release(call, act, token))
    response = Response(status=204)
    response.headers.pop('Content-Type', None)
    return response


def release(call: Call, act: Act, token: str) -> None:
    """The lock of that token ends, in the committing transaction."""
    gate = Gate(call, act)
    gate.check_if()
    place = place_of(act, call.path)
    held = gate.on_scratch(place) if place else _held(gate, act, call)
    found = next((one for one in held if one.token == token), None)
    if found is None:
        raise TokenDoesNotMatch()
    if found.person != act.actor.id:
        raise NotYourLock()
    gate.locks.remove(found)


def _held(gate: Gate, act: Act, call: Call) -> list[Lock]:
    return locking.covering(gate.locks, find(act, call.path).node, gate.now)


def _lock_scratch(call: Call, place: Place, info: LockInfo) -> Locked:
    scratch = scratch_of(call.site)
    created = scratch.get(place) is None
    if created and place.parent is not None and scratch.get(place.parent) is None:
        raise NotFound()
    made = call.write(lambda act: _grant_scratch(call, act, place, info))
    if created:
        scratch.put(place, b'')
    return Locked(made.discovery, made.token, created)


def _grant_scratch(call: Call, act: Act, place: Place, info: LockInfo) -> Locked:
    gate = Gate(call, act)
    gate.check_if()
    gate.no_conflict(gate.on_scratch(place), info.exclusive)
    made = gate.locks.add(
        place.key,
        act.actor.id,
        exclusive=info.exclusive,
        infinite=False,
        owner=info.owner,
        timeout=parse_timeout(call.header('Timeout')),
        now=gate.now,
    )
    return Locked(_scratch_discovery(gate, place), made.token)


def _discovery(gate: Gate, found: Resource) -> str:
    return ''.join(active_lock(gate, one) for one in locking.covering(gate.locks, found.node, gate.now))


def _scratch_discovery(gate: Gate, place: Place) -> str:
    return ''.join(active_lock(gate, one) for one in gate.on_scratch(place))


def _answer(locked: Locked) -> Response:
    body = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<D:prop xmlns:D="DAV:"><D:lockdiscovery>{locked.discovery}</D:lockdiscovery></D:prop>\n'
    )
    response = Response(
        body.encode(), status=201 if locked.created else 200, content_type='application/xml', charset='utf-8'
    )
    if locked.token:
        response.headers['Lock-Token'] = f'<{locked.token}>'
    return response
