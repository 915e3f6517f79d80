"""What may be changed, decided from the state of things alone."""

from lantai.base.errors import NotFound
from lantai.features.records.errors import (
    AboveCeiling,
    ContainerClosed,
    EditConflict,
    IntoItself,
    NotEditableNow,
    OtherFonds,
    RecordIsFiled,
)
from lantai.features.records.model import WORKING, Item
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.settings import CLASSIFICATIONS
from lantai.store.tree import Container, Node

#: states in which an item's description, place and content are still changed
CHANGEABLE = ('draft', 'submitted', 'approved')


def item_of(node: Node) -> Item | None:
    """The item that a node is or is part of."""
    return next((ancestor for ancestor in node.ancestors() if isinstance(ancestor, Item)), None)


def check_not_fixed(node: Node) -> None:
    """Raises RecordIsFiled for whatever is, or is part of, a filed record."""
    item = item_of(node)
    if item is None:
        return
    if item.state not in WORKING:
        raise RecordIsFiled()
    if item.state not in CHANGEABLE:
        raise NotEditableNow()


def check_change(act: Act, permission: Permission, node: Node) -> None:
    """Raises NotFound, RecordIsFiled, NotEditableNow or Forbidden: first what never changes, then who may."""
    if not policy.sees(act.actor, node):
        raise NotFound()
    check_not_fixed(node)
    policy.require(act, permission, node)


def takes_deposits(container: Container) -> bool:
    """Whether a container is open: a series or file says so, its series too; an inbox always is."""
    if container.type == 'series':
        return container.open
    if container.type == 'file':
        return container.open and takes_deposits(container.__parent__)
    return container.type in ('inbox', 'folder', 'item')


def check_open(container: Container) -> None:
    """Raises ContainerClosed."""
    if not takes_deposits(container):
        raise ContainerClosed()


def check_etag(node: Node, etag: str | None) -> None:
    """Raises EditConflict when the caller saw another revision; None asks nothing."""
    if etag is not None and etag not in ('*', node.etag):
        raise EditConflict()


def check_ceiling(act: Act, access: dict) -> None:
    """Raises AboveCeiling for a classification that the installation must not keep."""
    if level(access.get('classification', '')) > level(act.site.settings.ceiling):
        raise AboveCeiling()


def level(classification: str) -> int:
    """Rank of a classification, 0 for none."""
    return CLASSIFICATIONS.index(classification) if classification in CLASSIFICATIONS else 0


def fonds_code_at(container: Container) -> str:
    """The fonds that what is put here belongs to; empty at the top of the inbox."""
    return getattr(container, 'fonds_code', '')


def check_target(act: Act, node: Node, target: Container) -> None:
    """Raises when `node` may not move into `target`: into itself, closed, another body's."""
    if any(ancestor is node for ancestor in target.ancestors()):
        raise IntoItself()
    check_open(target)
    there, here = fonds_code_at(target), getattr(node, 'fonds_code', '')
    if there and here and there != here:
        raise OtherFonds()
