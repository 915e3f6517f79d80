"""Writing an event down, in the transaction that makes it true."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantai.base.canonical import canonical_json
from lantai.base.clock import Clock
from lantai.base.ids import new_uid
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.queues import Queue
from lantai.services.eventlog.writers import writers_for

#: what the log itself says of every event
RESERVED = frozenset({'id', 'time', 'actor', 'door', 'act', 'object', 'type'})
#: facts of these names would carry what must stay erasable into a log that never forgets
FORBIDDEN = frozenset(
    {'title', 'name', 'path', 'content', 'text', 'comment', 'reason', 'metadata', 'password', 'secret'}
)
#: characters a single fact may have: enough for a digest or a uid, too little for content
LONGEST = 256


def record(act: Any, event: Event, node: Any = None, **facts: Any) -> str:
    """Appends an event about `node` (or about none) to the queue of the calling writer; answers its id.

    Part of the current transaction: when that is rolled back, so is the event. Facts are ids, codes,
    digests, states, numbers, and lists of those; what else they hold is a ValueError of the caller's code.
    """
    return append(
        act.repository,
        act.manager,
        run_folder(act.site),
        event,
        clock=act.clock,
        actor=act.actor.id,
        door=act.door,
        node_uid=None if node is None else node.uid,
        node_type=None if node is None else node.type,
        facts=facts,
    )


def append(
    repository: Any,
    manager: Any,
    run: Path | None,
    event: Event,
    *,
    clock: Clock,
    actor: str | None,
    door: str,
    node_uid: str | None = None,
    node_type: str | None = None,
    facts: dict[str, Any] | None = None,
) -> str:
    """`record` for callers that have no act, such as refusals; `manager` is that of the transaction."""
    facts = facts or {}
    check_facts(facts)
    event_id = new_uid()
    leaf = canonical_json(
        {
            'id': event_id,
            'time': precise(clock.now()),
            'actor': actor,
            'door': door,
            'act': Event(event).value,
            'object': node_uid,
            'type': node_type,
            **facts,
        }
    )
    log = event_log(repository)
    key = writers_for(run).key(manager.get())
    queue = log.queues.get(key)
    if queue is None:
        queue = log.queues[key] = Queue()
    queue.append(leaf, log.consumed.get(key, 0))
    return event_id


def run_folder(site: Any) -> Path | None:
    """The folder in which processes claim slots and locks; None for one without a folder (all in memory)."""
    folder = getattr(site, 'folder', None)
    return None if folder is None else folder.run


def precise(moment: datetime) -> str:
    """A moment as RFC 3339 text in UTC with microseconds: events are put in order by it."""
    return moment.astimezone(UTC).isoformat(timespec='microseconds').replace('+00:00', 'Z')


def check_facts(facts: dict[str, Any]) -> None:
    """ValueError when a fact may not stand in the log."""
    for name, value in facts.items():
        if name in RESERVED or name in FORBIDDEN:
            raise ValueError(f'an event holds no fact named {name!r}')
        _check_value(name, value)


def _check_value(name: str, value: Any) -> None:
    if value is None or isinstance(value, (bool, int)):
        return
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(f'the fact {name!r} is too long for an event')
        return
    if isinstance(value, (list, tuple)):
        for part in value:
            _check_value(name, part)
        return
    raise ValueError(f'the fact {name!r} is neither text nor number nor a list of those')
