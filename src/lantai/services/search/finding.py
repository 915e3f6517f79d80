"""Answering a query: who sees what first, then what was asked, then counting, then one page."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from lantai.services.search.access import Sight
from lantai.services.search.conditions import Seen, Where, filters, further_filters, numbers, wanted_classes
from lantai.services.search.cutting import terms_of
from lantai.services.search.documents import AccessClass
from lantai.services.search.fulltext import rows_by_text
from lantai.services.search.layout import MASK
from lantai.services.search.narrowing import narrowing
from lantai.services.search.paging import Order, Source, page
from lantai.services.search.query import CAP, FACETS, Found, Query

#: how an actor's sight is worked out once the classes are known
Look = Callable[[Mapping[int, AccessClass]], Sight]

#: so many rows are gathered and sorted; of more, those in order are tried one by one
SMALL = 20_000
#: the same for what lies in given containers, found in an index together
SMALL_PLACES = 60_000
#: the same for hits of a text, where each row is looked up by itself
SORTED_HITS = 12_000

#: facets that all documents of a class have in common
_OF_CLASS = tuple(name for name in FACETS if name not in ('year', 'period'))

#: the page of a query that asks for figures alone
NO_PAGE = ((), None, None, frozenset())
#: what somebody finds who sees none of it
NOTHING = Found(0, False, (), {name: {} for name in FACETS})


def find(connection: sqlite3.Connection, query: Query, look: Look, look_inside: Look | None = None) -> Found:
    """One page of what the query finds among what `look` sees; raises BadQuery and BadCursor.

    Texts of files are searched among what `look_inside` sees: to see a record is not to read it.
    """
    query.checked()
    order = Order.of(query)
    classes, sizes = read_classes(connection)
    seen = who_sees(connection, query, look, classes)
    if not seen.classes:
        return NOTHING
    if query.text.strip():
        inside = None if look_inside is None else who_sees(connection, query, look_inside, classes)
        return _Texts(connection, query, seen, classes, sizes, inside).found(order)
    return _Filtered(connection, query, seen, classes, sizes).found(order)


def read_classes(connection: sqlite3.Connection) -> tuple[dict[int, AccessClass], dict[int, int]]:
    """The access classes by number, and how many documents each has."""
    classes: dict[int, AccessClass] = {}
    sizes: dict[int, int] = {}
    for number, *values, own, n in connection.execute(
        'SELECT id, type, fonds, state, unit, open, own, n FROM classes'
    ):
        classes[number] = AccessClass(*values, own=bool(own))
        sizes[number] = n
    return classes, sizes


def who_sees(
    connection: sqlite3.Connection, query: Query, look: Look, classes: dict[int, AccessClass]
) -> Seen:
    """What the asking person sees of the classes that the query wants."""
    sight = look(classes)
    wanted = wanted_classes(query, classes)
    marks = ', '.join('?' * len(sight.nodes))
    rows = connection.execute(f'SELECT id FROM docs WHERE uid IN ({marks})', tuple(sight.nodes))
    return Seen(
        sight,
        maker_number(connection, sight.maker),
        wanted,
        tuple(row for (row,) in rows if row & MASK in wanted),
    )


def maker_number(connection: sqlite3.Connection, name: str) -> int:
    """The number of a person in the index; -1 for one who made nothing."""
    row = connection.execute('SELECT id FROM makers WHERE name = ?', (name,)).fetchone()
    return -1 if row is None else row[0]


class _Search:
    """What both ways of answering share."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        query: Query,
        seen: Seen,
        classes: dict[int, AccessClass],
        sizes: dict[int, int],
    ) -> None:
        self.connection = connection
        self.query = query
        self.seen = seen
        self.classes = classes
        self.sizes = sizes
        #: the number of the person asked for
        self.maker = maker_number(connection, query.maker) if query.maker else 0
        self.further = further_filters(query, self.maker)

    def rows(self, source: Source, limit: int) -> list[tuple[int, str, str, int]]:
        """Class, year, period and 1 of up to `limit` rows, the newest ones where there are more."""
        newest = f'ORDER BY {source.row} DESC' if source.newest_first else ''
        return self.connection.execute(
            f'SELECT d.id & {MASK}, d.year, d.period, 1 FROM {source.tables}'
            f' WHERE {source.where} {newest} LIMIT ?',
            (*source.where.values, limit),
        ).fetchall()

    def answer(
        self, rows: Iterable[tuple[int, str, str, int]], order: Order, *sources: Source, exact: bool = False
    ) -> Found:
        classes: Counter[int] = Counter()
        facets: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        years, periods = facets['year'], facets['period']
        for number, year, period, n in rows:
            classes[number] += n
            years[year] += n
            periods[period] += n
        total = classes.total()
        # a thousand rows are of a few classes, which say the rest
        for number, n in classes.items():
            access = self.classes[number]
            for name in _OF_CLASS:
                facets[name][getattr(access, name)] += n
        for counter in facets.values():
            counter.pop('', None)
        more = total > CAP and not exact
        uids, following, before, beyond = (
            page(self.connection, sources, order, self.query) if self.query.limit else NO_PAGE
        )
        return Found(
            CAP if more else total,
            more,
            uids,
            {name: dict(counter) for name, counter in facets.items()},
            following,
            before,
            beyond,
        )


