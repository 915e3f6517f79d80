"""Guards and consequences of the destruction's workflow. What the law demands is asked in both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.cases import rules as shared
from lantai.features.cases.errors import AnotherPersonNeeded
from lantai.features.destruction import certificate, erasing, rules, service, witnessing
from lantai.features.destruction.model import Destruction
from lantai.services.act import Act
from lantai.services.workflow.engine import TransitionRefused
from lantai.services.workflow.registry import consequence, guard


@guard('something-to-destroy')
def something_left(_act: Act, case: Destruction, _values: Mapping[str, Any]) -> list[Condition]:
    """Not everything was set aside."""
    if next(case.remaining(), None) is not None:
        return []
    return [Condition('nothing-left', _('Every record of this list was set aside; cancel the case'))]


@consequence('approve-destruction')
def approve(act: Act, case: Destruction, values: Mapping[str, Any]) -> None:
    """Bound to the exact list, by another person than who made it or opened its appraisal."""
    shared.check_another(act.actor, *rules.makers(act, case))
    service.set_held_aside(act, case)
    shared.check_root(case, values.get('list_root'))
    service.approve(act, case)


@guard('another-witness')
def another_witness(act: Act, case: Destruction, _values: Mapping[str, Any]) -> list[Condition]:
    """Two different persons, neither of whom made or approved the list."""
    if act.actor.id in rules.makers(act, case) | rules.approvers(act, case) | set(case.witnesses):
        return [rules.another_person()]
    if len(case.checks) >= rules.WITNESSES:
        return [Condition('witnessed-already', _('Two witnesses have checked the list already'))]
    return not_under_way(act, case, {})


@consequence('note-witness')
def witness(act: Act, case: Destruction, values: Mapping[str, Any]) -> None:
    """Compares every record's bytes with their digests and notes who looked, when, and what was found."""
    if another_witness(act, case, values):
        raise AnotherPersonNeeded()
    witnessing.check(act, case)


@guard('not-under-way')
def not_under_way(act: Act, case: Destruction, _values: Mapping[str, Any]) -> list[Condition]:
    """No job works on it."""
    if erasing.is_under_way(act, case):
        return [Condition('under-way', _('This is being worked on'))]
    return []


@guard('lawful-to-destroy')
def lawful(act: Act, case: Destruction, values: Mapping[str, Any]) -> list[Condition]:
    """Approval, waiting period, two witnesses, and another person than these to do it."""
    return _against(act, case, exact=False)


def _against(act: Act, case: Destruction, *, exact: bool) -> list[Condition]:
    found = rules.obstacles(act, case, exact=exact)
    if act.actor.id in case.witnesses and not any(reason.code == 'another-person-needed' for reason in found):
        found.append(rules.another_person())
    return found + ([] if case.state == 'executing' else something_left(act, case, {}))


@consequence('begin-destruction')
def execute(act: Act, case: Destruction, values: Mapping[str, Any]) -> None:
    """The work itself is a job: packing and rebuilding are nothing for a request."""
    against = _against(act, case, exact=True)
    if against:
        raise TransitionRefused(conditions=against)
    erasing.begin(act, case)


@guard('one-of-the-witnesses')
def one_of_the_witnesses(act: Act, case: Destruction, _values: Mapping[str, Any]) -> list[Condition]:
    """The two who checked sign, each once."""
    signed = {signature['who'] for signature in case.signatures}
    return [] if act.actor.id in set(case.witnesses) - signed else [rules.another_person()]


@consequence('note-signature')
def sign(act: Act, case: Destruction, values: Mapping[str, Any]) -> None:
    """A witness signs the statement of what was destroyed, as it stands."""
    if one_of_the_witnesses(act, case, values):
        raise AnotherPersonNeeded()
    signature = {
        'who': act.actor.id,
        'when': rfc3339(act.clock.now()),
        'statement': certificate.digest_of_statement(case),
    }
    case.signatures = (*case.signatures, signature)
    service.renew_papers(act, case)


@consequence('cancel-destruction')
def cancel(act: Act, case: Destruction, values: Mapping[str, Any]) -> None:
    """Before the execution, everything goes back to what it was."""
    service.let_all_go(act, case, values['comment'])
