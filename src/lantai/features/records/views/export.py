"""A list as a table to take along: CSV or a spreadsheet, with the columns and the filter of the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from pyramid.response import Response
from pyramid.view import view_config

from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.features.records.views import columns
from lantai.features.records.views.listing import asked
from lantai.features.records.views.matching import matching
from lantai.features.records.views.rows import row
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container

#: columns that every list has, with the width each has in a spreadsheet
FIXED = (
    (_('Code'), 26),
    (_('Title'), 60),
    (_('Date'), 12),
    (_('State'), 14),
    (_('Retention ends'), 14),
)
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
#: a cell of a CSV file that begins so would be run as a formula by whoever opens it in a spreadsheet
FORMULA = ('=', '+', '-', '@', '\t', '\r')
#: characters that a cell of a spreadsheet can hold
LONGEST = 32_000


@view_config(route_name='export', permission=Permission.SEE, request_method='GET')
def export(container: Container, request) -> Response:
    """The whole list, of what this person may see. Raises NotFound for what is no list."""
    if not isinstance(container, Container) or container.type == 'item':
        raise NotFound()
    names = columns.chosen(request)
    text = request.layout.text
    headings = [text(title) for title, _width in FIXED] + [text(columns.TITLES[name]) for name in names]
    table = _table(request, container, names)
    if request.GET.get('format') == 'xlsx':
        return _sent(container, 'xlsx', XLSX, as_xlsx(headings, table))
    return _sent(container, 'csv', 'text/csv', as_csv(headings, table))


def _table(request, container: Container, names: list[str]) -> Iterator[list[str]]:
    above = container.segments
    for node in matching(request, container, asked(request)):
        facts = row(request, node, (*above, node.name))
        code = facts.code if facts.type != 'item' or facts.number else ''
        fixed = [code, facts.title, facts.date, facts.state_title, facts.due]
        yield [request.layout.text(each) for each in fixed] + columns.cells(request, node, names)


def as_csv(headings: list[str], table: Iterable[list[str]]) -> bytes:
    """UTF-8 with the mark at the beginning by which spreadsheets know it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator='\r\n')
    writer.writerow(headings)
    for cells in table:
        writer.writerow(f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells)
    return out.getvalue().encode('utf-8-sig')


def as_xlsx(headings: list[str], table: Iterable[list[str]]) -> bytes:
    """A spreadsheet; text is written as text, whatever it begins with."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = 'A2'
    for index, (_title, width) in enumerate(FIXED):
        sheet.column_dimensions['ABCDE'[index]].width = width

    def cell(text: str, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, _printable(text))
        made.data_type = 's'
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(heading, bold=True) for heading in headings])
    for cells in table:
        sheet.append([cell(each) for each in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _printable(text: str) -> str:
    # characters that XML 1.0 does not have cannot stand in a spreadsheet
    return ''.join(each for each in text if each >= ' ' or each in '\t\n')[:LONGEST]


def _sent(container: Container, ending: str, media_type: str, data: bytes) -> Response:
    response = Response(data, content_type=media_type)
    response.charset = 'utf-8' if ending == 'csv' else None
    name = quote('-'.join(container.segments) or 'archive', safe='')
    response.content_disposition = f"attachment; filename=\"list.{ending}\"; filename*=UTF-8''{name}.{ending}"
    return response
