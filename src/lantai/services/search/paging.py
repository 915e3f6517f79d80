"""One page of rows in an order, by key: as quick at the end of a long list as at its start."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lantai.services.search.conditions import Where, numbers
from lantai.services.search.errors import BadCursor
from lantai.services.search.layout import FACTOR
from lantai.services.search.query import Cursor, Query

#: the column of each order, the index to walk it over everything, and over one container
_ORDERS = {
    'newest': (None, 'NOT INDEXED', 'INDEXED BY docs_by_modified'),
    'date': ('date', 'INDEXED BY docs_by_date', 'INDEXED BY docs_by_place_and_date'),
    'title': ('title', 'INDEXED BY docs_by_title', 'INDEXED BY docs_by_title'),
    'code': ('code', 'INDEXED BY docs_by_code', 'INDEXED BY docs_by_code'),
    'modified': ('modified', 'INDEXED BY docs_by_modified', 'INDEXED BY docs_by_modified'),
}


@dataclass(frozen=True)
class Order:
    """An order of rows: by a column of `docs` (None is the order of registration), then by row."""

    key: str | None
    descending: bool
    walk: str
    walk_children: str

    @classmethod
    def of(cls, query: Query) -> 'Order':
        """The order a query asks for."""
        name = 'newest' if query.sort == 'oldest' else query.sort.lstrip('-')
        key, everywhere, children = _ORDERS[name]
        descending = query.sort == 'newest' or query.sort.startswith('-')
        return cls(key, descending, f'docs d {everywhere}', f'docs d {children}')


@dataclass(frozen=True)
class Source:
    """Tables and conditions that give the rows; `row` is where the row number is read."""

    tables: str
    where: Where
    row: str = 'd.id'
    newest_first: bool = False


def page(
    connection: sqlite3.Connection, tiers: Sequence[Source], order: Order, query: Query
) -> tuple[tuple[str, ...], str | None, str | None, frozenset[str]]:
    """The uids of one page, the cursors to the next and the previous one, and the uids beyond the first tier.

    All rows of one source come before those of the next, each in order.
    """
    cursor = Cursor.read(query.cursor, query.sort) if query.cursor else None
    if cursor is not None and cursor.tier >= len(tiers):
        raise BadCursor()
    backwards = cursor is not None and cursor.backwards
    numbers_of_tiers = list(range(len(tiers)))
    if cursor is not None:
        numbers_of_tiers = (
            list(range(cursor.tier + 1))[::-1] if backwards else numbers_of_tiers[cursor.tier :]
        )
    rows: list[tuple[int, Any, int]] = []
    for tier in numbers_of_tiers:
        begin = cursor if cursor is not None and tier == cursor.tier else None
        left = query.limit + 1 - len(rows)
        if left > 0:
            rows += [(tier, *row) for row in _rows(connection, tiers[tier], order, begin, backwards, left)]
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    if backwards:
        rows.reverse()
    if not rows:
        return (), None, None, frozenset()

    def at(row: tuple[int, Any, int], back: bool) -> str:
        return Cursor(query.sort, row[1], row[2] // FACTOR, back, row[0]).text()

    follows = backwards or more
    precedes = more if backwards else cursor is not None
    uids = _uids(connection, [row[2] for row in rows])
    return (
        tuple(uids[row[2]] for row in rows),
        at(rows[-1], False) if follows else None,
        at(rows[0], True) if precedes else None,
        frozenset(uids[row[2]] for row in rows if row[0]),
    )


def _rows(
    connection: sqlite3.Connection,
    source: Source,
    order: Order,
    cursor: Cursor | None,
    backwards: bool,
    limit: int,
) -> list[tuple[Any, int]]:
    descending = order.descending != backwards
    where = (
        source.where if cursor is None else source.where.plus(_beyond(cursor, order, descending, source.row))
    )
    direction = 'DESC' if descending else 'ASC'
    key = f'd.{order.key}' if order.key else 'NULL'
    ordering = f'{key} {direction}, {source.row} {direction}' if order.key else f'{source.row} {direction}'
    return connection.execute(
        f'SELECT {key}, {source.row} FROM {source.tables} WHERE {where} ORDER BY {ordering} LIMIT ?',
        (*where.values, limit),
    ).fetchall()


def _uids(connection: sqlite3.Connection, rows: list[int]) -> dict[int, str]:
    # for the rows of the page alone: an index may hold all that ordering needs, but not the uid
    return dict(connection.execute(f'SELECT id, uid FROM docs WHERE id IN {numbers(rows)}'))


def _beyond(cursor: Cursor, order: Order, descending: bool, row: str) -> Where:
    # by serial, so that a row whose class changed meanwhile is neither skipped nor shown twice
    bound = cursor.serial * FACTOR if descending else (cursor.serial + 1) * FACTOR
    sign = '<' if descending else '>='
    if order.key is None:
        return Where().add(f'{row} {sign} ?', bound)
    return Where().add(f'(d.{order.key}, {row}) {sign} (?, ?)', cursor.key, bound)
