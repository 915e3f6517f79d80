"""Opening an appraisal over what is due, and what its approval does.

Rules: standards of appraisal as in GB/T 18894 practice; permanent records, records not yet due, held
ones and those on another case are refused, all of them named.
"""

from collections.abc import Sequence
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.appraisal.model import CONDEMN, RETAIN, Appraisal
from lantai.features.cases import rules, service
from lantai.features.cases.model import Case
from lantai.features.holds.service import reasons_against
from lantai.features.records.model import Item
from lantai.features.retention import rules as periods
from lantai.features.retention import service as retention
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.tree import Node


@service.opener('appraisal')
def open_appraisal(act: Act, title: str, nodes: Sequence[Node]) -> Case:
    """A case over filed items past their retention; they become `appraising`.

    For the archivist and the appraisers. Raises Forbidden, Invalid, ListRefused naming every item
    that cannot be on it and why.
    """
    fonds = service.one_fonds(act, nodes)
    policy.require(act, Permission.MAKE_CASE, fonds)
    service.refuse([reason for node in nodes for reason in reasons_not_due(act, node)])
    case = service.make_case(act, Appraisal.type, fonds, title, list(nodes))
    for item in rules.items_of(act, case.uids()):
        engine.change_state(act, item, 'appraising', 'appraise', case=case.uid)
    return case


def reasons_not_due(act: Act, node: Node) -> list[Condition]:
    """Why a record cannot be appraised now: what stands against any case, permanent, not yet due."""
    reasons = rules.stands_free(act, node)
    if reasons or not isinstance(node, Item):
        return reasons
    frozen = node.retention or {}
    due = frozen.get('due')
    if frozen.get('period') == periods.PERMANENT or due is None:
        message = _('“${path}” is kept permanently', mapping={'path': node.path})
        return [Condition('permanent', message, 'items')]
    if due > act.clock.today().isoformat():
        message = _('“${path}” is due on ${date} only', mapping={'path': node.path, 'date': due})
        return [Condition('not-due', message, 'items')]
    return []


def apply(act: Act, case: Case) -> None:
    """What was decided comes true: kept on with a new period, or on to a case of the next kind."""
    condemned: list[Item] = []
    offered: list[Item] = []
    for item in list(rules.items_of(act, case.uids())):
        entry = case.entries[case.key_of(item.uid)]
        decision = entry.get('decision')
        # a hold set meanwhile stops everything but keeping
        if decision != RETAIN and reasons_against(item):
            case.entries[case.key_of(item.uid)] = {**entry, 'set_aside': 'held'}
            service.let_go(act, case, item, 'retain')
        elif decision == RETAIN:
            _keep_on(act, case, item, entry)
        else:
            (condemned if decision == CONDEMN else offered).append(item)
    outcome = []
    for kind, items in (('destruction', condemned), ('transfer', offered)):
        if items:
            follow = _followers[kind](act, case, items)
            outcome.append({'id': follow.uid, 'kind': kind})
    case.outcome = tuple(outcome)
    case.approval = {
        'who': act.actor.id,
        'when': rfc3339(act.clock.now()),
        'list_root': case.list_root(),
    }


def _keep_on(act: Act, case: Case, item: Item, entry: dict[str, Any]) -> None:
    period = entry.get('period') or (item.retention or {}).get('period')
    due = periods.due_date(period, act.clock.today().year)
    frozen = {
        **(item.retention or {}),
        'period': period,
        'due': due.isoformat() if due else None,
        'extended': {'case': case.uid, 'from': item.retention, 'reason': entry.get('reason', '')},
    }
    retention.freeze(act, item, frozen, item.transfer)
    service.let_go(act, case, item, 'retain', comment=entry.get('reason', ''))


#: kind of the next case -> what opens it from an appraisal and its items
_followers: dict[str, Any] = {}


def next_case(kind: str) -> Any:
    """Registers the function that opens the case an approved appraisal leads to."""

    def register(function: Any) -> Any:
        _followers[kind] = function
        return function

    return register


def release_all(act: Act, case: Case) -> None:
    """Nothing comes of the case: its items are filed as before."""
    for item in list(rules.items_of(act, case.uids())):
        service.let_go(act, case, item, 'cancel')
