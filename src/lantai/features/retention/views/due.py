"""What is past its retention (保管到期) or due for transfer, the longest overdue first.

On the start page, and on a page of its own where records are picked for an appraisal or a transfer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import colander
from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.features.records.model import Fonds, Item
from lantai.features.records.views.rows import row
from lantai.features.retention.service import due
from lantai.services.security import policy
from lantai.services.security.permissions import Permission, Role
from lantai.web.panels import Shown

#: who appraises, or has it done; the due dates of records are on every list for the others
ROLES = frozenset({Role.ARCHIVIST, Role.APPRAISER, Role.LEADER})
ON_START = 8
ON_PAGE = 500


@dataclass(frozen=True)
class Filter:
    """Which of the due records: by which clock, of which year and unit; empty is all."""

    clock: str = ''
    fonds: str = ''
    year: int | None = None
    unit: str = ''

    def fits(self, item: Item) -> bool:
        """Whether a record is among them."""
        return (
            (not self.fonds or item.fonds_code == self.fonds)
            and (self.year is None or item.metadata.get('year') == self.year)
            and (not self.unit or item.unit == self.unit)
        )


class FilterForm(colander.MappingSchema):
    """A filter as it comes in."""

    clock = colander.SchemaNode(colander.String(), missing='', validator=colander.OneOf(['', 'transfer']))
    fonds = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=40))
    year = colander.SchemaNode(colander.Integer(), missing=None, validator=colander.Range(1000, 9999))
    unit = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=40))


def asked_filter(given: Mapping[str, str]) -> Filter:
    """The filter of a query or a form; a part that makes no sense narrows nothing."""
    found = {}
    for node in FilterForm().children:
        try:
            found[node.name] = node.deserialize(given.get(node.name) or colander.null)
        except colander.Invalid:
            found[node.name] = node.missing
    return Filter(**found)


def found_by(request, wanted: Filter, most: int) -> list[Item]:
    """The due records that fit, the longest overdue first, `most` of them; held ones are among them."""
    return list(islice(_fitting(request, wanted), most))


def _fitting(request, wanted: Filter) -> Iterator[Item]:
    today = request.site.clock.today()
    everything = due(request.act, today, transfer=wanted.clock == 'transfer')
    return (item for item in everything if wanted.fits(item))


def concerns(request) -> bool:
    """Whether due records are this person's business."""
    return any(grant.role in ROLES for grant in request.actor.grants)


def panel(request) -> Shown | None:
    """The longest overdue, and how many there are."""
    if not concerns(request):
        return None
    items = found_by(request, Filter(), ON_PAGE + 1)
    rows = [row(request, item, with_place=True) for item in items[:ON_START]]
    return Shown(rows, min(len(items), ON_PAGE), request.route_path('due'), len(items) > ON_PAGE)


@view_config(
    route_name='due',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:retention/due.pt',
)
def page(request) -> dict:
    """All that is due today of what this person may see, as far as a page can show."""
    wanted = asked_filter(request.GET)
    items = found_by(request, wanted, ON_PAGE + 1)
    shown = items[:ON_PAGE]
    unfiltered = items if wanted == Filter(wanted.clock) else found_by(request, Filter(wanted.clock), ON_PAGE)
    transfer = wanted.clock == 'transfer'
    return {
        'rows': [_row(request, item, transfer) for item in shown],
        'held': sum(1 for item in shown if item.held),
        'more': len(items) > ON_PAGE,
        'most': ON_PAGE,
        'transfer': transfer,
        'asked': {'clock': wanted.clock, 'year': wanted.year or '', 'unit': wanted.unit},
        'years': sorted({year for item in unfiltered if (year := item.metadata.get('year'))}),
        'units': sorted({(item.unit, _unit(request, item)) for item in unfiltered}),
        'tabs': [
            (_('Past retention'), request.layout.route('due'), not transfer),
            (_('Due for transfer'), request.layout.route('due', clock='transfer'), transfer),
        ],
        'may_open': bool(shown) and request.layout.has('cases.new') and _may_open(request, shown, transfer),
    }


def _row(request, item: Item, transfer: bool) -> tuple:
    """A row, the day that counts here, and whether it can be picked."""
    clock = (item.transfer if transfer else item.retention) or {}
    return row(request, item, with_place=True), clock.get('due') or '', not item.held


def _unit(request, item: Item) -> str:
    fonds = request.repository.get(item.fonds_code)
    units = fonds.units if isinstance(fonds, Fonds) else {}
    return units.get(item.unit, {}).get('title', item.unit)


def _may_open(request, items: list[Item], transfer: bool) -> bool:
    """Whether the person opens an appraisal, or a transfer, over any of these."""
    for code in {item.fonds_code for item in items}:
        fonds = request.repository[code]
        needed = {Permission.MAKE_CASE, Permission.SEND} if transfer else {Permission.MAKE_CASE}
        subject = ('transfer', 'open', '', request.actor.id, '', code)
        allowed = policy.permissions(request.actor, fonds) | policy.permissions_as(
            request.actor, fonds, subject
        )
        if needed <= allowed:
            return True
    return False


def includeme(config) -> None:
    """The page, and the panel of the start page."""
    config.add_route('due', '/due')
    config.add_panel('due', _('Past retention'), 40, panel, _('Nothing is past its retention.'))
