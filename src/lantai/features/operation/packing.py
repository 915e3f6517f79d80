"""Packing the repository: earlier revisions of objects go for good, what is in use and the log stay."""

from collections.abc import Callable
from dataclasses import dataclass

from lantai.features.operation.alone import alone
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security.actor import SYSTEM, Actor
from lantai.services.site import Site
from lantai.store.packing import pack
from lantai.store.storage import is_local

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Packed:
    """Bytes of the object database before and after; `local` where no file of it was left behind here.

    With a ZEO server the files are the server's: it is to run with `pack-keep-old false`.
    """

    before: int
    after: int
    local: bool


def pack_now(
    site: Site,
    progress: Progress = lambda _done, _total: None,
    *,
    wait: bool = True,
    actor: Actor = SYSTEM,
    door: str = 'job',
) -> Packed:
    """Packs to now while everything goes on, looks after every reference, and removes what was left.

    For commands and for the job that destroys; outside of any transaction, as often as one likes. Waits for a
    backup or another pack unless told not to. Raises OperationRunning, ReferencesBroken.
    """
    with alone(site.folder.run, wait=wait):
        before, after = pack(site.database, progress)
    site.transact(lambda act: record(act, Event.PACK, before=before, after=after), actor, door)
    return Packed(before, after, is_local(site.settings.storage))
