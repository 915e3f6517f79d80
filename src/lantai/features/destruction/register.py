"""销毁清册: the cover with numbers and signatures, and each record with what the form asks for."""

from __future__ import annotations

from typing import Any

from lantai.base.i18n import _
from lantai.features.cases.documents import form
from lantai.features.cases.model import cases_of
from lantai.features.cases.printing import Form, moment
from lantai.features.destruction.model import DESTROYED, Destruction
from lantai.features.destruction.rules import WORDS
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.security.people import people_of


def person(act: Act, id: str | None) -> dict[str, str] | None:
    """Who somebody is, as a paper names them for decades: id and name."""
    if not id:
        return None
    found = people_of(act.repository).get(id)
    return {'id': id, 'name': found.name if found is not None and found.name else id}


def signed(act: Act, entry: dict[str, Any] | None) -> dict[str, Any] | None:
    """Who did something and when."""
    return {'who': person(act, entry['who']), 'when': entry['when']} if entry else None


def build(act: Act, case: Destruction) -> dict[str, Any]:
    """The register as plain values, as far as things are."""
    fonds, origin = case.__parent__, cases_of(act.repository).by_id.get(case.origin)
    execution = case.execution or {}
    lines = [_line(act, number, key, case.entries[key]) for number, key in enumerate(case.entries, 1)]
    listed = [line for line in lines if not line['set_aside']]
    return {
        'kind': 'destruction-register',
        'case': case.uid,
        'title': case.title,
        'fonds': {'code': fonds.name, 'title': fonds.title},
        'list_root': (case.approval or {}).get('list_root') or case.list_root(),
        'remaining_root': case.remaining_root(),
        'quantity': {
            'listed': len(lines),
            'items': len(listed),
            'files': sum(line['files'] for line in listed),
            'pages': sum(line['pages'] or 0 for line in listed),
            'bytes': sum(line['bytes'] for line in listed),
        },
        # 鉴定小组负责人, 批准人, 两名监销人, 销毁时间
        'appraised_by': {'who': person(act, case.maker), 'when': _submitted(origin)},
        'approved_by': signed(act, case.approval),
        'not_before': case.not_before,
        'checked_by': [signed(act, check) for check in case.checks],
        'destroyed_on': execution.get('executed'),
        'witnesses': [signed(act, signature) for signature in case.signatures],
        'items': lines,
    }


def _submitted(origin: Any) -> str | None:
    if origin is None:
        return None
    return next((entry['when'] for entry in reversed(origin.history) if entry['what'] == 'submit'), None)


def _line(act: Act, number: int, key: tuple[str, str], entry: dict[str, Any]) -> dict[str, Any]:
    code, uid = key
    item = act.repository.by_uid(uid)
    known = isinstance(item, Item)
    said = item.metadata if known else {}
    frozen = (item.retention if known else None) or {}
    year = said.get('year')
    pages = said.get('total_number_of_pages')
    return {
        'number': number,
        'uid': uid,
        'title': item.title if known else '',
        'year': year,
        'reference_code': code,
        'category': code.split('-')[1].split('·')[0] if code.count('-') else '',
        'period': frozen.get('period'),
        # 已保管期限, in full years after the one it belongs to
        'kept_years': act.clock.today().year - int(year) - 1 if year else None,
        'files': item.count() if known else 0,
        'pages': int(pages) if pages else None,
        'bytes': sum(component.size for component in item.components) if known else 0,
        'sha256': [component.sha256 for component in item.components] if known else [],
        'classification': item.access.get('classification', '') if known else '',
        'reason': entry.get('reason'),
        'outcome': entry.get('outcome'),
        'set_aside': entry.get('set_aside'),
        'set_aside_on': entry.get('set_aside_on'),
    }


COLUMNS = (
    (_('No.'), 6),
    (_('Title'), 46),
    (_('Year'), 8),
    (_('Reference code'), 30),
    (_('Period'), 8),
    (_('Years kept'), 8),
    (_('Files'), 7),
    (_('Number of pages'), 7),
    (_('Reason for the destruction'), 22),
    (_('Note'), 20),
)


@form(Destruction.type, 'register')
def as_form(value: dict[str, Any]) -> Form:
    """The register as it is printed."""
    quantity, fonds = value['quantity'], value['fonds']
    return Form(
        title=_('Destruction list'),
        facts=[
            (_('Title of the case'), value['title']),
            (_('Fonds'), f'{fonds["code"]} {fonds["title"]}'),
            (_('Records'), quantity['items']),
            (_('Electronic files'), quantity['files']),
            (_('Number of pages'), quantity['pages']),
            (_('Bytes'), quantity['bytes']),
            (_('Not before'), value['not_before']),
            (_('Time of destruction'), moment(value['destroyed_on'])),
            (_('Root of the approved list'), value['list_root']),
            (_('Root of what was left of it'), value['remaining_root']),
        ],
        columns=COLUMNS,
        rows=[
            (
                line['number'],
                line['title'],
                line['year'],
                line['reference_code'],
                line['period'],
                line['kept_years'],
                line['files'],
                line['pages'],
                line['reason'],
                note_of(line),
            )
            for line in value['items']
        ],
        signatures=signatures(value),
    )


def note_of(line: dict[str, Any]) -> str:
    """What became of one record, in words."""
    if line['set_aside']:
        return WORDS.get(line['set_aside'], line['set_aside'])
    return _('Destroyed') if line['outcome'] == DESTROYED else ''


def signatures(value: dict[str, Any]) -> list[tuple[str, str]]:
    """The lines for those who answer for it, filled in as far as they have signed."""
    witnesses = [*value['witnesses'], None, None][:2]
    return [
        (_('Head of the appraisal group'), by(value['appraised_by'])),
        (_('Approver'), by(value['approved_by'])),
        (_('First witness'), by(witnesses[0])),
        (_('Second witness'), by(witnesses[1])),
    ]


def by(entry: dict[str, Any] | None) -> str:
    """Name and time of somebody who signed; empty where nobody has."""
    if not entry or not entry['who']:
        return ''
    who = entry['who']
    name = who['name'] if who['name'] == who['id'] else f'{who["name"]}（{who["id"]}）'
    return f'{name}  {moment(entry["when"])}'.strip()
