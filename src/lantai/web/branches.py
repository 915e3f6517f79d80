"""The tree beside the pages: branches of containers, one page of each level at a time.

Items are not in it; they are in the table of their container. Opening a page deep in the archive reads one
page of each level above it, however wide the levels are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lantai.base.names import lookup_key
from lantai.services.search import listing
from lantai.services.search.errors import IndexUnavailable
from lantai.services.security import policy
from lantai.store.tree import Container, Node

AT_ONCE = 40


@dataclass(frozen=True)
class Branch:
    """One row. `level` counts from 1; `more` rows lead to further ones of their level."""

    title: str
    url: str
    level: int
    expanded: bool = False
    leaf: bool = False
    here: bool = False
    count: int | None = None
    #: where the rows below come from, when they are asked for
    branch: str = ''
    #: where the further rows of this level come from
    more: str = ''


def only_containers(visible):
    """Narrows a container's visible classes to those that are containers themselves."""
    return lambda class_key: class_key[0] != 'item' and visible(class_key)


def key_before(name: str) -> str:
    """A key after which the children from `name` on follow."""
    key = lookup_key(name)
    return key[:-1] + chr(max(ord(key[-1]) - 1, 0)) + '\U0010ffff' if key else ''


def level_of(request, container: Container, level: int, after: str | None = None) -> list[Branch]:
    """One page of the containers in `container`, closed, as the lazily loaded branch shows them."""
    return list(_level(request, container, level, None, after))


def whole_tree(request, here: Node | None) -> list[Branch]:
    """The tree from the top, open on the way to `here`."""
    repository = request.repository
    above = here.ancestors() if here is not None else ()
    way = [node for node in above if isinstance(node, Container) and node.type != 'item'][::-1]
    return list(_level(request, repository, 1, way if way[:1] == [repository] else [repository]))


def _level(
    request, container: Container, level: int, way: list[Container] | None, after: str | None = None
) -> Iterator[Branch]:
    visible = only_containers(policy.visible(request.actor, container))
    next_on_way = way[level] if way is not None and len(way) > level else None
    page = container.page(visible, after=after, limit=AT_ONCE)
    if next_on_way is not None and next_on_way not in page.nodes:
        yield _more(request, container, level, '')
        page = container.page(visible, after=key_before(next_on_way.name), limit=AT_ONCE)
    figures = items_below(request, page.nodes)
    for node in page.nodes:
        inside = only_containers(policy.visible(request.actor, node))
        leaf = node.count(inside) == 0
        on_way = node is next_on_way
        yield Branch(
            title=request.layout.title_of(node),
            url=request.layout.url_of(node),
            level=level,
            expanded=on_way and not leaf,
            leaf=leaf,
            here=on_way and way is not None and node is way[-1],
            count=figures.get(node.uid),
            branch=request.layout.url_of(node, 'branch', level=level + 1),
        )
        if on_way and not leaf:
            yield from _level(request, node, level + 1, way)
    if page.next is not None:
        yield _more(request, container, level, page.next)


def items_below(request, nodes: list[Container]) -> dict[str, int]:
    """How many items at any depth below each the person may see; no figures while the index is being made."""
    try:
        return listing.items_below(request.act, nodes) if nodes else {}
    except IndexUnavailable:
        return {}


def _more(request, container: Container, level: int, after: str) -> Branch:
    layout = request.layout
    return Branch(
        title='',
        url=layout.url_of(container, after=after),
        level=level,
        leaf=True,
        more=layout.url_of(container, 'branch', after=after, level=level),
    )
