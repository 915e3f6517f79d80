"""What waits for whom (待办): kept in the database, in the transaction that changes a state.

A queue for each kind, fonds and unit (or person): what a manager of the unit has to review, what the
archivist has to take in, what a maker got back. Oldest first. Whether the reader may really act on an
entry is asked of the item itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from BTrees.OOBTree import OOBTree, OOTreeSet

from lantai.base.clock import rfc3339
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow.registry import state_follower
from lantai.store.tree import Node, Repository

APPROVE, FILE, MEND = 'approve', 'file', 'mend'
#: state -> the kind of task it makes, and the permission that makes it somebody's
QUEUES = {'submitted': (APPROVE, Permission.APPROVE), 'approved': (FILE, Permission.FILE)}
PERMISSIONS = {APPROVE: Permission.APPROVE, FILE: Permission.FILE, MEND: Permission.EDIT}
#: at most so many are counted for one person; more is "more"
CAP = 1000


@dataclass(frozen=True)
class Task:
    """One thing that waits for somebody."""

    node: Item
    kind: str
    since: str
    due: str | None = None


def install(repository: Repository) -> None:
    """Makes the queues."""
    repository.rooms['waiting'] = OOBTree()


@state_follower
def keep_queues(act: Act, node: Node, before: str, after: str, step: str) -> None:
    """Moves an item between the queues as its state changes."""
    if not isinstance(node, Item):
        return
    queues = act.repository.room('waiting')
    entered = queues.get(('entered', node.uid))
    if entered is not None:
        key, entry = entered
        queues[key].remove(entry)
        del queues['entered', node.uid]
    key = _queue(node, after, step)
    if key is not None:
        if key not in queues:
            queues[key] = OOTreeSet()
        entry = (rfc3339(act.clock.now()), node.uid)
        queues[key].insert(entry)
        queues['entered', node.uid] = (key, entry)


def _queue(item: Item, state: str, step: str) -> tuple[str, str, str] | None:
    if step == 'return':
        return (MEND, '', item.creator)
    if state in QUEUES:
        return (QUEUES[state][0], item.fonds_code, item.unit)
    return None


def tasks_of(
    act: Act, limit: int = 100, kinds: tuple[str, ...] = (APPROVE, FILE, MEND)
) -> tuple[int, list[Task]]:
    """How many things wait for the actor (up to CAP) and the oldest `limit` of them."""
    found: list[Task] = []
    for kind in kinds:
        for task in _waiting(act, kind):
            found.append(task)
            if len(found) >= CAP:
                break
    found.sort(key=lambda task: (task.since, task.node.uid))
    return len(found), found[:limit]


def _waiting(act: Act, kind: str) -> Iterator[Task]:
    queues = act.repository.room('waiting')
    for key in list(queues.keys((kind, '', ''), (kind, '\U0010ffff', ''))):
        if kind == MEND and key[2] != act.actor.id:
            continue
        for since, uid in queues[key]:
            item = act.repository.by_uid(uid)
            # a draft that was sent back may have been withdrawn since
            if item is not None and PERMISSIONS[kind] in policy.permissions(act.actor, item):
                yield Task(item, kind, since)
