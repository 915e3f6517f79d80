"""The kinds of nodes: each declared once, with what it holds.

A second claim to a name fails at import and shows both places.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lantai.store.tree import Node


@dataclass(frozen=True)
class ContentType:
    """A kind of node: its class, the kinds it holds, and what people call it."""

    name: str
    factory: type[Node]
    title: str
    holds: tuple[str, ...]


_types: dict[str, ContentType] = {}


def content_type(*, title: str, holds: tuple[str, ...] = ()) -> Callable[[type[Node]], type[Node]]:
    """Declares the decorated class as the kind named by its `type`."""

    def declare(factory: type[Node]) -> type[Node]:
        earlier = _types.get(factory.type)
        if earlier is not None and earlier.factory is not factory:
            raise ValueError(f'{factory.type} is both {earlier.factory!r} and {factory!r}')
        _types[factory.type] = ContentType(factory.type, factory, title, holds)
        return factory

    return declare


def get_type(name: str) -> ContentType | None:
    """The kind of that name, or None."""
    return _types.get(name)
