"""The strict traverser: every segment is the name of a node, none is the name of a view.

Pyramid's own lets `@@edit` or an unknown last segment name a view; here these are ordinary names, and
what does not exist, or is hidden from the person who asks, is not found.
"""

from typing import Any

from pyramid.config import Configurator
from pyramid.interfaces import ITraverser
from pyramid.request import Request
from zope.interface import implementer

from lantai.base.errors import NotFound
from lantai.services.security import policy
from lantai.store.tree import Container, Node, Repository
from lantai.web.security import require_signed_in


@implementer(ITraverser)
class StrictTraverser:
    """Walks from the repository along the `traverse` names of the route."""

    def __init__(self, root: Repository) -> None:
        self.root = root

    def __call__(self, request: Request) -> dict[str, Any]:
        names = tuple((request.matchdict or {}).get('traverse') or ())
        return {
            'context': self._walk(request, names) if names else self.root,
            'view_name': '',
            # the files of the static view
            'subpath': tuple((request.matchdict or {}).get('subpath') or ()),
            'traversed': names,
            'virtual_root': self.root,
            'virtual_root_path': (),
            'root': self.root,
        }

    def _walk(self, request: Request, names: tuple[str, ...]) -> Node:
        actor = require_signed_in(request)
        node: Node | None = self.root
        for name in names:
            node = node.get(name) if name and isinstance(node, Container) else None
            if node is None:
                raise NotFound()
        if not policy.sees(actor, node):
            raise NotFound()
        return node


def root_factory(request: Request) -> Repository:
    """The top of the tree, for every route."""
    return request.repository


def includeme(config: Configurator) -> None:
    config.add_traverser(StrictTraverser, Repository)
    config.set_root_factory(root_factory)
