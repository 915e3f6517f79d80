"""The one door through which a node comes into the tree."""

from typing import Any

from lantai.base.errors import Condition, Invalid, WrongState
from lantai.base.i18n import _
from lantai.base.names import check_name
from lantai.services.act import Act
from lantai.services.content.types import get_type
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.store.tree import Container, Node


class NameTaken(WrongState):
    """Something of that name is there already."""

    name = 'name-taken'
    title = _('This name is taken here')
    logged = False


class DoesNotBelong(WrongState):
    """A node of that kind has no place in that container."""

    name = 'does-not-belong'
    title = _('This kind of thing has no place here')
    logged = False


def new_node(act: Act, type_name: str, **attributes: Any) -> Node:
    """A node of that kind, known by its uid but in no container yet; raises Invalid for no kind."""
    kind = get_type(type_name)
    if kind is None:
        raise Invalid(conditions=[Condition('unknown-type', _('There is no such kind of thing'), 'type')])
    node = kind.factory()
    node.creator = act.actor.id
    node.created = node.modified = act.clock.now()
    for name, value in attributes.items():
        if not hasattr(type(node), name):
            raise AttributeError(f'{type_name} has no attribute {name}')
        setattr(node, name, value)
    act.repository.objects[node.uid] = node
    return node


def check_place(parent: Container, type_name: str) -> None:
    """Raises DoesNotBelong when `parent` does not hold nodes of that kind."""
    kind = get_type(parent.type)
    if kind is None or type_name not in kind.holds:
        raise DoesNotBelong()


def place(parent: Container, node: Node, name: str) -> None:
    """Puts a node into a container; raises BadName, NameTaken or DoesNotBelong."""
    check_name(name)
    check_place(parent, node.type)
    if name in parent:
        raise NameTaken()
    parent.add(node, name)


def create(act: Act, parent: Container, type_name: str, name: str, **attributes: Any) -> Node:
    """Makes a node under `name` in `parent` and writes the event; raises as `place` does."""
    check_place(parent, type_name)
    node = new_node(act, type_name, **attributes)
    place(parent, node, name)
    record(act, Event.NODE_CREATE, node)
    return node


def erase(act: Act, node: Node) -> None:
    """Takes a node and all below it out of the tree and of the map; its history stays in the log."""
    for child in _below(node):
        del act.repository.objects[child.uid]
    if node.__parent__ is not None:
        node.__parent__.remove(node)


def _below(node: Node) -> list[Node]:
    found = [node]
    if isinstance(node, Container):
        for child in node.values():
            found.extend(_below(child))
    return found
