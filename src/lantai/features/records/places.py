"""Moving, copying, renaming and deleting: all or nothing, drafts only."""

from typing import Any

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.base.names import check_name
from lantai.features.records import rules
from lantai.features.records.errors import NotOnlyDrafts, TargetTaken
from lantai.features.records.model import Component, Folder, Item
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.tree import Container, Node

#: attributes that a copy takes over, by kind
COPIED = {
    'item': ('metadata', 'access', 'retention_row', 'client_mtime', 'dead_properties'),
    'component': ('role', 'place', 'media_type', 'client_mtime', 'dead_properties', 'format'),
    'folder': ('title', 'dead_properties'),
    'file': ('title', 'metadata'),
}


def move(act: Act, node: Node, target: Container, name: str | None = None, overwrite: bool = False) -> Node:
    """Gives a node another place or name; its identity stays.

    Raises NotFound, RecordIsFiled, Forbidden, ContainerClosed, TargetTaken (unless `overwrite`),
    IntoItself, OtherFonds, BadName, DoesNotBelong; then nothing changed.
    """
    name = check_name(name or node.name)
    source = node.__parent__
    check_may_leave(act, node)
    check_may_enter(act, target, node.type)
    rules.check_target(act, node, target)
    taken = target.get(name)
    if taken is node and node.name == name:
        return node
    if taken is not None and taken is not node:
        if not overwrite:
            raise TargetTaken()
        delete(act, taken)
    before = node.path
    source.remove(node)
    single = node.single if isinstance(node, Item) else None
    factory.place(target, node, name)
    if single is not None:
        # a record that is one file stays one file
        node.remove(single)
        node.add(single, name)
    _adopt(node, target)
    node.touch(act.clock)
    event = Event.NODE_RENAME if source is target else Event.NODE_MOVE
    _note(act, node, 'rename' if source is target else 'move', before=before, after=node.path)
    record(act, event, node, source=source.uid, target=target.uid)
    return node


def rename(act: Act, node: Node, name: str) -> Node:
    """Another name in the same place; raises as `move`."""
    return move(act, node, node.__parent__, name)


def copy(
    act: Act,
    node: Node,
    target: Container,
    name: str | None = None,
    overwrite: bool = False,
    deep: bool = True,
) -> Node:
    """New drafts with the same description and bytes, `derived_from` the old ones; raises as `move`.

    What the actor may not see is not copied; `deep` false leaves a folder's members out.
    """
    name = check_name(name or node.name)
    policy.require(act, Permission.SEE, node)
    check_may_enter(act, target, node.type)
    rules.check_target(act, node, target)
    taken = target.get(name)
    if taken is not None:
        if not overwrite:
            raise TargetTaken()
        delete(act, taken)
    return _copy(act, node, target, name, deep)


def delete(act: Act, node: Node) -> None:
    """Withdraws a draft, or a container that holds nothing but drafts of the actor's.

    Raises NotOnlyDrafts naming each that stands in the way, RecordIsFiled for a filed record.
    """
    check_may_leave(act, node, Permission.DELETE)
    _check_open_around(node)
    blocking = [child for child in _below(node) if child is not node and not _deletable(act, child)]
    if blocking:
        visible = [child for child in blocking if policy.sees(act.actor, child)]
        raise NotOnlyDrafts(
            conditions=[
                Condition('not-a-draft', _('“${path}” is no draft of yours', mapping={'path': child.path}))
                for child in visible
            ]
        )
    for child in _below(node):
        if isinstance(child, Component):
            act.site.contents.forget(act.manager, child.content_key)
    item = node.item if isinstance(node, Component) else None
    record(act, Event.NODE_DELETE, node, **({'item': item.uid} if item is not None else {}))
    factory.erase(act, node)
    if item is not None:
        engine.note_history(act, item, 'delete', component=node.uid, name=node.name)
        item.touch(act.clock)


def _deletable(act: Act, node: Node) -> bool:
    item = rules.item_of(node)
    if item is not None and item.state != 'draft':
        return False
    return Permission.DELETE in policy.permissions(act.actor, node)


def check_may_leave(act: Act, node: Node, permission: Permission = Permission.ARRANGE) -> None:
    """Raises when the actor may not take `node`, or what is below it, from its place."""
    if isinstance(node, Component):
        permission = Permission.PUT
    elif node.type in ('series', 'file', 'folder'):
        permission = Permission.DELETE
    rules.check_change(act, permission, node)
    for child in _below(node):
        rules.check_not_fixed(child)
    _check_open_around(node)


def _check_open_around(node: Node) -> None:
    around = next(
        ancestor for ancestor in node.ancestors() if ancestor is not node and not isinstance(ancestor, Item)
    )
    if node.type in ('item', 'file', 'component'):
        rules.check_open(around)


def check_may_enter(act: Act, target: Container, type_name: str) -> None:
    """Raises when the actor may not put something of that kind into `target`."""
    policy.require(act, Permission.SEE, target)
    factory.check_place(target, type_name)
    rules.check_not_fixed(target)
    permission = Permission.PUT if isinstance(target, Item) else Permission.CREATE
    policy.require(act, Permission.CREATE_SERIES if type_name == 'series' else permission, target)


def _adopt(node: Node, target: Container) -> None:
    """What enters a fonds for the first time belongs to it from now on."""
    fonds = rules.fonds_code_at(target)
    for child in _below(node):
        if isinstance(child, Item | Folder) and fonds and child.fonds_code != fonds:
            child.fonds_code = fonds
            child.__parent__.recount(child)


def _copy(act: Act, node: Node, target: Container, name: str, deep: bool) -> Node:
    values: dict[str, Any] = {key: getattr(node, key) for key in COPIED.get(node.type, ())}
    twin = factory.new_node(act, node.type, **values)
    if not isinstance(twin, Component):
        twin.unit = act.actor.unit or node.unit
    if isinstance(twin, Item | Folder):
        twin.fonds_code = rules.fonds_code_at(target) or act.actor.fonds or node.fonds_code
    if isinstance(twin, Item):
        twin.derived_from = node.uid
        engine.note_history(act, twin, 'copy', derived_from=node.uid)
    factory.place(target, twin, name)
    if isinstance(node, Component):
        _copy_content(act, node, twin)
    elif isinstance(node, Container) and (deep or isinstance(node, Item)):
        for child in list(node.values()):
            if policy.sees(act.actor, child):
                single = isinstance(node, Item) and node.single is child
                _copy(act, child, twin, name if single else child.name, deep)
    record(act, Event.NODE_COPY, twin, source=node.uid)
    return twin


def _copy_content(act: Act, source: Component, twin: Component) -> None:
    policy.require(act, Permission.READ, source)
    # bytes are never shared between records, so that destroying one destroys them
    with act.site.contents.open(source.content_key) as stream:
        received = act.site.contents.receive(stream, algorithms=tuple(source.digests))
    twin.next_content()
    twin.size, twin.sha256, twin.digests = received.size, received.sha256, source.digests
    twin.received = act.clock.now()
    if twin.format:
        twin.format = {**twin.format, 'version': 1}
    act.site.contents.keep(act.manager, received, twin.content_key)


def _note(act: Act, node: Node, what: str, **facts: Any) -> None:
    item = rules.item_of(node)
    if item is not None:
        engine.note_history(act, item, what, **facts)


def _below(node: Node) -> list[Node]:
    found = [node]
    if isinstance(node, Container):
        for child in node.values():
            found.extend(_below(child))
    return found