class _Texts(_Search):
    """Text first: the terms say which rows, the row number who sees them."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        query: Query,
        seen: Seen,
        classes: dict[int, AccessClass],
        sizes: dict[int, int],
        inside: Seen | None,
    ) -> None:
        super().__init__(connection, query, seen, classes, sizes)
        self.inside = inside
        self.terms = terms_of(query.text)
        parts = [term.match for term in self.terms]
        parts += narrowing(connection, query, seen, sizes, self.maker)
        self.match = ' AND '.join(f'({part})' for part in parts)

    def found(self, order: Order) -> Found:
        if not self.terms:
            return NOTHING
        rest = self._exactly(self.seen)
        where = Where(['hits MATCH ?'], [self.match]).plus(self.seen.coarse('hits.rowid')).plus(rest)
        by_text = Source(
            'hits CROSS JOIN docs d ON d.id = hits.rowid', where, row='hits.rowid', newest_first=True
        )
        rows = self.rows(by_text, CAP + 1)
        tiers = self._in_files()
        if tiers:
            # at the end, and after what descriptions say
            rows += self.rows(tiers[0], CAP + 1)
        if order.key is None or self._at_most(SORTED_HITS):
            return self.answer(rows, order, by_text, *tiers)
        # so common a term that rows in order soon hold it
        probe = Where(['EXISTS (SELECT 1 FROM hits WHERE hits MATCH ? AND hits.rowid = d.id)'], [self.match])
        return self.answer(rows, order, Source(order.walk, rest.plus(probe)), *tiers)

    def _exactly(self, seen: Seen) -> Where:
        return seen.exact('d.id', 'd.container', 'd.maker').plus(filters(self.query, 'd.')).plus(self.further)

    def _in_files(self) -> list[Source]:
        """What is found by the texts of files only."""
        if self.inside is None or not self.inside.classes:
            return []
        rows = rows_by_text(self.connection, self.terms, self._exactly(self.inside))
        return [Source('docs d', Where([f'd.id IN {numbers(rows)}']))] if rows else []

    def _at_most(self, most: int) -> bool:
        """Whether the terms have no more hits than that, roughly: of the classes that are seen."""
        coarse = self.seen.coarse('rowid')
        counted = self.connection.execute(
            f'SELECT COUNT(*) FROM (SELECT 1 FROM hits WHERE hits MATCH ? AND {coarse} LIMIT ?)',
            (self.match, *coarse.values, most + 1),
        )
        return counted.fetchone()[0] <= most


class _Filtered(_Search):
    """No text: the figures are known exactly, and say how to come to the page."""

    def found(self, order: Order) -> Found:
        where = (
            self.seen.coarse('d.id')
            .plus(self.seen.exact('d.id', 'd.container', 'd.maker'))
            .plus(filters(self.query, 'd.'))
            .plus(self.further)
        )
        if self.query.children:
            source = Source(order.walk_children, where)
            if self.further.parts:
                return self.answer(self.rows(source, CAP + 1), order, source)
            return self.answer(self.figures(), order, source, exact=True)
        if self.further.parts:
            index = 'docs_by_maker' if self.query.maker else 'docs_by_date'
            source = Source(f'docs d INDEXED BY {index}', where)
            in_order = order.key is None if self.query.maker else order.key == 'date'
            rows = self.rows(source, CAP + 1 if in_order else SMALL + 1)
            if not in_order and len(rows) > SMALL:
                source = Source(order.walk, where)
            return self.answer(rows[: CAP + 1], order, source)
        rows = self.figures()
        total = sum(row[3] for row in rows)
        if self.seen.only_own:
            mine = Where(['d.maker = ?'], [self.seen.maker])
            source = Source('docs d INDEXED BY docs_by_maker', mine.plus(where))
        elif sum(self.sizes[number] for number in self.seen.classes) <= min(3 * total, SMALL):
            source = Source('docs d INDEXED BY docs_by_class', where)
        elif total <= (SMALL_PLACES if self.query.container else SMALL):
            places = self._places()
            source = Source('docs d INDEXED BY docs_by_title', places.plus(where))
        elif self.query.year and order.key is None:
            source = Source('docs d INDEXED BY docs_by_year', where)
        else:
            source = Source(order.walk, where)
        return self.answer(rows, order, source, exact=True)

    def figures(self) -> list[tuple[int, str, str, int]]:
        """Exact numbers by class, year and period, from what the indexer keeps."""
        where = self.seen.in_counts().plus(filters(self.query, ''))
        somewhere = self.query.container or any(zone.container for zone in self.seen.sight.zones)
        table = 'counts' if somewhere else 'totals'
        rows = self.connection.execute(
            f'SELECT class, year, period, SUM(n) FROM {table} WHERE {where} GROUP BY class, year, period',
            where.values,
        ).fetchall()
        if self.seen.rows:
            single = self.seen.only_single().plus(filters(self.query, 'd.'))
            rows += self.connection.execute(
                f'SELECT d.id & {MASK}, d.year, d.period, 1 FROM docs d WHERE {single}', single.values
            ).fetchall()
        return rows

    def _places(self) -> Where:
        """The containers that hold any of it: the rest is passed over."""
        counted = self.seen.in_counts().plus(filters(self.query, ''))
        return Where(
            [
                f'd.container IN (SELECT container FROM counts WHERE {counted}'
                f' UNION SELECT container FROM docs WHERE id IN {numbers(self.seen.rows)})'
            ],
            counted.values,
        )
