"""Guards and consequences by name. A room registers them; definitions refer to them."""

from collections.abc import Callable, Mapping
from typing import Any

from lantai.base.errors import Condition
from lantai.services.act import Act
from lantai.store.tree import Node

#: gives every reason why not (an empty list when nothing stands in the way)
Guard = Callable[[Act, Node, Mapping[str, Any]], list[Condition]]
#: changes what the transition means beside the state
Consequence = Callable[[Act, Node, Mapping[str, Any]], None]

_guards: dict[str, Guard] = {}
_consequences: dict[str, Consequence] = {}


#: (kind of node, step) -> guards that are asked whatever a definition says
_always: dict[tuple[str, str], tuple[str, ...]] = {}


def guard(name: str, *, always: tuple[str, str] | None = None) -> Callable[[Guard], Guard]:
    """Registers the decorated function as the guard of that name.

    What the law demands names the kind of node and the step where it is `always` asked: a
    definition can add restrictions, never lift this one.
    """
    if always is not None and name not in _always.get(always, ()):
        _always[always] = (*_always.get(always, ()), name)
    return _register(_guards, name)


def always_asked(kind: str, step: str) -> tuple[str, ...]:
    """The guards of the law for a step."""
    return _always.get((kind, step), ())


def consequence(name: str) -> Callable[[Consequence], Consequence]:
    """Registers the decorated function as the consequence of that name."""
    return _register(_consequences, name)


def _register(where: dict[str, Any], name: str) -> Callable[[Any], Any]:
    def declare(function: Any) -> Any:
        earlier = where.get(name)
        if earlier is not None and earlier is not function:
            raise ValueError(f'{name} is both {earlier.__qualname__} and {function.__qualname__}')
        where[name] = function
        return function

    return declare


def get_guard(name: str) -> Guard:
    """The guard of that name; KeyError when no room registered it."""
    return _guards[name]


def get_consequence(name: str) -> Consequence:
    """The consequence of that name; KeyError when no room registered it."""
    return _consequences[name]


#: told after a node has come into another state, in the same transaction: node, before, after, step
Follower = Callable[[Act, Node, str, str, str], None]

_followers: list[Follower] = []


def state_follower(function: Follower) -> Follower:
    """Registers the decorated function to be told of every change of state."""
    if function not in _followers:
        _followers.append(function)
    return function


def tell_followers(act: Act, node: Node, before: str, after: str, step: str) -> None:
    """Tells all that were registered, in the order of registration."""
    for follower in _followers:
        follower(act, node, before, after, step)
