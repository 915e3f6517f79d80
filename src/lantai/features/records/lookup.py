"""Finding nodes. What is hidden from the actor is not found."""

from collections.abc import Iterable

from lantai.base.errors import NotFound
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.store.tree import Container, Node


def find(act: Act, segments: Iterable[str]) -> Node:
    """The node at the end of the names; raises NotFound, also when it is hidden."""
    node: Node | None = act.repository
    for segment in segments:
        node = node.get(segment) if isinstance(node, Container) else None
        if node is None:
            raise NotFound()
    if not policy.sees(act.actor, node):
        raise NotFound()
    return node


def by_uid(act: Act, uid: str) -> Node:
    """The node with that identity; raises NotFound, also when it is hidden."""
    node = act.repository.by_uid(uid)
    if node is None or not policy.sees(act.actor, node):
        raise NotFound()
    return node


def by_path_or_uid(act: Act, text: str) -> Node:
    """The node named by a path (with a slash) or by a uid; raises NotFound."""
    if '/' in text:
        return find(act, [segment for segment in text.split('/') if segment])
    return by_uid(act, text)
