"""What has to be true before anything is erased. Asked at the moment of erasing, whatever a workflow says."""

from __future__ import annotations

from datetime import date

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.cases.model import Case, cases_of
from lantai.features.destruction.model import Destruction
from lantai.features.holds.service import reasons_against
from lantai.features.records.model import Item
from lantai.features.retention.rules import PERMANENT
from lantai.services.act import Act

WITNESSES = 2
#: why a record is spared, for people
WORDS = {
    'held': _('It is on hold'),
    'not-destroying': _('It is no longer waiting for its destruction'),
    'not-due': _('Its period has not ended'),
    'content-different': _('Its content is not the one that was filed'),
    'content-missing': _('A content file is missing'),
    'missing': _('The record is not there'),
}


def makers(act: Act, case: Case) -> set[str]:
    """Who made the list and who opened the appraisal it came out of."""
    return {case.maker, case.creator} - {''}


def approvers(act: Act, case: Case) -> set[str]:
    """Who approved this list, or the appraisal it came out of."""
    origin = cases_of(act.repository).by_id.get(case.origin) if case.origin else None
    given = [each.approval for each in (case, origin) if each is not None and each.approval]
    return {approval['who'] for approval in given}


def another_person() -> Condition:
    """The reason that stands for every such case."""
    return Condition('another-person-needed', _('Another person has to do this'))


def obstacles(act: Act, case: Destruction, *, exact: bool = True) -> list[Condition]:
    """Everything that stands against the execution of a case as a whole; empty when it is lawful.

    Without `exact` the root of the list is not computed again: for saying what may be offered.
    """
    found = []
    approval = case.approval
    if approval is None or case.not_before is None or not case.origin:
        found.append(Condition('not-approved', _('The list has not been approved')))
    else:
        if approval['who'] in makers(act, case):
            found.append(another_person())
        if exact and approval['list_root'] != case.list_root():
            found.append(Condition('list-changed', _('The list is not the one that was approved')))
        if act.clock.today() < date.fromisoformat(case.not_before):
            message = _('Not before ${date}', mapping={'date': case.not_before})
            found.append(Condition('too-early', message, 'not_before'))
    checked = set(case.witnesses)
    if len(checked) < WITNESSES:
        left = WITNESSES - len(checked)
        message = _('${n} witnesses still have to check the list', mapping={'n': left})
        found.append(Condition('witnesses-missing', message))
    if checked & (makers(act, case) | approvers(act, case)):
        found.append(another_person())
    return found


def spared(act: Act, case: Destruction, item: object) -> str:
    """Why this record must not be destroyed now, as a code; empty when it may."""
    if not isinstance(item, Item):
        return 'missing'
    if item.state != 'destroying' or case.uid not in item.cases:
        return 'not-destroying'
    if reasons_against(item):
        return 'held'
    frozen = item.retention or {}
    due = frozen.get('due')
    if frozen.get('period') == PERMANENT or not due or due > act.clock.today().isoformat():
        return 'not-due'
    return ''
