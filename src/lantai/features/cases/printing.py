"""Printed forms of cases: the same fields as a page, on A4 as PDF, and as a spreadsheet.

The Chinese font is one that every PDF reader has; nothing of it is in the file.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = 'STSong-Light'
MARGIN = 15 * mm
#: characters of a cell; a longer one would not fit on a page
LONGEST = 600

Translate = Callable[[Any], str]


@dataclass(frozen=True)
class Form:
    """A form: its title, the facts of its head, a table, remarks, and who signs.

    Texts that the program says are translatable; a value may be one, a number, a text or None.
    """

    title: str
    facts: Sequence[tuple[str, Any]]
    #: heading and width, relative to the others
    columns: Sequence[tuple[str, int]] = ()
    rows: Sequence[Sequence[Any]] = ()
    remarks: Sequence[Any] = ()
    signatures: Sequence[tuple[str, Any]] = field(default=())


def as_pdf(form: Form, translate: Translate) -> bytes:
    """The form on A4 landscape, its table's heading and the page number on every page."""
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=landscape(A4),
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=translate(form.title),
        invariant=True,
    )
    width = landscape(A4)[0] - 2 * MARGIN - 12
    title = Paragraph(_text(form.title, translate), _style(18, center=True))
    parts: list[Flowable] = [title, Spacer(1, 5 * mm)]
    parts += [_facts(form.facts, translate, width), Spacer(1, 4 * mm)]
    if form.columns:
        parts += [_table(form, translate, width), Spacer(1, 4 * mm)]
    parts += [Paragraph(_text(remark, translate), _style(9.5)) for remark in form.remarks]
    if form.signatures:
        parts += [Spacer(1, 4 * mm), _facts(form.signatures, translate, width)]
    document.build(parts, onFirstPage=_number, onLaterPages=_number)
    return target.getvalue()


@cache
def _font() -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return FONT


@cache
def _style(size: float, center: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f'{size}', fontName=_font(), fontSize=size, leading=size * 1.4, wordWrap='CJK', alignment=int(center)
    )


def _facts(facts: Sequence[tuple[str, Any]], translate: Translate, width: float) -> Flowable:
    """Two fields beside each other, as such forms are."""
    cells = [
        [Paragraph(_text(each, translate), _style(9.5)) for each in (label, value)] for label, value in facts
    ]
    if len(cells) % 2:
        cells.append(['', ''])
    rows = [cells[index] + cells[index + 1] for index in range(0, len(cells), 2)]
    table = Table(rows, colWidths=[width * part for part in (0.15, 0.35, 0.15, 0.35)])
    table.setStyle(_LINES)
    return table


def _table(form: Form, translate: Translate, width: float) -> Flowable:
    whole = sum(part for _heading, part in form.columns)
    rows = [[Paragraph(_text(heading, translate), _style(9)) for heading, _part in form.columns]]
    rows += [[Paragraph(_text(value, translate), _style(8.5)) for value in row] for row in form.rows]
    table = LongTable(rows, colWidths=[width * part / whole for _heading, part in form.columns], repeatRows=1)
    table.setStyle(_LINES)
    return table


_LINES = TableStyle([('GRID', (0, 0), (-1, -1), 0.5, colors.black), ('VALIGN', (0, 0), (-1, -1), 'MIDDLE')])


def _number(canvas: Canvas, _document: Any) -> None:
    canvas.setFont(_font(), 8.5)
    canvas.drawCentredString(landscape(A4)[0] / 2, MARGIN / 2, str(canvas.getPageNumber()))


def _text(value: Any, translate: Translate) -> str:
    text = escape(plain(value, translate)[:LONGEST], quote=False).replace('\n', '<br/>')
    # the point of a reference code is one that the Chinese font does not have at this place
    return text.replace('·', '<font name="Helvetica">·</font>')


def plain(value: Any, translate: Translate) -> str:
    """A value as text, without the characters that neither paper nor XML 1.0 have."""
    text = '' if value is None else translate(value) if isinstance(value, str) else str(value)
    return ''.join(c for c in text if (c >= ' ' or c in '\t\n') and c not in '\ufffe\uffff')


def moment(time: str | None) -> str:
    """A time of a signed paper (RFC 3339, UTC) as it is printed."""
    return (time or '').replace('T', ' ').replace('Z', ' UTC')


def as_xlsx(form: Form, translate: Translate) -> bytes:
    """The form as a spreadsheet, printed on A4 landscape. Text is text: a title beginning with `=` is no
    formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(plain(form.title, translate)[:31])
    for index, (_heading, part) in enumerate(form.columns or (('', 20), ('', 60))):
        sheet.column_dimensions[chr(ord('A') + index)].width = part
    sheet.page_setup.orientation, sheet.page_setup.paperSize = 'landscape', '9'
    sheet.page_setup.fitToHeight = False
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    line = Side(style='thin')
    frame = Border(line, line, line, line)

    def cell(value: Any, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, '')
        if isinstance(value, int) and not isinstance(value, bool):
            made.value = value
        else:
            made.value, made.data_type = plain(value, translate)[:32_000], 's'
        made.border, made.alignment = frame, Alignment(wrap_text=True, vertical='center')
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(form.title, bold=True)])
    for label, value in form.facts:
        sheet.append([cell(label, bold=True), cell(value)])
    if form.columns:
        sheet.append([])
        sheet.append([cell(heading, bold=True) for heading, _part in form.columns])
        for row in form.rows:
            sheet.append([cell(value) for value in row])
    sheet.append([])
    for remark in form.remarks:
        sheet.append([cell(remark)])
    for label, value in form.signatures:
        sheet.append([cell(label, bold=True), cell(value)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
