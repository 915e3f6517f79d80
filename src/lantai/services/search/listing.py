"""What the index knows of one container: its children in other orders, and figures of branches."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from lantai.services.act import Act
from lantai.services.search.access import sight
from lantai.services.search.conditions import BRANCH, Seen, wanted_classes
from lantai.services.search.finding import find, maker_number, read_classes
from lantai.services.search.query import Found, Query
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Node


@dataclass(frozen=True)
class Listing:
    """One page of children. `total` is exact unless `more`; `facets` count them by state, year, period…"""

    nodes: tuple[Node, ...]
    total: int
    more: bool
    facets: dict[str, dict[str, int]]
    next: str | None
    previous: str | None


def found_by(act: Act, query: Query) -> tuple[Found, list[Any]]:
    """What a query finds for an actor, and the nodes of the page that the actor does see now."""
    with act.site.index.reading() as connection:
        found = find(
            connection,
            query,
            lambda classes: sight(act.actor, act.repository, classes),
            lambda classes: sight(act.actor, act.repository, classes, Permission.READ),
        )
    nodes = [node for uid in found.uids if (node := act.repository.by_uid(uid)) is not None]

    def is_shown(node: Node) -> bool:
        wanted = {Permission.SEE, Permission.READ} if node.uid in found.by_text else {Permission.SEE}
        return wanted <= policy.permissions(act.actor, node)

    return found, [node for node in nodes if is_shown(node)]


def children(act: Act, container: Container, query: Query) -> Listing:
    """The children of a container that the actor sees, in an order the tree does not keep.

    Of the query: `sort` (title, code, date, modified, each with - for descending), the filters,
    `text`, `limit` and `cursor`. Raises IndexUnavailable, BadQuery, BadCursor.
    """
    found, nodes = found_by(act, replace(query, container=container.uid, children=True))
    here = [node for node in nodes if node.__parent__ is container]
    return Listing(
        tuple(here),
        found.total - (len(found.uids) - len(here)),
        found.more,
        found.facets,
        found.next,
        found.previous,
    )


def items_below(act: Act, containers: Iterable[Container]) -> dict[str, int]:
    """How many items at any depth below each container the actor sees; by uid, none for none.

    As far as the index is. Raises IndexUnavailable.
    """
    uids = [container.uid for container in containers]
    with act.site.index.reading() as connection:
        classes, _sizes = read_classes(connection)
        wanted = wanted_classes(Query(type='item'), classes)
        seen = Seen(sight(act.actor, act.repository, classes), maker_number(connection, act.actor.id), wanted)
        if not uids or not seen.classes:
            return {}
        where = seen.in_counts()
        marks = ', '.join('?' * len(uids))
        if all(zone.container is None for zone in seen.sight.zones):
            return dict(
                connection.execute(
                    'SELECT c.uid, SUM(b.n) FROM containers c JOIN below b ON b.container = c.id'
                    f' WHERE c.uid IN ({marks}) AND {where} GROUP BY c.uid',
                    (*uids, *where.values),
                )
            )
        # roles on places deeper down: few documents, counted one place at a time
        figures = {}
        for uid in uids:
            n = connection.execute(
                f'SELECT SUM(n) FROM counts WHERE container IN {BRANCH} AND {where}', (uid, *where.values)
            ).fetchone()[0]
            if n:
                figures[uid] = n
        return figures
