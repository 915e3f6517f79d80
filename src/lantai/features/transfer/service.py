"""Opening a transfer, setting aside what comes under a hold, and what a receipt does.

Records become `transferred` by a receipt only, and only those it confirms. Their content stays for the
years the profile says, for the archivist to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Forbidden
from lantai.features.appraisal.service import next_case
from lantai.features.cases import rules, service
from lantai.features.cases.model import Case, cases_of
from lantai.features.classification.model import body_of
from lantai.features.holds.model import Hold
from lantai.features.holds.service import hold_follower, reasons_against
from lantai.features.records.model import Item
from lantai.features.retention import service as retention
from lantai.features.transfer import store
from lantai.features.transfer.model import OFFER, RECEIVED, RETURNED, Transfer
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.tree import Container, Node

#: years that contents stay here after the transfer, where the profile says nothing
KEPT_YEARS = 5


@service.opener(Transfer.type)
def open_transfer(act: Act, title: str, nodes: Sequence[Node]) -> Case:
    """A case over filed records, due for transfer or not; they become `transferring` at once.

    For the archivist. Raises Forbidden, Invalid, ListRefused naming every record that cannot be on it.
    """
    fonds = service.one_fonds(act, nodes)
    policy.require(act, Permission.MAKE_CASE, fonds)
    if not may_open(act, fonds):
        raise Forbidden()
    service.refuse([reason for node in nodes for reason in rules.stands_free(act, node)])
    items = [node for node in nodes if isinstance(node, Item)]
    return _opened(act, fonds, title, items, {item.uid: {'decision': OFFER} for item in items})


def may_open(act: Act, fonds: Container) -> bool:
    """Whether the actor sends records of a body to the state archives."""
    subject = (Transfer.type, 'open', '', act.actor.id, '', fonds.name)
    return Permission.SEND in policy.permissions_as(act.actor, fonds, subject)


@next_case(Transfer.type)
def after_appraisal(act: Act, appraisal: Case, items: Sequence[Item]) -> Case:
    """The case of what an approved appraisal offers. Who submitted the appraisal answers for the list."""
    entries = {
        item.uid: {'decision': OFFER, 'reason': appraisal.entries[appraisal.key_of(item.uid)].get('reason')}
        for item in items
    }
    case = _opened(act, appraisal.__parent__, appraisal.title, items, entries)
    case.origin, case.maker, case.creator = appraisal.uid, appraisal.maker, appraisal.maker
    return case


def _opened(
    act: Act, fonds: Container, title: str, items: Sequence[Item], entries: dict[str, dict]
) -> Transfer:
    case = service.make_case(act, Transfer.type, fonds, title, items, entries)
    assert isinstance(case, Transfer)
    for item in items:
        engine.change_state(act, item, 'transferring', 'offer', case=case.uid)
    return case


def under_way(case: Case) -> list[tuple[tuple[str, str], dict[str, Any]]]:
    """The keys and entries that were not set aside."""
    return [(key, entry) for key, entry in case.entries.items() if not entry.get('set_aside')]


@hold_follower
def held(act: Act, _hold: Hold, _nodes: Sequence[Node]) -> None:
    """What has come under a hold leaves every open transfer and is filed again; the others go on."""
    cases = cases_of(act.repository)
    for case_id in list(cases.open):
        case = cases.by_id[case_id]
        if isinstance(case, Transfer):
            set_held_aside(act, case)


def set_held_aside(act: Act, case: Transfer) -> int:
    """Takes what is on hold off a transfer; gives the number. A package that has it goes."""
    found = [(key, entry) for key, entry in under_way(case) if _is_held(act, key[1])]
    for key, entry in found:
        noted = {**entry, 'set_aside': 'held', 'set_aside_on': rfc3339(act.clock.now())}
        # what the leader approves is the list without it
        case.entries[key] = {**noted, 'off_list': True} if case.approval is None else noted
        item = act.repository.by_uid(key[1])
        service.let_go(act, case, item, 'recall')
    if found and case.package is not None:
        if case.state == 'approved':
            case.package = None
        # what has been sent stays noted; but no copy of what was set aside stays here
        store.remove_after_commit(act, case.uid)
    return len(found)


def _is_held(act: Act, uid: str) -> bool:
    item = act.repository.by_uid(uid)
    return isinstance(item, Item) and item.state == 'transferring' and bool(reasons_against(item))


def let_all_go(act: Act, case: Transfer, step: str, comment: str) -> None:
    """Everything that is under way is filed again, and no copy of it stays in a package."""
    for item in list(rules.items_of(act, (key[1] for key, _entry in under_way(case)))):
        service.let_go(act, case, item, step, comment=comment)
    drop_package(act, case)


def drop_package(act: Act, case: Transfer) -> None:
    """The package goes, its files after the commit."""
    case.package = None
    store.remove_after_commit(act, case.uid)


def receive(act: Act, case: Transfer, receipt: dict[str, Any], confirmed: Iterable[str]) -> None:
    """What the receipt confirms is `transferred`; the rest is filed again.

    What a hold has set aside stays where it is, whatever the receipt says of it.
    """
    set_held_aside(act, case)
    confirmed = set(confirmed)
    now = rfc3339(act.clock.now())
    case.receipt = {**receipt, 'who': act.actor.id, 'when': now}
    for key, entry in under_way(case):
        item = act.repository.by_uid(key[1])
        if not isinstance(item, Item):
            continue
        if key[1] in confirmed:
            case.entries[key] = {**entry, 'outcome': RECEIVED}
            _note_transfer(act, case, item, receipt)
            service.let_go(act, case, item, 'transfer', 'transferred', comment=receipt['number'])
        else:
            case.entries[key] = {**entry, 'outcome': RETURNED}
            service.let_go(act, case, item, 'recall', comment=receipt.get('remark', ''))
    if any(entry.get('outcome') != RECEIVED for entry in case.entries.values()):
        # what came back may be destroyed one day: no other copy of it stays
        drop_package(act, case)


def _note_transfer(act: Act, case: Transfer, item: Item, receipt: dict[str, Any]) -> None:
    today = act.clock.today()
    years = body_of(act.repository, case.fonds_code).controls.get('transferred_kept_years', KEPT_YEARS)
    noted = {
        **(item.transfer or {}),
        'to': receipt['receiver'],
        'case': case.uid,
        'receipt': receipt['number'],
        'received': receipt['date'],
        'kept_until': f'{today.year + years + 1}-01-01',
    }
    retention.freeze(act, item, item.retention or {}, noted)
