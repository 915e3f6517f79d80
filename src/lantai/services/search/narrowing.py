"""Terms that let the text index itself pass over what cannot be an answer.

They only narrow: every row is checked exactly afterwards. They are used where few documents
have them; a term that most documents have would cost more than it spares.
"""

import sqlite3
from collections.abc import Iterable

from lantai.services.search.conditions import BRANCH, Seen
from lantai.services.search.cutting import code_term
from lantai.services.search.layout import MASK
from lantai.services.search.query import Query

#: below this part of all documents, classes are looked up as terms
_FEW = 0.05
#: a term that no document has
NOBODY = 'x'
#: so many terms at most in one alternative
_MOST = 100


def narrowing(
    connection: sqlite3.Connection, query: Query, seen: Seen, sizes: dict[int, int], maker: int
) -> list[str]:
    """Expressions of FTS5 that every answer fulfils."""
    found: list[str] = []
    if query.year:
        found.append(_any([code_term('y', query.year)]))
    if query.period:
        found.append(_any([code_term('p', query.period)]))
    if query.maker:
        found.append(_any([f'm{maker}' if maker >= 0 else NOBODY]))
    if query.container:
        places = _places(connection, query.container, query.children)
        if places is not None:
            found.append(_any(places))
    mine = _who(connection, seen, sizes)
    if mine is not None:
        found.append(_any(mine))
    return found


def _who(connection: sqlite3.Connection, seen: Seen, sizes: dict[int, int]) -> list[str] | None:
    """One of these terms is on every document seen; None when that would not narrow."""
    terms = [f'c{row & MASK}' for row in seen.rows]
    everything = sum(sizes.values())
    for zone in seen.sight.zones:
        classes = (zone.anyone | zone.own) & seen.wanted
        if sum(sizes[number] for number in classes) <= _FEW * everything:
            terms += [f'c{number}' for number in sorted(classes)]
        else:
            places = None if zone.container is None else _places(connection, zone.container, False)
            if places is None:
                return None
            terms += places
    return terms if len(terms) <= _MOST else None


def _places(connection: sqlite3.Connection, container: str, children: bool) -> list[str] | None:
    """The terms of a container and those below it; None when there are too many."""
    condition = 'uid = ?' if children else f'id IN {BRANCH}'
    statement = f'SELECT id FROM containers WHERE {condition} LIMIT ?'
    rows = connection.execute(statement, (container, _MOST + 1)).fetchall()
    return [f'k{id}' for (id,) in rows] if len(rows) <= _MOST else None


def _any(terms: Iterable[str]) -> str:
    quoted = [f'"{term}"' for term in terms] or [f'"{NOBODY}"']
    return f'access : ({" OR ".join(quoted)})'
