"""All that a list would show on all its pages, with its filter; only what the person may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lantai.services.search import listing
from lantai.services.search.operation import caught_up
from lantai.services.search.query import MAX_LIMIT, Query
from lantai.services.security import policy
from lantai.store.tree import Container, Node

PORTION = 200


def matching(request, container: Container, query: Mapping[str, Any]) -> Iterator[Node]:
    """The children in the order of the list. Raises IndexUnavailable where only the index knows them."""
    if query['sort'] or query['words']:
        return _from_index(request, container, query)
    return _from_tree(request, container, query['state'])


def _from_tree(request, container: Container, state: str) -> Iterator[Node]:
    seen = policy.visible(request.actor, container)

    def fits(key) -> bool:
        return seen(key) and (not state or (key[0] == 'item' and key[1] == state))

    after = None
    while True:
        page = container.page(fits, after=after, limit=PORTION)
        yield from page.nodes
        if page.next is None:
            return
        after = page.next


def _from_index(request, container: Container, query: Mapping[str, Any]) -> Iterator[Node]:
    caught_up(request.act)
    wanted = Query(
        text=query['words'],
        state=query['state'],
        sort=query['sort'] or 'title',
        limit=min(PORTION, MAX_LIMIT),
    )
    while True:
        page = listing.children(request.act, container, wanted)
        yield from page.nodes
        if page.next is None:
            return
        wanted = replace(wanted, cursor=page.next)
