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
#: documents of one person that are looked up by their maker
_MADE = 20_000
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
    few = _FEW * sum(sizes.values())
    by_maker = _made_few(connection, seen.maker, few)
    for zone in seen.sight.zones:
        classes, own = zone.anyone & seen.wanted, zone.own & seen.wanted
        if own and not by_maker:
            classes |= own
        if sum(sizes[number] for number in classes) <= few:
            terms += [f'c{number}' for number in sorted(classes)]
            if own and by_maker and seen.maker >= 0:
                # the classes of all makers together may be most of what there is
                terms.append(f'm{seen.maker}')
        else:
            places = None if zone.container is None else _places(connection, zone.container, False)
            if places is None:
                return None
            terms += places
    terms = list(dict.fromkeys(terms))
    return terms if len(terms) <= _MOST else None


def _made_few(connection: sqlite3.Connection, maker: int, few: float) -> bool:
    """Whether a person made no more than so many documents, and not very many."""
    most = min(int(few), _MADE)
    (counted,) = connection.execute(
        'SELECT COUNT(*) FROM (SELECT 1 FROM docs INDEXED BY docs_by_maker WHERE maker = ? LIMIT ?)',
        (maker, most + 1),
    ).fetchone()
    return counted <= most


def _places(connection: sqlite3.Connection, container: str, children: bool) -> list[str] | None:
    """The terms of a container and those below it; None when there are too many."""
    condition = 'uid = ?' if children else f'id IN {BRANCH}'
    statement = f'SELECT id FROM containers WHERE {condition} LIMIT ?'
    rows = connection.execute(statement, (container, _MOST + 1)).fetchall()
    return [f'k{id}' for (id,) in rows] if len(rows) <= _MOST else None


def _any(terms: Iterable[str]) -> str:
    quoted = [f'"{term}"' for term in terms] or [f'"{NOBODY}"']
    return f'access : ({" OR ".join(quoted)})'
