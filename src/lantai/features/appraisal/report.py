"""The appraisal report (鉴定报告): people, grounds, numbers, and each record with its decision.

Fields after the procedure of registers.md section 6: who appraised, by what, how many are kept on,
destroyed, handed over, and why.
"""

from collections import Counter
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.i18n import _
from lantai.features.appraisal.model import Appraisal
from lantai.features.cases.documents import form
from lantai.features.cases.model import Case
from lantai.features.cases.printing import Form
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.content.fields import period_in_words
from lantai.services.security.people import people_of


def build(act: Act, case: Case) -> dict[str, Any]:
    """The report as plain values; it is signed as it stands."""
    fonds = case.__parent__
    counts = Counter(entry['decision'] for entry in case.entries.values())
    return {
        'kind': 'appraisal-report',
        'case': case.uid,
        'title': case.title,
        'fonds': {'code': fonds.name, 'title': fonds.title},
        'opened': rfc3339(case.created),
        'submitted': rfc3339(act.clock.now()),
        'submitted_by': act.actor.id,
        'names': {person: _name(act, person) for person in sorted(_people(case))},
        'people': sorted(_people(case)),
        'counts': {decision: counts.get(decision, 0) for decision in ('retain', 'condemn', 'offer')},
        'total': len(case.entries),
        'list_root': case.list_root(),
        'items': [
            _line(act, number, key, entry) for number, (key, entry) in enumerate(case.entries.items(), 1)
        ],
    }


def _people(case: Case) -> set[str]:
    return {entry['by'] for entry in case.entries.values()} | {case.creator}


def _name(act: Act, person: str) -> str:
    found = people_of(act.repository).get(person)
    return found.name if found is not None and found.name else person


def _line(act: Act, number: int, key: tuple[str, str], entry: dict[str, Any]) -> dict[str, Any]:
    code, uid = key
    item = act.repository.by_uid(uid)
    assert isinstance(item, Item), uid
    frozen = item.retention or {}
    return {
        'number': number,
        'uid': uid,
        'reference_code': code,
        'title': item.title,
        'year': item.metadata.get('year'),
        'period': frozen.get('period'),
        'due': frozen.get('due'),
        'authority': frozen.get('authority'),
        'decision': entry['decision'],
        'new_period': entry.get('period'),
        'reason': entry['reason'],
        'by': entry['by'],
    }


DECISIONS = {'retain': _('Keep on'), 'condemn': _('Destroy'), 'offer': _('Transfer to the state archives')}
COLUMNS = (
    (_('No.'), 6),
    (_('Reference code'), 28),
    (_('Title'), 44),
    (_('Year'), 8),
    (_('Period'), 8),
    (_('Kept until'), 12),
    (_('Appraisal opinion'), 14),
    (_('New period'), 9),
    (_('Reason'), 26),
)


def _period(code: str | None) -> str:
    return period_in_words(code) if code else ''


@form(Appraisal.type, 'report')
def as_form(value: dict[str, Any]) -> Form:
    """The report as it is printed."""
    fonds, counts = value['fonds'], value['counts']
    names = value.get('names', {})

    def named(person: str) -> str:
        return names.get(person, person)

    return Form(
        title=_('Appraisal report'),
        facts=[
            (_('Title of the case'), value['title']),
            (_('Fonds'), f'{fonds["code"]} {fonds["title"]}'),
            (_('Case opened'), value['opened'][:10]),
            (_('Report submitted'), value['submitted'][:10]),
            (_('Appraised by'), '、'.join(named(person) for person in value['people'])),
            (_('Submitted by'), named(value['submitted_by'])),
            (_('Records'), value['total']),
            *((DECISIONS[decision], counts[decision]) for decision in DECISIONS),
        ],
        columns=COLUMNS,
        rows=[
            (
                line['number'],
                line['reference_code'],
                line['title'],
                line['year'],
                _period(line['period']),
                line['due'],
                DECISIONS[line['decision']],
                _period(line['new_period']),
                line['reason'],
            )
            for line in value['items']
        ],
        signatures=[(_('Head of the appraisal group'), ''), (_('Approval by'), '')],
    )
