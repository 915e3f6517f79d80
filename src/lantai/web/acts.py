"""What other rooms offer on the page of a node and for records picked in a list. They say it when they are
included: `config.add_node_acts(...)`, `config.add_list_acts(...)`, `config.add_node_notes(...)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_NODE, _LIST, _NOTES = 'lantai.node_acts', 'lantai.list_acts', 'lantai.node_notes'


@dataclass(frozen=True)
class Offered:
    """A link in the menu of a node, or a button below a list; such a button sends `name` = `value`."""

    title: str
    url: str
    name: str = ''
    value: str = ''
    danger: bool = False
    #: a form of its own in the menu; what other rooms offer there are links
    post: bool = False


@dataclass(frozen=True)
class Note:
    """A line about a node above everything else, and where more of it is; `kind` is `warn` or nothing."""

    message: str
    url: str | None = None
    link: str = ''
    kind: str = ''


def _add(key: str) -> Callable:
    def directive(config, look: Callable[[Any, Any], list]) -> None:
        """`look(request, node)` gives what is offered there; an empty list for nothing."""

        def register() -> None:
            config.registry.setdefault(key, []).append(look)

        config.action((key, look.__module__, look.__qualname__), register)

    return directive


def _all(key: str, request, node) -> list:
    return [each for look in request.registry.get(key, ()) for each in look(request, node)]


def of_node(request, node) -> list[Offered]:
    """Links for the menu of a node."""
    return _all(_NODE, request, node)


def of_list(request, container) -> list[Offered]:
    """Buttons for what is picked in the list of a container."""
    return _all(_LIST, request, container)


def notes(request, node) -> list[Note]:
    """What rooms have to say about a node."""
    return _all(_NOTES, request, node)


def includeme(config) -> None:
    config.add_directive('add_node_acts', _add(_NODE))
    config.add_directive('add_list_acts', _add(_LIST))
    config.add_directive('add_node_notes', _add(_NOTES))
