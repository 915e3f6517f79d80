"""What holds for every case, whatever a profile says."""

from collections.abc import Iterable, Iterator

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.cases.errors import AnotherPersonNeeded, ListChanged, RootMissing
from lantai.features.cases.model import Case
from lantai.features.holds.service import reasons_against
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.actor import Actor
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node


def sees(actor: Actor, case: Case) -> bool:
    """Whether a case exists for this actor: by the role, or because records of the role's unit are on it."""
    if policy.sees(actor, case):
        return True
    kind, state, _none, maker, openness, fonds = case.subject()
    return any(
        Permission.SEE in policy.permissions_as(actor, case, (kind, state, unit, maker, openness, fonds))
        for unit in case.units
    )


def check_root(case: Case, root: str | None) -> None:
    """Raises RootMissing without a root, ListChanged when the list is another one by now."""
    if not root:
        raise RootMissing()
    if root != case.list_root():
        raise ListChanged()


def check_another(actor: Actor, *others: str | None) -> None:
    """Raises AnotherPersonNeeded when the actor is one of those who acted before."""
    if actor.id in others:
        raise AnotherPersonNeeded()


def stands_free(act: Act, node: Node) -> list[Condition]:
    """Every reason why a record cannot come on a new case: not filed, on hold, on another case."""
    if not isinstance(node, Item):
        return [_about(node, 'not-an-item', _('“${path}” is no record', mapping={'path': node.path}))]
    reasons = list(reasons_against(node))
    if node.cases:
        reasons.append(
            _about(node, 'on-another-case', _('“${path}” is on another case', mapping={'path': node.path}))
        )
    elif node.state != 'filed':
        reasons.append(_about(node, 'not-filed', _('“${path}” is not filed', mapping={'path': node.path})))
    return reasons


def _about(node: Node, code: str, message: str) -> Condition:
    return Condition(code, message, 'items')


def items_of(act: Act, uids: Iterable[str]) -> Iterator[Item]:
    """The records of these uids; what is no longer there is left out."""
    for uid in uids:
        node = act.repository.by_uid(uid)
        if isinstance(node, Item):
            yield node
