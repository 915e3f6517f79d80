"""A refusal is logged too, in a transaction of its own: the one it happened in is rolled back."""

from __future__ import annotations

from typing import Any

from lantai.base.errors import DomainError
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import append, run_folder

#: reasons named in one event; a batch of a thousand items may have more
MOST_REASONS = 50


def log_refusal(
    site: Any,
    actor: Any,
    error: DomainError,
    node_uid: str | None = None,
    door: str = 'web',
    address: str = '',
    node_type: str | None = None,
    event: Event = Event.REFUSED,
) -> str:
    """Logs that `actor` (None when nobody is signed in) was refused, and why, by stable codes only.

    Commits by itself, on a connection of its own. Answers the event's id.
    """
    codes = sorted({condition.code for condition in error.conditions})
    facts: dict[str, Any] = {'error': error.name, 'conditions': codes[:MOST_REASONS]}
    if len(codes) > MOST_REASONS:
        facts['more_conditions'] = len(codes) - MOST_REASONS
    if address:
        facts['address'] = address[:64]
    return site.database.transact(
        lambda repository, manager: append(
            repository,
            manager,
            run_folder(site),
            event,
            clock=site.clock,
            actor=None if actor is None else actor.id,
            door=door,
            node_uid=node_uid,
            node_type=node_type,
            facts=facts,
        )
    )
