"""Guards and consequences of the appraisal's workflow."""

from collections.abc import Mapping
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.appraisal import service
from lantai.features.appraisal.model import DECISIONS, RETAIN
from lantai.features.appraisal.report import build
from lantai.features.cases import rules
from lantai.features.cases.model import Case
from lantai.features.cases.service import keep_document
from lantai.features.retention.rules import is_period
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.workflow.registry import consequence, guard


@guard('decision-given')
def decision_given(_act: Act, case: Case, values: Mapping[str, Any]) -> list[Condition]:
    """A decision of the three, for records on the list, with its reason, for keeping on with a period."""
    wrong = []
    decision = values.get('decision')
    if not decision:
        wrong.append(Condition('required', _('Choose a decision'), 'decision'))
    elif decision not in DECISIONS:
        listed = '、'.join(DECISIONS)
        wrong.append(
            Condition('not-in-list', _('One of: ${choices}', mapping={'choices': listed}), 'decision')
        )
    period = values.get('period')
    if period is not None and not is_period(period):
        wrong.append(Condition('no-period', _('A period such as D10, D30 or Y'), 'period'))
    if decision == RETAIN and period is None:
        wrong.append(Condition('required', _('To be kept on needs a new period'), 'period'))
    if not str(values.get('reason') or '').strip():
        wrong.append(Condition('required', _('Please say why'), 'reason'))
    uids = values.get('items')
    if not values.get('all') and not uids:
        wrong.append(Condition('required', _('Name the records, or all'), 'items'))
    for uid in uids or ():
        if case.key_of(uid) is None:
            wrong.append(Condition('not-on-list', _('A record named is not on this list'), 'items'))
            break
    return wrong


@consequence('note-decision')
def note_decision(act: Act, case: Case, values: Mapping[str, Any]) -> None:
    """Keeps the decision with each record named."""
    uids = list(case.uids()) if values.get('all') else list(values['items'])
    for uid in uids:
        key = case.key_of(uid)
        case.entries[key] = {
            **case.entries[key],
            'decision': values['decision'],
            'period': values.get('period') if values['decision'] == RETAIN else None,
            'reason': str(values['reason']).strip(),
            'by': act.actor.id,
            'when': rfc3339(act.clock.now()),
        }
    record(act, Event.CASE_DECIDE, case, decision=values['decision'], items=len(uids), root=case.list_root())


@guard('everything-decided')
def everything_decided(_act: Act, case: Case, _values: Mapping[str, Any]) -> list[Condition]:
    """A report covers every record."""
    left = sum(1 for entry in case.entries.values() if not entry.get('decision'))
    if left:
        return [Condition('undecided', _('${n} records are not decided yet', mapping={'n': left}), 'items')]
    return []


@consequence('make-appraisal-report')
def make_report(act: Act, case: Case, _values: Mapping[str, Any]) -> None:
    """Who submits answers for the list; the report is made of what was decided."""
    case.maker = act.actor.id
    keep_document(act, case, 'report', build(act, case))


@guard('not-the-maker')
def not_the_maker(act: Act, case: Case, values: Mapping[str, Any]) -> list[Condition]:
    """Who made the list does not approve it."""
    if act.actor.id in (case.maker, case.creator):
        return [Condition('another-person-needed', _('Another person has to do this'))]
    return []


@consequence('apply-appraisal')
def approve(act: Act, case: Case, values: Mapping[str, Any]) -> None:
    """The approval is bound to the exact list; asked here again, whatever the definition says."""
    rules.check_another(act.actor, case.maker, case.creator)
    if everything_decided(act, case, values):
        raise Invalid(conditions=everything_decided(act, case, values))
    rules.check_root(case, values.get('list_root'))
    service.apply(act, case)


@consequence('release-appraised')
def release(act: Act, case: Case, _values: Mapping[str, Any]) -> None:
    """Everything goes back to what it was."""
    service.release_all(act, case)
