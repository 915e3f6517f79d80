"""The tree: nodes with an identity, containers with pages by key.

A container keeps its children in one BTree by look-up key, and the same keys once more by
access class (who may see the child depends on nothing else), each class with a length. So a
page and a count cost the same for a person who sees everything and for one who sees little,
and nothing hidden is ever loaded to be left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any, ClassVar

from BTrees.Length import Length
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.base.clock import Clock
from lantai.base.ids import new_uid
from lantai.base.names import MAX_BYTES, lookup_key

ClassKey = tuple[str, ...]
Visible = Callable[[ClassKey], bool]
#: the class of what is seen by everybody who sees its container
WITHIN: ClassKey = ('within',)


class Node(Persistent):
    """Anything in the tree. Identity is the `uid`; name and place may change."""

    type: ClassVar[str] = 'node'

    uid: str
    name = ''
    title = ''
    creator = ''
    revision = 1
    created: datetime
    modified: datetime
    __parent__: 'Container | None' = None
    #: the class under which the parent counts this child
    counted_as: ClassKey | None = None

    def __init__(self) -> None:
        self.uid = new_uid()

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def etag(self) -> str:
        """Changes with every change of the node's own state; strong, with quotes."""
        return f'"{self.uid}.{self.revision}"'

    def ancestors(self) -> Iterator['Node']:
        """The node itself, then what holds it, up to the repository."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.__parent__

    @property
    def segments(self) -> tuple[str, ...]:
        """The names from below the repository down."""
        return tuple(node.name for node in self.ancestors() if node.__parent__ is not None)[::-1]

    @property
    def path(self) -> str:
        """The names joined with slashes, such as /Z109/WS/2021; not percent-encoded."""
        return '/' + '/'.join(self.segments)

    def subject(self) -> ClassKey:
        """What access to this node depends on: kind, state, unit, maker, 'open' or '', fonds."""
        return (self.type, '', '', self.creator, '', '')

    def class_key(self) -> ClassKey:
        """The access class: nodes of one class are seen by the same people.

        A kind of node that comes in numbers gives what its access depends on; the others are
        a class each.
        """
        return ('node', self.uid)

    def touch(self, clock: Clock) -> None:
        """Notes a change: a new revision and time, and the right place among the siblings."""
        self.revision += 1
        self.modified = clock.now()
        if self.__parent__ is not None:
            self.__parent__.recount(self)


@dataclass(frozen=True)
class Page:
    """A stretch of children; `next` and `previous` are keys to go on from, or None."""

    nodes: list[Any]
    next: str | None
    previous: str | None


class _Class(Persistent):
    """The keys of the children of one access class."""

    def __init__(self) -> None:
        self.keys = OOTreeSet()
        self.length = Length()


class Container(Node):
    """A node with children."""

    type: ClassVar[str] = 'container'

    def __init__(self) -> None:
        super().__init__()
        self._children = OOBTree()
        self._classes = OOBTree()

    def get(self, name: str, default: Any = None) -> Any:
        """The child of that name, in whatever composition its letters come."""
        return self._children.get(lookup_key(name), default)

    def __getitem__(self, name: str) -> Node:
        return self._children[lookup_key(name)]

    def __contains__(self, name: str) -> bool:
        return lookup_key(name) in self._children

    def __bool__(self) -> bool:
        return True

    def values(self) -> Iterator[Node]:
        """All children in order of key, loaded as they are asked for."""
        return iter(self._children.values())

    def is_empty(self) -> bool:
        return not self._children

    def add(self, node: Node, name: str) -> None:
        """Takes `node` in under `name`; raises KeyError when the name is taken."""
        key = lookup_key(name)
        if key in self._children:
            raise KeyError(name)
        self._children[key] = node
        node.name = name
        node.__parent__ = self
        self._count(node, key)

    def remove(self, node: Node) -> None:
        """Lets `node` go; it keeps its identity and may be added elsewhere."""
        key = lookup_key(node.name)
        if self._children.get(key) is not node:
            raise KeyError(node.name)
        del self._children[key]
        self._discount(node, key)
        node.__parent__ = None

    def recount(self, node: Node) -> None:
        """Puts a child into the class it belongs to now."""
        if node.counted_as != node.class_key():
            key = lookup_key(node.name)
            self._discount(node, key)
            self._count(node, key)

    def _count(self, node: Node, key: str) -> None:
        class_key = node.class_key()
        group = self._classes.get(class_key)
        if group is None:
            group = self._classes[class_key] = _Class()
        group.keys.insert(key)
        group.length.change(1)
        node.counted_as = class_key

    def _discount(self, node: Node, key: str) -> None:
        group = self._classes[node.counted_as]
        group.keys.remove(key)
        group.length.change(-1)
        node.counted_as = None

    def counts(self) -> dict[ClassKey, int]:
        """How many children each class has; classes without any are left out."""
        return {class_key: n for class_key, group in self._classes.items() if (n := group.length())}

    def count(self, visible: Visible | None = None) -> int:
        """How many children there are, or how many of the classes `visible` says."""
        return sum(n for class_key, n in self.counts().items() if visible is None or visible(class_key))

    def page(
        self,
        visible: Visible | None = None,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Page:
        """Up to `limit` children in order of key, after or before a key (both exclusive).

        An empty `before` gives the last page. Only children of the classes that `visible`
        says are looked at.
        """
        backwards = before is not None
        keys = self._keys(visible, before if backwards else after, backwards)
        found = [key for key, _n in zip(keys, range(limit + 1), strict=False)]
        more = len(found) > limit
        found = found[:limit]
        if backwards:
            found.reverse()
        if not found:
            return Page([], None, None)
        follows = bool(before) if backwards else more
        precedes = more if backwards else after is not None
        return Page(
            [self._children[key] for key in found],
            found[-1] if follows else None,
            found[0] if precedes else None,
        )

    def _keys(self, visible: Visible | None, start: str | None, backwards: bool) -> Iterator[str]:
        if visible is None:
            return _walk(self._children, start, backwards)
        groups = [
            group.keys for class_key, group in self._classes.items() if group.length() and visible(class_key)
        ]
        return merge(*(_walk(keys, start, backwards) for keys in groups), reverse=backwards)


def _walk(keys: Any, start: str | None, backwards: bool) -> Iterator[str]:
    if not backwards:
        yield from keys.keys(start, None, excludemin=start is not None)
        return
    bound = _just_below(start) if start else None
    while True:
        try:
            # a BTree has no reverse iterator, but finds the greatest key up to a bound at once
            key = keys.maxKey() if bound is None else keys.maxKey(bound)
        except ValueError:
            return
        yield key
        bound = _just_below(key)


def _just_below(key: str) -> str:
    """A text below `key` that no other name below it exceeds."""
    return key[:-1] + chr(ord(key[-1]) - 1) + '\U0010ffff' * MAX_BYTES


class Handful(Container):
    """A node whose few children lie in a mapping of its own: no BTree for three files.

    All of them are seen by whoever sees the node, so there are no classes.
    """

    _children: dict[str, Node]

    def __init__(self) -> None:
        Node.__init__(self)
        self._children = {}

    def values(self) -> Iterator[Node]:
        return iter([self._children[key] for key in sorted(self._children)])

    def add(self, node: Node, name: str) -> None:
        key = lookup_key(name)
        if key in self._children:
            raise KeyError(name)
        self._children = {**self._children, key: node}
        node.name = name
        node.__parent__ = self

    def remove(self, node: Node) -> None:
        key = lookup_key(node.name)
        if self._children.get(key) is not node:
            raise KeyError(node.name)
        self._children = {other: child for other, child in self._children.items() if other != key}
        node.__parent__ = None

    def recount(self, node: Node) -> None:
        pass

    def counts(self) -> dict[ClassKey, int]:
        return {WITHIN: len(self._children)} if self._children else {}

    def _keys(self, visible: Visible | None, start: str | None, backwards: bool) -> Iterator[str]:
        keys = sorted(self._children, reverse=backwards)
        if not start:
            return iter(keys)
        return (key for key in keys if (key < start if backwards else key > start))


class Repository(Container):
    """The top of the tree, the map from uids to nodes, and each feature's own store."""

    type: ClassVar[str] = 'repository'

    def __init__(self, title: str, clock: Clock) -> None:
        super().__init__()
        self.title = title
        self.created = self.modified = clock.now()
        self.objects = OOBTree()
        self.objects[self.uid] = self
        self.rooms = OOBTree()
        #: names of the data migrations done
        self.evolved = ()

    def room(self, name: str) -> Any:
        """A feature's own persistent store; KeyError when it was never installed."""
        return self.rooms[name]

    def by_uid(self, uid: str) -> Node | None:
        """The node with that identity, wherever it is now."""
        return self.objects.get(uid)
