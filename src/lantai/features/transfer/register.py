"""电子档案移交与接收登记表: what was handed over, how it was checked, who signs on both sides."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side

from lantai.base.clock import rfc3339
from lantai.base.i18n import _
from lantai.features.filing.manifest import verify_manifest
from lantai.features.records.model import File, Item
from lantai.features.transfer.model import RECEIVED, Transfer
from lantai.features.transfer.service import under_way
from lantai.services.act import Act

#: what is checked (检验内容), in the order of the form
CHECKS = ('accuracy', 'completeness', 'usability', 'safety', 'carrier')
CHECK_TITLES = {
    'accuracy': _('Accuracy'),
    'completeness': _('Completeness'),
    'usability': _('Usability'),
    'safety': _('Safety'),
    'carrier': _('Appearance of the carrier'),
}
#: results of filing that each check goes by
_BY_FILING = {'usability': 'usability', 'safety': 'virus'}
_WORST_FIRST = ('fail', 'not_run', 'pass', 'not_applicable')


def build(act: Act, case: Transfer) -> dict[str, Any]:
    """The register as plain values: once when it is sent, again with what the receipt says."""
    fonds = case.__parent__
    entries = under_way(case)
    # once there is a receipt, what it confirms is what was transferred
    counted = [key for key, entry in entries if not case.receipt or entry.get('outcome') == RECEIVED]
    items = [node for key in counted if isinstance(node := act.repository.by_uid(key[1]), Item)]
    years = sorted({int(item.metadata['year']) for item in items if item.metadata.get('year')})
    package, sending, receipt = case.package or {}, case.sending or {}, case.receipt
    size = sum(component.size for item in items for component in item.components)
    return {
        'kind': 'transfer-register',
        'case': case.uid,
        # 交接工作名称: 移交单位或全宗号、年度、批次
        'work': case.title,
        'fonds': {'code': fonds.name, 'title': fonds.title},
        'years': years,
        # 内容描述
        'description': {
            'categories': sorted({(item.reference_code or '').split('-')[1].split('·')[0]
                                  for item in items if '-' in (item.reference_code or '')}),
            'formats': sorted({component.name.rpartition('.')[2].lower() for item in items
                               for component in item.components if '.' in component.name}),
            'how': sending.get('how', 'online'),
            'way': sending.get('way', ''),
        },
        # 移交电子档案数量, 移交数据量
        'quantity': {
            'items': len(items),
            'files': sum(item.count() for item in items),
            'volumes': len({item.__parent__.uid for item in items if isinstance(item.__parent__, File)}),
            'bytes': size,
            'gigabytes': f'{size / 1024**3:.3f}',
        },
        # 载体起止顺序号, 移交载体类型、规格
        'carrier': {
            'first': case.uid,
            'last': case.uid,
            'kind': 'online' if sending.get('how', 'online') == 'online' else sending.get('place', ''),
        },
        'digests': {'algorithm': 'SHA-256', 'manifest': package.get('manifest', '')},
        'checks': _checks(act, items),
        'list_root': case.list_root(),
        'approved_by': (case.approval or {}).get('who'),
        'approved': (case.approval or {}).get('when'),
        'sent_by': sending.get('who'),
        'sent': sending.get('when'),
        'receipt': receipt,
        'made': rfc3339(act.clock.now()),
        'items': [_line(act, number, key, entry) for number, (key, entry) in enumerate(entries, 1)],
        'set_aside': [
            {'uid': key[1], 'reference_code': key[0], 'why': entry['set_aside']}
            for key, entry in case.entries.items()
            if entry.get('set_aside')
        ],
    }  # fmt: skip


def _checks(act: Act, items: list[Item]) -> dict[str, str]:
    """The sender's column: what this body answers for. The receiver fills in its own."""
    whole = 'pass'
    for item in items:
        if verify_manifest(act, item, contents=False):
            whole = 'fail'
    found = {'accuracy': whole, 'completeness': whole, 'carrier': 'not_applicable'}
    for name, source in _BY_FILING.items():
        results = {((item.filing or {}).get('checks') or {}).get(source, 'not_run') for item in items}
        found[name] = next((each for each in _WORST_FIRST if each in results), 'not_applicable')
    return found


def _line(act: Act, number: int, key: tuple[str, str], entry: dict[str, Any]) -> dict[str, Any]:
    item = act.repository.by_uid(key[1])
    said = item.metadata if isinstance(item, Item) else {}
    return {
        'number': number,
        'uid': key[1],
        'reference_code': key[0],
        'title': getattr(item, 'title', ''),
        'date': said.get('date'),
        'files': item.count() if isinstance(item, Item) else 0,
        'confirmed': {None: None, RECEIVED: True}.get(entry.get('outcome'), False),
    }


#: columns of the list in the spreadsheet: name, heading, width in characters
COLUMNS = (
    ('number', _('No.'), 6),
    ('reference_code', _('Reference code'), 32),
    ('title', _('Title'), 52),
    ('date', _('Date'), 12),
    ('files', _('Electronic files'), 10),
    ('confirmed', _('Confirmed by the receipt'), 14),
)


def as_xlsx(register: dict[str, Any], translate: Callable[[str], str] = str) -> bytes:
    """The register and its list as a spreadsheet on A4. Text is written as text, never as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(translate(_('Transfer register'))[:31])
    for index, (_name, _heading, width) in enumerate(COLUMNS):
        sheet.column_dimensions['ABCDEF'[index]].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = 'landscape', '9'
    line = Side(style='thin')
    frame = Border(line, line, line, line)

    def cell(value: Any, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, '')
        if isinstance(value, int) and not isinstance(value, bool):
            made.value = value
        else:
            made.value, made.data_type = _plain(value, translate), 's'
        made.border, made.alignment = frame, Alignment(wrap_text=True, vertical='center')
        if bold:
            made.font = Font(bold=True)
        return made

    for title, value in facts(register):
        sheet.append([cell(translate(title), bold=True), cell(value)])
    sheet.append([])
    sheet.append([cell(translate(heading), bold=True) for _name, heading, _width in COLUMNS])
    for row in register['items']:
        sheet.append([cell(row[name]) for name, _heading, _width in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def facts(register: dict[str, Any]) -> list[tuple[str, str | int]]:
    """The head of the form: title and value of each field."""
    quantity, receipt = register['quantity'], register['receipt'] or {}
    return [
        (_('Name of the transfer'), register['work']),
        (_('Body that transfers'), f'{register["fonds"]["code"]} {register["fonds"]["title"]}'),
        (_('Years'), '、'.join(map(str, register['years']))),
        (_('Records'), quantity['items']),
        (_('Electronic files'), quantity['files']),
        (_('Volumes'), quantity['volumes']),
        (_('Amount of data (GB)'), quantity['gigabytes']),
        (_('Formats'), '、'.join(register['description']['formats'])),
        (_('Number of the receipt'), receipt.get('number', '')),
        (_('Received on'), receipt.get('date', '')),
        (_('Received by'), receipt.get('receiver', '')),
    ]


def _plain(value: Any, translate: Callable[[str], str]) -> str:
    if isinstance(value, bool):
        return translate(_('yes') if value else _('no'))
    text = '' if value is None else str(value)
    return ''.join(character for character in text if character >= ' ' or character in '\t\n')[:32_000]
