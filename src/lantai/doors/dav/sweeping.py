"""What clients leave behind goes after its time: locks, empty drafts, unfinished saves, scratch files."""

import logging
from collections.abc import Callable
from datetime import timedelta

from lantai.base.errors import DomainError
from lantai.doors.dav import locks as locking
from lantai.doors.dav.junk import is_saving
from lantai.doors.dav.locks import Locks
from lantai.doors.dav.scratch import scratch_of
from lantai.features.records import places
from lantai.features.records.model import Folder, Item
from lantai.services.act import Act
from lantai.services.jobs.registry import periodic
from lantai.services.site import Site
from lantai.store.tree import Node

HOUR = 3600
#: after this a save that was not finished never will be
LEFT_BEHIND = timedelta(hours=24)

log = logging.getLogger(__name__)


@periodic('sweep-webdav', HOUR)
def sweep(site: Site) -> None:
    """All of it."""
    scratch_of(site).sweep()
    for work in (sweep_locks, sweep_empty, sweep_saving):
        site.transact(work)


def sweep_locks(act: Act) -> None:
    """Forgets the locks that have ended."""
    _locks(act).sweep(act.clock.now())


def sweep_empty(act: Act) -> None:
    """Withdraws drafts that a LOCK made and nobody filled before it ended."""
    locks, now = _locks(act), act.clock.now()
    ended = [uid for uid, token in locks.empty.items() if locks.get(token, now) is None]
    for uid in ended:
        del locks.empty[uid]
        _withdraw(act, uid, lambda node: isinstance(node, Item) and node.single and node.single.size == 0)


def sweep_saving(act: Act) -> None:
    """Withdraws what a program wrote to save a document and did not move into its place for a day."""
    locks, now = _locks(act), act.clock.now()
    left = [uid for uid, since in locks.saving.items() if since < now - LEFT_BEHIND]
    for uid in left:
        del locks.saving[uid]
        _withdraw(act, uid, lambda node: is_saving(node.name))


def _locks(act: Act) -> Locks:
    return act.repository.room(locking.ROOM)


def _withdraw(act: Act, uid: str, still: Callable[[Node], object]) -> None:
    node = act.repository.by_uid(uid)
    if not isinstance(node, Item | Folder) or not still(node):
        return
    if isinstance(node, Item) and node.state != 'draft':
        return
    savepoint = act.manager.savepoint()
    try:
        places.delete(act, node)
    except DomainError as error:
        # its series was closed meanwhile, or the folder holds records: then people decide
        savepoint.rollback()
        log.info('%s was left behind and stays: %s', uid, error.name)
