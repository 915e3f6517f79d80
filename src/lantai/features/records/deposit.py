"""Putting bytes: a new record, a new component, or new content for a draft's component."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantai.base.errors import OverQuota, TooLarge, WrongState
from lantai.base.i18n import _
from lantai.features.records import rules, service
from lantai.features.records.media import media_type_of
from lantai.features.records.model import Component, Item
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.contents import Received
from lantai.store.tree import Container, Node


class NotAFile(WrongState):
    """Bytes are put where a collection is."""

    name = 'not-a-file'
    title = _('There is a record with several files, or a folder, of this name')


@dataclass(frozen=True)
class Put:
    """What a deposit did: the node a door shows under the name, and whether it is new."""

    node: Node
    component: Component
    created: bool


def put(
    act: Act,
    parent: Container,
    name: str,
    received: Received,
    *,
    media_type: str | None = None,
    client_mtime: datetime | None = None,
    title: str = '',
    metadata: dict[str, Any] | None = None,
    access: dict[str, str] | None = None,
) -> Put:
    """Stores a received body under `name` in a container or an item.

    Into an item it is a component; elsewhere an item of that name holding a component of that
    name. The body becomes content only if the transaction commits. Raises NotFound, Forbidden,
    ContainerClosed, RecordIsFiled, NotAFile, BadName, TooLarge, OverQuota, Invalid.
    """
    _check_size(act, received)
    existing = parent.get(name)
    if existing is None or not policy.sees(act.actor, existing):
        # a name that is taken by something hidden answers as a free one, until only its place can refuse it
        item, component = _new(act, parent, name, title, metadata, access)
        _fill(act, component, received, media_type, client_mtime)
        return Put(component if item is parent else item, component, True)
    component = existing if isinstance(existing, Component) else _component_of(existing)
    if component is None:
        if not isinstance(existing, Item) or not existing.is_empty():
            rules.check_change(act, Permission.SEE, existing)
            raise NotAFile()
        rules.check_change(act, Permission.PUT, existing)
        component = _add_component(act, existing, name)
        _fill(act, component, received, media_type, client_mtime)
        return Put(existing, component, True)
    replace(act, component, received, media_type=media_type, client_mtime=client_mtime)
    return Put(existing, component, False)


def replace(
    act: Act,
    component: Component,
    received: Received,
    *,
    media_type: str | None = None,
    client_mtime: datetime | None = None,
) -> None:
    """New content for a draft's component; the former bytes go away with the commit."""
    rules.check_change(act, Permission.PUT, component)
    if not rules.takes_deposits(component.item.__parent__):
        rules.check_open(component.item.__parent__)
    _check_size(act, received)
    act.site.contents.forget(act.manager, component.content_key)
    _fill(act, component, received, media_type, client_mtime)


def _check_size(act: Act, received: Received) -> None:
    settings = act.site.settings
    if settings.max_upload and received.size > settings.max_upload:
        raise TooLarge(_('The file has more than ${n} bytes', mapping={'n': settings.max_upload}))
    if settings.quota and received.size > settings.quota:
        raise OverQuota()


def _new(
    act: Act,
    parent: Container,
    name: str,
    title: str,
    metadata: dict[str, Any] | None,
    access: dict[str, str] | None,
) -> tuple[Item, Component]:
    if isinstance(parent, Item):
        rules.check_change(act, Permission.PUT, parent)
        rules.check_open(parent.__parent__)
        return parent, _add_component(act, parent, name)
    values: dict[str, Any] = {}
    if metadata:
        values['metadata'] = metadata
    if access:
        values['access'] = access
    item = service.create(act, parent, 'item', name=name, title=title, **values)
    return item, _add_component(act, item, name)


def _component_of(node: Node) -> Component | None:
    return node.single if isinstance(node, Item) else None


def _add_component(act: Act, item: Item, name: str) -> Component:
    component = factory.new_node(act, 'component')
    component.place = 1 + max((other.place for other in item.values()), default=-1)
    factory.place(item, component, name)
    return component


def _fill(
    act: Act, component: Component, received: Received, media_type: str | None, client_mtime: datetime | None
) -> None:
    component.next_content()
    component.size = received.size
    component.sha256 = received.sha256
    component.digests = {name: value for name, value in received.digests.items() if name != 'sha256'}
    component.sm3 = None
    component.format = None
    # what the name says is what every client gets back; a sender's guess only where the name says nothing
    named = media_type_of(component.name)
    component.media_type = named if named != 'application/octet-stream' else media_type or named
    component.received = act.clock.now()
    component.client_mtime = client_mtime
    act.site.contents.keep(act.manager, received, component.content_key)
    component.touch(act.clock)
    item = component.item
    item.client_mtime = client_mtime
    engine.note_history(
        act, item, 'put', component=component.uid, name=component.name, sha256=component.sha256
    )
    item.touch(act.clock)
    record(
        act,
        Event.CONTENT_PUT,
        component,
        item=item.uid,
        sha256=component.sha256,
        size=component.size,
        version=component.version,
    )
