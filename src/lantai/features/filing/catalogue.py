"""归档文件目录: the filed items below a node in order of their codes, for the page, the printer and the
spreadsheet."""

from __future__ import annotations

import heapq
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from lantai.base.i18n import _
from lantai.features.filing.model import batches_of
from lantai.features.filing.places import child_series
from lantai.features.records.model import File, Fonds, Item, Series
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.store.tree import Container, Node


@dataclass(frozen=True)
class Entry:
    """One row: 序号、档号、文号、责任者、题名、日期、密级、页数、备注, and where the record is."""

    number: int
    reference_code: str
    document_number: str
    author: str
    title: str
    #: eight digits, as the form wants it
    date: str
    classification: str
    pages: int | None
    note: str
    uid: str
    path: str
    state: str

    def as_json(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self)


#: the columns of the form: attribute, heading, width of the spreadsheet column in characters
COLUMNS = (
    ('number', _('No.'), 6),
    ('reference_code', _('Reference code'), 30),
    ('document_number', _('Document no.'), 22),
    ('author', _('Author'), 18),
    ('title', _('Title'), 48),
    ('date', _('Date'), 11),
    ('classification', _('Classification'), 8),
    ('pages', _('Number of pages'), 7),
    ('note', _('Note'), 16),
)

#: the number spreadsheets have for this size of paper
_A4 = '9'


def rows(
    act: Act, node: Node, *, year: int | None = None, period: str = '', unit: str = ''
) -> Iterator[Entry]:
    """Yield the catalogue of what is filed below a fonds, series or volume, as far as the actor may see it.

    Only of a year, period or unit where these are given. In order of code: by category and year, permanent
    records before the longer periods, then by unit and number. Numbered from 1. Records whose content is
    gone by now stay listed.
    """
    number = 0
    for item in filed_below(act, node):
        said = item.metadata
        if year is not None and said.get('year') != year:
            continue
        if (period and said.get('retention_period') != period) or (unit and item.unit != unit):
            continue
        if policy.sees(act.actor, item):
            number += 1
            yield _entry(number, item)


def filed_below(act: Act, node: Node) -> Iterator[Item]:
    """Yield all filed items below a node in order of code, whoever may see them."""
    catalogues = batches_of(act.repository).catalogues
    listed = [catalogue.items() for uid in _containers(act, node) if (catalogue := catalogues.get(uid))]
    for _key, uid in heapq.merge(*listed):
        item = act.repository.by_uid(uid)
        if isinstance(item, Item) and item.reference_code:
            yield item


def _containers(act: Act, node: Node) -> Iterator[str]:
    if isinstance(node, Series | File):
        yield node.uid
    if isinstance(node, Fonds | Series):
        for child in child_series(node):
            yield from _containers(act, child)
    if isinstance(node, Series):
        yield from (volume.uid for volume in _volumes(act, node))


def _volumes(act: Act, series: Container) -> Iterator[File]:
    for class_key in series.counts():
        if class_key[0] == 'node':
            child = act.repository.by_uid(class_key[1])
            if isinstance(child, File):
                yield child


def _entry(number: int, item: Item) -> Entry:
    said = item.metadata
    pages = said.get('total_number_of_pages')
    return Entry(
        number,
        item.reference_code or '',
        str(said.get('document_number') or ''),
        str(said.get('author') or ''),
        item.title,
        str(said.get('date') or '').replace('-', ''),
        item.access.get('classification', '') or str(said.get('security_classification') or ''),
        int(pages) if pages else None,
        str(said.get('annotation') or ''),
        item.uid,
        item.path,
        item.state,
    )


def as_xlsx(entries: Iterable[Entry], translate: Callable[[str], str] = str) -> bytes:
    """Return the catalogue as a spreadsheet, printed on A4 landscape with its heading on every page.

    Text is written as text: a title that begins with `=` is no formula.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(translate(_('Catalogue of filed records'))[:31])
    for index, (_name, _heading, width) in enumerate(COLUMNS):
        sheet.column_dimensions['ABCDEFGHI'[index]].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = 'landscape', _A4
    sheet.page_setup.fitToHeight = False
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = '1:1'
    sheet.freeze_panes = 'A2'
    line = Side(style='thin')
    frame, bold = Border(line, line, line, line), Font(bold=True)

    def cell(value: Any, heading: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, '')
        if isinstance(value, int):
            made.value = value
        else:
            made.value = _plain(value)
            made.data_type = 's'
        made.border = frame
        made.alignment = Alignment(
            wrap_text=True, vertical='center', horizontal='center' if heading else None
        )
        if heading:
            made.font = bold
        return made

    sheet.append([cell(translate(heading), heading=True) for _name, heading, _width in COLUMNS])
    for entry in entries:
        sheet.append([cell(getattr(entry, name)) for name, _heading, _width in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Any) -> str:
    # characters that XML 1.0 does not have cannot stand in a spreadsheet
    text = '' if value is None else str(value)
    return ''.join(character for character in text if character >= ' ' or character in '\t\n')[:32_000]
