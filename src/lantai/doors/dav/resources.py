"""What an address stands for: a file or a collection, found in the tree as the person sees it.

An item whose single component bears its name is a file; any other item is a collection of its
components. What the person may not see is not there, and a file has nothing below it.
"""

from dataclasses import dataclass
from datetime import datetime

from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.doors.dav.errors import NoParent
from lantai.doors.dav.paths import DavPath
from lantai.features.records.model import Component, Item
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Node
from lantai.web.content import content_etag


@dataclass(frozen=True)
class Resource:
    """Something that is there. `component` holds the bytes of a file and is None for a collection."""

    path: DavPath
    node: Node
    component: Component | None

    @property
    def is_collection(self) -> bool:
        return self.component is None

    @property
    def etag(self) -> str:
        """Of a file, the tag of its bytes; of a collection, that of its description."""
        return content_etag(self.component.sha256) if self.component is not None else self.node.etag

    @property
    def modified(self) -> datetime:
        """The time of the file at its sender where that is known, else of its arrival here."""
        if self.component is None:
            return self.node.modified
        return self.component.client_mtime or self.component.received or self.component.modified


def component_of(node: Node) -> Component | None:
    """The bytes behind a node that is shown as a file; None for a collection."""
    if isinstance(node, Component):
        return node
    return node.single if isinstance(node, Item) else None


def find(act: Act, path: DavPath) -> Resource:
    """What is at `path`; raises NotFound, also when it is hidden, or a file asked for as a collection."""
    found = find_or_none(act, path)
    if found is None:
        raise NotFound()
    return found


def find_or_none(act: Act, path: DavPath) -> Resource | None:
    """As `find`, without raising."""
    node = _walk(act, path.segments)
    if node is None or not policy.sees(act.actor, node):
        return None
    component = component_of(node)
    if component is not None and path.slash:
        return None
    return Resource(path, node, component)


def _walk(act: Act, segments: tuple[str, ...]) -> Node | None:
    node: Node | None = act.repository
    for name in segments:
        if not isinstance(node, Container) or component_of(node) is not None:
            return None
        node = node.get(name)
    return node


def parent_for(act: Act, path: DavPath) -> Container:
    """The collection in which `path` is or would be; raises NoParent when there is none the person sees.

    Also when the name is taken by something hidden, for who could make something there; who could not is
    refused by the place, as at a free name.
    """
    if not path.segments:
        raise NoParent(_('There is nothing above this address'))
    parent = _walk(act, path.segments[:-1])
    if not isinstance(parent, Container) or component_of(parent) is not None:
        raise NoParent()
    if not policy.sees(act.actor, parent):
        raise NoParent()
    there = parent.get(path.name)
    if there is not None and not policy.sees(act.actor, there):
        if Permission.CREATE in policy.permissions(act.actor, parent):
            raise NoParent()
    return parent
