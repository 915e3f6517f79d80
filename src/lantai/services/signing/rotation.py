"""Changing the key that signs, as an act of somebody."""

from __future__ import annotations

from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission


def rotate(act: Act) -> str:
    """Makes a new key that signs from the commit on; answers its id. For who may manage the system.

    The files of the keys know no transaction: so the pair is made now, and made active (or thrown away)
    when it is known how the transaction ended.
    """
    policy.require(act, Permission.MANAGE_SYSTEM, act.repository)
    keys = act.site.keys
    new = keys.prepare()
    record(act, Event.KEY_ROTATE, old_key=keys.active, new_key=new)
    transaction = act.manager.get()
    transaction.addAfterCommitHook(lambda committed: keys.activate(new) if committed else keys.discard(new))
    transaction.addAfterAbortHook(lambda: keys.discard(new))
    return new
