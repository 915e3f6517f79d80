"""Which records are found by the texts of their files: all terms there, or some there and the rest in the
description. What the description alone says is not of this kind.
"""

import json
import sqlite3
from itertools import islice

from lantai.services.search.conditions import Where
from lantai.services.search.cutting import Term, stands_in
from lantai.services.search.layout import FACTOR, FILES

#: records found by their texts, the newest ones where there are more; some more than are counted
MOST = 1200
#: files of one record that may hold the term before it is counted once
_REPEATED = 4


def rows_by_text(connection: sqlite3.Connection, terms: list[Term], readable: Where) -> list[int]:
    """Row numbers, newest first. `readable` says of `docs d` what the asking person may read."""
    search = _Search(connection, readable)
    holding = [frozenset(search.rows(term.match_text)) if term.match_text else frozenset() for term in terms]
    found = dict.fromkeys(row for rows in holding for row in rows)
    if len(terms) > 1 and all(term.match_text for term in terms):
        # of common terms the newest records may not be those that hold them all
        together = search.rows(' AND '.join(f'({term.match_text})' for term in terms))
        holding = [rows.union(together) for rows in holding]
        found |= dict.fromkeys(together)
    complete = (
        row
        for row in sorted(found, reverse=True)
        if search.is_complete(
            row, [t for t, rows in zip(terms, holding, strict=True) if row not in rows], terms
        )
    )
    return list(islice(complete, MOST))


class _Search:
    def __init__(self, connection: sqlite3.Connection, readable: Where) -> None:
        self._connection = connection
        self._readable = readable

    def rows(self, match: str) -> list[int]:
        """The newest records with a file that matches."""
        first = f'words.rowid / {FILES} * {FACTOR}'
        rows = self._connection.execute(
            f'SELECT d.id FROM words CROSS JOIN docs d ON d.id >= {first} AND d.id < {first} + {FACTOR}'
            f' WHERE words MATCH ? AND {self._readable} ORDER BY words.rowid DESC LIMIT ?',
            (match, *self._readable.values, MOST * _REPEATED),
        )
        return list(dict.fromkeys(row for (row,) in rows))[:MOST]

    def is_complete(self, row: int, missing: list[Term], terms: list[Term]) -> bool:
        """Whether the description has what the texts lack, and not everything by itself."""
        title, packed = self._connection.execute(
            'SELECT title, fields FROM texts WHERE serial = ?', (row // FACTOR,)
        ).fetchone()
        fields = tuple(text for _name, text in json.loads(packed))
        return all(stands_in(term, title, fields) for term in missing) and not all(
            stands_in(term, title, fields) for term in terms
        )
