"""How a destruction comes to be, what a hold takes off it, and how its papers follow what happens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from lantai.base.clock import rfc3339
from lantai.features.appraisal.service import next_case
from lantai.features.cases import service
from lantai.features.cases.errors import AppraisalNeeded
from lantai.features.cases.model import Case, cases_of
from lantai.features.classification.model import body_of
from lantai.features.destruction import certificate, register, rules
from lantai.features.destruction.model import CONDEMN, Destruction
from lantai.features.holds.model import Hold
from lantai.features.holds.service import hold_follower, reasons_against
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.workflow import engine
from lantai.store.tree import Node

#: days between approval and execution where the profile says nothing
WAITING_DAYS = 7
#: states in which a hold still spares records
_BEFORE_THE_END = ('open', 'waiting', 'executing')


@service.opener(Destruction.type)
def refuse_by_hand(_act: Act, _title: str, _nodes: Sequence[Node]) -> Case:
    """Nobody opens one: raises AppraisalNeeded."""
    raise AppraisalNeeded()


@next_case(Destruction.type)
def after_appraisal(act: Act, appraisal: Case, items: Sequence[Item]) -> Case:
    """The case of what an approved appraisal condemns. Who submitted the appraisal made the list."""
    entries = {}
    for item in items:
        decided = appraisal.entries[appraisal.key_of(item.uid)]
        entries[item.uid] = {'decision': CONDEMN, 'reason': decided.get('reason'), 'by': decided.get('by')}
    case = service.make_case(act, Destruction.type, appraisal.__parent__, appraisal.title, items, entries)
    case.origin, case.maker, case.creator = appraisal.uid, appraisal.maker, appraisal.creator
    return case


def approve(act: Act, case: Destruction) -> None:
    """The records wait for their destruction from now on."""
    now = act.clock.now()
    days = body_of(act.repository, case.fonds_code).controls.get('waiting_days', WAITING_DAYS)
    case.approval = {'who': act.actor.id, 'when': rfc3339(now), 'list_root': case.list_root()}
    case.not_before = (act.clock.today() + timedelta(days=days)).isoformat()
    for (_code, uid), _entry in list(case.remaining()):
        item = act.repository.by_uid(uid)
        engine.change_state(act, item, 'destroying', CONDEMN, case=case.uid)
    service.keep_document(act, case, 'register', register.build(act, case))


@hold_follower
def held(act: Act, _hold: Hold, _nodes: Sequence[Node]) -> None:
    """What has come under a hold leaves every destruction that is not over; the others go on."""
    cases = cases_of(act.repository)
    for case_id in list(cases.open):
        case = cases.by_id[case_id]
        if isinstance(case, Destruction) and case.state in _BEFORE_THE_END:
            set_held_aside(act, case)


def set_held_aside(act: Act, case: Destruction) -> int:
    """Takes what is on hold off a list; gives the number. The root of what remains is noted."""
    spared = [
        (key, item)
        for key, _entry in case.remaining()
        if isinstance(item := act.repository.by_uid(key[1]), Item) and reasons_against(item)
    ]
    for key, item in spared:
        set_aside(act, case, key, item, 'held')
    if spared:
        note_remaining(act, case, len(spared))
    return len(spared)


def set_aside(act: Act, case: Destruction, key: tuple[str, str], item: Item | None, why: str) -> None:
    """Spares one record: it is filed as before, and the certificate will name it."""
    entry = {**case.entries[key], 'set_aside': why, 'set_aside_on': rfc3339(act.clock.now())}
    case.entries[key] = {**entry, 'off_list': True} if case.approval is None else entry
    if isinstance(item, Item) and case.uid in item.cases:
        service.let_go(act, case, item, 'retain', comment=why)


def note_remaining(act: Act, case: Destruction, spared: int) -> None:
    """Writes into the history of a case what is left of its list."""
    engine.note_history(act, case, 'set-aside', items=spared, remaining_root=case.remaining_root())
    case.touch(act.clock)
    if case.approval is not None:
        service.keep_document(act, case, 'register', register.build(act, case))


def let_all_go(act: Act, case: Destruction, comment: str) -> None:
    """Nothing comes of the case: what is on it is filed as before."""
    for (_code, uid), _entry in list(case.remaining()):
        item = act.repository.by_uid(uid)
        if isinstance(item, Item):
            service.let_go(act, case, item, 'cancel', comment=comment)


def renew_papers(act: Act, case: Destruction) -> None:
    """Register and certificate with the signatures there are by now."""
    service.keep_document(act, case, 'register', register.build(act, case))
    service.keep_document(act, case, 'certificate', certificate.signed_by(act, case))


@service.after_action(Destruction.type)
def close_when_signed(act: Act, case: Case, name: str) -> None:
    """The second signature ends the case; both must be those of the witnesses who checked."""
    assert isinstance(case, Destruction)
    signed = {signature['who'] for signature in case.signatures}
    if name == 'sign' and len(signed) >= rules.WITNESSES and signed == set(case.witnesses):
        engine.change_state(act, case, 'done', 'close')
