"""电子档案移交与接收登记表: what was handed over, how it was checked, who signs on both sides."""

from __future__ import annotations

from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.i18n import _
from lantai.features.cases.documents import form
from lantai.features.cases.printing import Form
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


COLUMNS = (
    (_('No.'), 6),
    (_('Reference code'), 30),
    (_('Title'), 50),
    (_('Date'), 12),
    (_('Electronic files'), 8),
    (_('Confirmed by the receipt'), 12),
)
RESULTS = {
    'pass': _('Passed'),
    'fail': _('Not passed'),
    'not_applicable': _('Not applicable'),
    'not_run': _('Not run'),
}


@form(Transfer.type, 'register')
def as_form(value: dict[str, Any]) -> Form:
    """The register as it is printed: both sides fill in and sign one."""
    quantity, receipt, described = value['quantity'], value['receipt'] or {}, value['description']
    kind = value['carrier']['kind']
    return Form(
        title=_('Transfer register'),
        facts=[
            (_('Name of the transfer'), value['work']),
            (_('Body that transfers'), f'{value["fonds"]["code"]} {value["fonds"]["title"]}'),
            (_('Years'), '、'.join(map(str, value['years']))),
            (_('Categories and formats'), '；'.join(
                filter(None, ('、'.join(described['categories']), '、'.join(described['formats'])))
            )),
            (_('Records'), quantity['items']),
            (_('Electronic files'), quantity['files']),
            (_('Volumes'), quantity['volumes']),
            (_('Amount of data (GB)'), quantity['gigabytes']),
            (_('Kind of carrier'), _('Online') if kind == 'online' else kind),
            (_('Serial numbers of the carriers'), value['carrier']['first']),
            *((CHECK_TITLES[name], RESULTS[value['checks'][name]]) for name in CHECKS),
            (_('Digest of the package (SHA-256)'), value['digests']['manifest']),
            (_('Number of the receipt'), receipt.get('number')),
            (_('Received on'), receipt.get('date')),
            (_('Received by'), receipt.get('receiver')),
        ],
        columns=COLUMNS,
        rows=[
            (
                line['number'],
                line['reference_code'],
                line['title'],
                line['date'],
                line['files'],
                {None: '', True: _('yes'), False: _('no')}[line['confirmed']],
            )
            for line in value['items']
        ],
        signatures=[
            (_('Filled in by (who transfers)'), ''),
            (_('Checked by (who transfers)'), ''),
            (_('Filled in by (who receives)'), ''),
            (_('Checked by (who receives)'), ''),
        ],
    )  # fmt: skip
