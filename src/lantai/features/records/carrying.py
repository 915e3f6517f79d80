"""A file carried over the border of a record: into one it becomes one of its files, out of one a record.

People who see the tree as a drive drag files to and fro; what they mean is clear, and what it means for
the archive is: joining a draft to another, or making an enclosure a draft of its own.
"""

from lantai.features.records import deposit, places, service
from lantai.features.records.errors import TargetTaken
from lantai.features.records.model import Component, Item
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.contents import Received
from lantai.store.tree import Container, Node


def crosses(node: Node, target: Container) -> bool:
    """Whether a file would leave its record, or a record that is one file would enter another."""
    if isinstance(node, Component):
        return not isinstance(target, Item)
    return isinstance(target, Item) and isinstance(node, Item) and node.single is not None


def carry(act: Act, node: Node, target: Container, name: str, *, overwrite: bool, moving: bool) -> Node:
    """Copies or moves over the border; gives what is then under that name.

    Raises as `places.move` and `deposit.put` do, TargetTaken unless `overwrite`.
    """
    component = node if isinstance(node, Component) else node.single
    if target.get(name) is not None:
        if not overwrite:
            raise TargetTaken()
        deposit.put(act, target, name, _bytes_of(act, component, moving), client_mtime=component.client_mtime)
        if moving:
            places.delete(act, node)
        return target[name]
    into = target if isinstance(target, Item) else service.create(act, target, 'item', name=name)
    (places.move if moving else places.copy)(act, component, into, name)
    if into is target:
        _note_joined(act, into, node, moving)
    else:
        into.derived_from = component.item.uid if not moving else None
    if moving and isinstance(node, Item):
        places.delete(act, node)
    return into[name] if into is target else into


def _bytes_of(act: Act, component: Component, moving: bool) -> Received:
    policy.require(act, Permission.READ, component)
    digests = {**component.digests, 'sha256': component.sha256}
    if moving:
        return act.site.contents.again(component.content_key, digests)
    with act.site.contents.open(component.content_key) as stream:
        return act.site.contents.receive(stream, algorithms=tuple(component.digests))


def _note_joined(act: Act, item: Item, node: Node, moving: bool) -> None:
    if moving and isinstance(node, Item):
        item.joined = (*item.joined, node.uid)
        engine.note_history(act, item, 'join', titles=[node.title], uids=[node.uid])
        record(act, Event.ITEM_JOIN, item, joined=[node.uid])
