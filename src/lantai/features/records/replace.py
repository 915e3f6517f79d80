"""Saving by renaming: a program that saves through a temporary file changes one record.

Programs write the new text beside the old and rename it into place, some after renaming the old away.
Taken literally, every save would end the record and begin another. So identity, description and
properties go with the name: a draft that is moved onto another gives it its content and is gone; and
one that takes a name which the same person had vacated in the same container within the last minute
changes places with the draft that had it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from BTrees.OOBTree import OOBTree

from lantai.base.clock import parse_rfc3339
from lantai.base.digests import sha256_hex
from lantai.base.names import check_name, lookup_key
from lantai.features.records import deposit, places, rules
from lantai.features.records.deposit import Put
from lantai.features.records.errors import TargetTaken
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.security.permissions import Permission
from lantai.store.contents import Received
from lantai.store.tree import Container, Node

#: how long a vacated name waits for its new content
WITHIN = timedelta(seconds=60)
#: how long an empty file waits for its bytes
FILLED_WITHIN = timedelta(minutes=5)
_VACATED = 'vacated'
_EMPTY = sha256_hex(b'')


def move(act: Act, node: Node, target: Container, name: str, overwrite: bool = False) -> Node:
    """Moves as `places.move`, but keeps the identity of what is saved; gives the node now under that name."""
    check_name(name)
    taken = target.get(name)
    if taken is not None and taken is not node and _is_draft_file(taken) and _is_draft_file(node):
        if not overwrite:
            raise TargetTaken()
        return _give_content(act, node, taken)
    source, before = node.__parent__, node.name
    former = _former(act, target, name) if taken is None and _is_draft_file(node) else None
    if former is not None and former is not node and source is target:
        return _change_places(act, node, former, name)
    moved = places.move(act, node, target, name, overwrite)
    if _is_draft_file(moved):
        _vacate(act, source, before, moved)
    return moved


def put(
    act: Act, parent: Container, name: str, received: Received, client_mtime: datetime | None = None
) -> Put:
    """Puts as `deposit.put`; a name just vacated gets its record back, with the new content."""
    former = _former(act, parent, name) if parent.get(name) is None else None
    if former is None:
        done = deposit.put(act, parent, name, received, client_mtime=client_mtime)
        _join_with_empty(act, done.component.item)
        return done
    aside, before = former.name, _bytes_of(act, former)
    places.move(act, former, parent, name)
    deposit.put(act, parent, aside, before.received, client_mtime=before.mtime)
    done = deposit.put(act, parent, name, received, client_mtime=client_mtime)
    return Put(done.node, done.component, True)


def _join_with_empty(act: Act, item: Item) -> None:
    """Many programs make a file empty and fill it at once: in the history that is one step, not two."""
    *earlier, empty, filled = (None, None, *item.history)
    if empty is None or any(entry['what'] != 'put' for entry in (empty, filled)):
        return
    same = all(empty.get(key) == filled.get(key) for key in ('who', 'component'))
    age = parse_rfc3339(filled['when']) - parse_rfc3339(empty['when'])
    if same and empty.get('sha256') == _EMPTY and filled.get('sha256') != _EMPTY and age <= FILLED_WITHIN:
        item.history = (*earlier[2:], filled)


class _Bytes(NamedTuple):
    received: Received
    mtime: datetime | None


def _bytes_of(act: Act, item: Item) -> _Bytes:
    component = item.single
    digests = {**component.digests, 'sha256': component.sha256}
    return _Bytes(act.site.contents.again(component.content_key, digests), component.client_mtime)


def _is_draft_file(node: Node) -> bool:
    return isinstance(node, Item) and node.state == 'draft' and node.single is not None


def _give_content(act: Act, node: Item, taken: Item) -> Item:
    """The content of `node` becomes that of `taken`; `node` is withdrawn."""
    rules.check_change(act, Permission.ARRANGE, node)
    content = _bytes_of(act, node)
    deposit.replace(act, taken.single, content.received, client_mtime=content.mtime)
    places.delete(act, node)
    return taken


def _change_places(act: Act, node: Item, former: Item, name: str) -> Item:
    """`former` comes back to its name with the content of `node`; `node` gets what `former` had."""
    new, old = _bytes_of(act, node), _bytes_of(act, former)
    aside, container = former.name, former.__parent__
    places.move(act, former, container, name)
    places.move(act, node, container, aside)
    deposit.replace(act, former.single, new.received, client_mtime=new.mtime)
    deposit.replace(act, node.single, old.received, client_mtime=old.mtime)
    return former


def _vacated(act: Act) -> OOBTree:
    """(container and name) -> (uid that had the name, who moved it away, when)."""
    room = act.repository.room('records')
    if _VACATED not in room:
        room[_VACATED] = OOBTree()
    return room[_VACATED]


def _vacate(act: Act, container: Container, name: str, node: Item) -> None:
    vacated = _vacated(act)
    now = act.clock.now()
    for key in [key for key, (_uid, _who, when) in vacated.items() if when < now - WITHIN]:
        del vacated[key]
    if container.get(name) is None:
        vacated[_key(container, name)] = (node.uid, act.actor.id, now)


def _former(act: Act, container: Container, name: str) -> Item | None:
    """The draft that had this name a moment ago, moved away by the same person and still in the container."""
    room = act.repository.room('records')
    entry = room[_VACATED].get(_key(container, name)) if _VACATED in room else None
    if entry is None:
        return None
    uid, who, when = entry
    node = act.repository.by_uid(uid)
    if who != act.actor.id or when < act.clock.now() - WITHIN or node is None:
        return None
    return node if node.__parent__ is container and _is_draft_file(node) else None


def _key(container: Container, name: str) -> str:
    return f'{container.uid}/{lookup_key(name)}'
