"""Cases as lists and pages show them: words for kinds and states, and for whom they wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lantai.base.i18n import _
from lantai.features.cases import service
from lantai.features.cases.model import Case
from lantai.features.cases.views.kinds import page_of
from lantai.features.people.words import ROLES
from lantai.services.security import policy
from lantai.services.security.permissions import Permission, Role
from lantai.services.workflow.definition import Transition

KINDS = {'appraisal': _('Appraisal'), 'destruction': _('Destruction'), 'transfer': _('Transfer')}
#: what looks like what: state of a case -> shape and colour of a state of records
LOOKS = {
    'open': 'appraising',
    'submitted': 'submitted',
    'approved': 'approved',
    'waiting': 'wait',
    'executing': 'destroying',
    'signing': 'wait',
    'done': 'filed',
    'cancelled': 'excluded',
}
#: ways back: nobody waits for them
BACK = frozenset({'return', 'recall', 'cancel'})
_WHO = {
    Permission.DECIDE: Role.APPRAISER,
    Permission.SUBMIT_CASE: Role.APPRAISER,
    Permission.APPROVE_CASE: Role.LEADER,
    Permission.EXECUTE: Role.ARCHIVIST,
    Permission.SEND: Role.ARCHIVIST,
    Permission.WITNESS: Role.SUPERVISOR,
    Permission.SIGN: Role.SUPERVISOR,
}


@dataclass(frozen=True)
class CaseRow:
    """A case in a list."""

    id: str
    url: str
    title: str
    kind: str
    kind_title: str
    state: str
    look: str
    total: int
    fonds: str
    opened: str
    #: the next step and whose it is; empty when nothing is to be done
    next: str
    who: str
    mine: bool


def row(request, case: Case) -> CaseRow:
    """One row."""
    steps = forward(request, case)
    return CaseRow(
        id=case.uid,
        url=request.route_path('case', id=case.uid),
        title=case.title,
        kind=case.type,
        kind_title=KINDS[case.type],
        state=state_title(request, case),
        look=LOOKS.get(case.state, ''),
        total=len(case.entries),
        fonds=case.fonds_code,
        opened=request.layout.day(case.created),
        next=steps[0].title if steps else '',
        who=ROLES[_WHO[steps[0].permission]] if steps and steps[0].permission in _WHO else '',
        mine=waits_for_me(request, case),
    )


def state_title(request, case: Case) -> str:
    """The word for the state a case is in."""
    return request.site.workflows[case.type].states[case.state]


def forward(request, case: Case) -> list[Transition]:
    """The steps that lead on from where the case stands, the one it waits for first."""
    steps = [step for step in request.site.workflows[case.type].leaving(case.state) if step.name not in BACK]
    awaited = page_of(request, case.type).awaited
    names = awaited(case) if awaited is not None else ()
    return [step for step in steps if not names or step.name in names]


def waits_for_me(request, case: Case) -> bool:
    """Whether a step that leads on is this person's. What stands in its way is not asked: lists are quick."""
    steps = forward(request, case)
    if not steps:
        return False
    allowed, acted = policy.permissions(request.actor, case), page_of(request, case.type).acted
    return any(
        step.permission in allowed and request.actor.id not in acted(case, step.name) for step in steps
    )


def open_cases(request, *kinds: str) -> Iterator[Case]:
    """The open cases of these kinds that the person sees, newest first."""
    return (case for case in service.seen_cases(request.act, closed=False) if case.type in kinds)


def concerns(request, *kinds: str) -> bool:
    """Whether the person has to do with cases of these kinds at all, open ones or not."""
    if request.actor.almighty:
        return True
    for fonds in request.repository.values():
        if fonds.type != 'fonds':
            continue
        for kind in kinds:
            subject = (kind, 'open', '', '', '', fonds.name)
            if Permission.SEE in policy.permissions_as(request.actor, fonds, subject):
                return True
    return any(True for _case in open_cases(request, *kinds))
