"""Where a record belongs: the series proposed for it and the ground for that, in words.

A proposal decides nothing: the archivist of the unit or of the office settles series and period.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lantai.base.i18n import _
from lantai.features.records import rules
from lantai.features.records.model import Item, Series
from lantai.features.retention import service as retention
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

#: the category of written documents, when nothing says otherwise
CATEGORY = 'WS'


@dataclass(frozen=True)
class Proposal:
    """A series (or None), the period, and why."""

    series: Series | None
    period: str
    ground: str


def propose(act: Act, item: Item) -> Proposal:
    """The series of the record's unit, year and period that takes deposits from this person."""
    if isinstance(item.__parent__, Series):
        return Proposal(item.__parent__, item.__parent__.scheme().get('period', ''), _('It is there already'))
    fonds = act.repository.get(item.fonds_code) if item.fonds_code else None
    if fonds is None:
        return Proposal(None, '', _('It belongs to no fonds yet'))
    year = retention.year_of(item, None) or act.clock.today().year
    category = str(item.metadata.get('category_code') or CATEGORY)
    open_ones = [series for series in _of_unit(fonds.get(category), year, item.unit) if _takes(act, series)]
    if not open_ones:
        mapping = {'year': year, 'unit': _unit_title(fonds, item.unit)}
        return Proposal(None, '', _('No series of ${unit} for ${year} takes deposits', mapping=mapping))
    period, ground = _period(act, item)
    chosen = next((each for each in open_ones if each.scheme().get('period') == period), None)
    if chosen is not None:
        return Proposal(chosen, period, ground)
    if len(open_ones) == 1:
        only = open_ones[0]
        return Proposal(only, only.scheme().get('period', ''), _('The only open series of the unit and year'))
    usual = max(open_ones, key=lambda series: _filed_last_year(series, year, item.unit))
    number = _filed_last_year(usual, year, item.unit)
    if number:
        return Proposal(
            usual,
            usual.scheme().get('period', ''),
            _('Where most of the unit went last year (${n} items)', mapping={'n': number}),
        )
    return Proposal(None, '', _('Nothing tells the period yet'))


def _period(act: Act, item: Item) -> tuple[str, str]:
    own = retention.period_of(item, None)
    if own:
        return own, _('The period given in the description')
    found = retention.suggestion(act, item)
    if found is None:
        return '', ''
    return found.row.period, _('Row ${number} of the retention schedule', mapping={'number': found.row.no})


def _of_unit(category: Series | None, year: int, unit: str) -> Iterator[Series]:
    """Series of a category that stand for that year and unit, in whatever order the levels come."""
    if isinstance(category, Series):
        yield from _matching(category, year, unit)


def _matching(series: Series, year: int, unit: str) -> Iterator[Series]:
    scheme = series.scheme()
    if scheme.get('year', year) != year or scheme.get('unit', unit) != unit:
        return
    if scheme.get('year') and scheme.get('unit') and scheme.get('period'):
        yield series
        return
    for child in series.page(lambda key: key[0] != 'item', limit=500).nodes:
        if isinstance(child, Series):
            yield from _matching(child, year, unit)


def _takes(act: Act, series: Series) -> bool:
    return rules.takes_deposits(series) and Permission.CREATE in policy.permissions(act.actor, series)


def _filed_last_year(series: Series, year: int, unit: str) -> int:
    """How many items the same period of the unit has from the year before."""
    category = next(node for node in series.ancestors() if node.__parent__.type == 'fonds')
    period = series.scheme().get('period')
    return sum(
        each.count(lambda key: key[0] == 'item')
        for each in _of_unit(category, year - 1, unit)
        if each.scheme().get('period') == period
    )


def _unit_title(fonds, unit: str) -> str:
    return fonds.units.get(unit, {}).get('title') or unit
