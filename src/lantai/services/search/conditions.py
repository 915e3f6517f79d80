"""Conditions in SQL: who sees what, and what was asked for. Values go in as parameters, always."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lantai.services.search.access import Sight
from lantai.services.search.documents import AccessClass
from lantai.services.search.layout import MASK
from lantai.services.search.query import Query

#: numbers of a container and all below it
BRANCH = (
    '(WITH RECURSIVE branch (id) AS (SELECT id FROM containers WHERE uid = ? UNION'
    ' SELECT c.id FROM containers c JOIN branch ON c.parent = branch.id) SELECT id FROM branch)'
)
DIRECTLY = '= (SELECT id FROM containers WHERE uid = ?)'


@dataclass
class Where:
    """Conditions that must all hold, with their parameters in order."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> 'Where':
        self.parts.append(part)
        self.values += values
        return self

    def plus(self, other: 'Where') -> 'Where':
        return Where(self.parts + other.parts, self.values + other.values)

    def __str__(self) -> str:
        return ' AND '.join(f'({part})' for part in self.parts) or '1'


def numbers(values: Iterable[int]) -> str:
    """A list of integers for `IN`; they are ours, and there may be more of them than parameters."""
    return f'({", ".join(map(str, sorted(values)))})'


def wanted_classes(query: Query, classes: dict[int, AccessClass]) -> frozenset[int]:
    """The classes whose documents can answer the query."""
    asked = {name: value for name in ('type', 'fonds', 'state', 'unit') if (value := getattr(query, name))}
    return frozenset(
        number
        for number, access in classes.items()
        if all(getattr(access, name) == value for name, value in asked.items())
    )


@dataclass(frozen=True)
class Seen:
    """What somebody sees of the classes a query wants."""

    sight: Sight
    maker: int
    wanted: frozenset[int]
    #: rows of single documents seen besides
    rows: tuple[int, ...] = ()

    @property
    def classes(self) -> frozenset[int]:
        """Every class in which anything is seen."""
        found = {row & MASK for row in self.rows}
        for zone in self.sight.zones:
            found |= (zone.anyone | zone.own) & self.wanted
        return frozenset(found)

    @property
    def only_own(self) -> bool:
        """Whether nothing is seen but what the person made."""
        return not self.rows and not any(zone.anyone & self.wanted for zone in self.sight.zones)

    def coarse(self, row: str) -> Where:
        """Read off the row number alone: rows that may be seen, and some that may not."""
        return Where().add(f'({row} & {MASK}) IN {numbers(self.classes)}')

    def exact(self, row: str, container: str, maker: str) -> Where:
        """What is seen, no more and no less."""
        return self._zones(f'({row} & {MASK})', container, maker, row)

    def in_counts(self) -> Where:
        """The same for a row of `counts`, without the single documents."""
        return self._zones('class', 'container', 'maker', None)

    def only_single(self) -> Where:
        """The single documents that no zone shows."""
        zones = self._zones(f'(d.id & {MASK})', 'd.container', 'd.maker', None)
        return Where([f'd.id IN {numbers(self.rows)}', f'NOT ({zones})'], zones.values)

    def _zones(self, number: str, container: str, maker: str, row: str | None) -> Where:
        choices = Where()
        for zone in self.sight.zones:
            one = Where()
            if zone.anyone & self.wanted:
                one.add(f'{number} IN {numbers(zone.anyone & self.wanted)}')
            if zone.own & self.wanted:
                one.add(f'{number} IN {numbers(zone.own & self.wanted)} AND {maker} = ?', self.maker)
            if one.parts:
                either = ' OR '.join(f'({part})' for part in one.parts)
                if zone.container is None:
                    choices.add(either, *one.values)
                else:
                    choices.add(f'({either}) AND {container} IN {BRANCH}', *one.values, zone.container)
        if row and self.rows:
            choices.add(f'{row} IN {numbers(self.rows)}')
        either = ' OR '.join(f'({part})' for part in choices.parts) or '0'
        return Where([either], choices.values)


def filters(query: Query, prefix: str) -> Where:
    """What was asked for besides text and classes; `prefix` is that of the table, with its dot."""
    where = Where()
    if query.year:
        where.add(f'{prefix}year = ?', query.year)
    if query.period:
        where.add(f'{prefix}period = ?', query.period)
    if query.container:
        where.add(f'{prefix}container {DIRECTLY if query.children else f"IN {BRANCH}"}', query.container)
    return where


def further_filters(query: Query, maker: int) -> Where:
    """Filters that the figures are not kept by: person and date."""
    where = Where()
    if query.maker:
        where.add('d.maker = ?', maker)
    if query.date_from:
        where.add('d.date >= ?', query.date_from)
    if query.date_to:
        # a year or a month alone takes in all of its days
        where.add("d.date <= ? AND d.date <> ''", f'{query.date_to}~')
    return where
