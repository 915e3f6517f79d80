"""Rows of a batch as templates show them: plain values, every finding with the place to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from lantai.features.filing.findings import Finding
from lantai.features.filing.planning import Row
from lantai.features.records.model import Item, Series
from lantai.features.records.views.offers import mend_url


@dataclass(frozen=True)
class Reason:
    """A finding in words, and where it is mended."""

    message: str
    url: str | None
    stops: bool


@dataclass(frozen=True)
class Line:
    """One record of a batch: where it goes, what it would get, what stops or warns."""

    number: int
    uid: str
    url: str
    title: str
    chip: str
    code: str
    date: str
    document_number: str
    series: str
    series_url: str
    moves: bool
    period: str
    row: str
    row_text: str
    due: str
    state: str
    state_title: str
    reasons: tuple[Reason, ...]
    first: bool
    last: bool


def lines(request, rows: list[Row]) -> list[Line]:
    """The rows of a preview."""
    return [_line(request, number, len(rows), row) for number, row in enumerate(rows, 1)]


def _line(request, number: int, total: int, row: Row) -> Line:
    layout, item = request.layout, row.item
    series, retention = row.place.series, row.retention or {}
    text = retention.get('text') or {}
    return Line(
        number=number,
        uid=item.uid,
        url=layout.url_of(item),
        title=item.title,
        chip=chip(request, item),
        code=row.code_text,
        date=str(item.metadata.get('date') or ''),
        document_number=str(item.metadata.get('document_number') or ''),
        series=way(request, series),
        series_url=layout.url_of(series) if series is not None else '',
        moves=series is not None and all(node is not series for node in item.ancestors()),
        period=layout.period(retention.get('period')),
        row=str(retention.get('row') or ''),
        row_text=text.get('scope', ''),
        due=retention.get('due') or '',
        state=item.state,
        state_title=layout.state(item.state),
        reasons=tuple(reason(request, item, finding) for finding in (*row.stops, *row.warnings)),
        first=number == 1,
        last=number == total,
    )


def way(request, series: Series | None) -> str:
    """The way to a series below its fonds, in the reader's language; empty for none."""
    if series is None:
        return ''
    translate = request.localizer.translate
    return ' / '.join(translate(crumb.title) for crumb in request.layout.crumbs(series)[1:])


def chip(request, item: Item) -> str:
    """The kind of the first file and how many more there are: PDF+2."""
    files = item.components
    if not files:
        return ''
    more = f'+{len(files) - 1}' if len(files) > 1 else ''
    return f'{request.layout.extension(files[0].name)}{more}'


def reason(request, item: Item, finding: Finding) -> Reason:
    """A finding as a sentence with a link."""
    return Reason(finding.message, mend_url(request, item, finding.condition), finding.stops)
