"""Moves the writers' queues into the log and signs its head, about once a second.

One sealer works at a time: a file lock among the processes of a machine, and for those of several machines
the database, where the second of two commits on the log conflicts and is tried again.
"""

from __future__ import annotations

import base64
import fcntl
import heapq
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from lantai.base.clock import Clock
from lantai.services.eventlog.log import EventLog, Head, event_log
from lantai.services.eventlog.record import precise

#: events moved in one transaction
BATCH = 1000


class Signer(Protocol):
    """What the sealer needs of the key ring."""

    def sign(self, data: bytes) -> Any: ...

    def public_pem(self, key_id: str) -> str: ...


class Database(Protocol):
    """What the sealer needs of the object database."""

    def transact(self, change: Any, retries: int = ...) -> Any: ...


def seal(database: Database, keys: Signer, clock: Clock, run: Path | None, limit: int = BATCH) -> int:
    """One pass: moves up to `limit` events, signs the head, commits; answers how many were moved.

    0 when nothing waits or when another process is at it. Raises what the key ring raises when it cannot
    sign: then the events stay in their queues.
    """
    with _alone(run) as mine:
        if not mine:
            return 0
        return database.transact(
            lambda repository, _manager: seal_into(event_log(repository), keys, clock, limit)
        )


def seal_all(database: Database, keys: Signer, clock: Clock, run: Path | None, limit: int = BATCH) -> int:
    """Passes until nothing waits (or another process is at it); answers how many events were moved."""
    total = 0
    while moved := seal(database, keys, clock, run, limit):
        total += moved
    return total


def seal_into(log: EventLog, keys: Signer, clock: Clock, limit: int = BATCH) -> int:
    """The work of one pass, in the current transaction."""
    queues = [
        _numbered(key, queue, log.consumed.get(key, 0))
        for key, queue in log.queues.items()
        if queue.next > log.consumed.get(key, 0)
    ]
    # Merging keeps the order of each queue and puts what comes next in each in order of time.
    taken = list(islice(heapq.merge(*queues), limit))
    if not taken:
        return 0
    log.note_days(log.size, [time for time, _key, _number, _leaf in taken])
    log.append([leaf for _time, _key, _number, leaf in taken])
    for _time, key, number, _leaf in taken:
        log.consumed[key] = number + 1
    sign_head(log, keys, clock)
    return len(taken)


def sign_head(log: EventLog, keys: Signer, clock: Clock) -> Head:
    """Signs the head of the log as it is now."""
    time = precise(clock.now())
    root = log.root()
    note = head_note(log.uid, log.size, root, time)
    signature = keys.sign(note.encode())
    if signature.key_id not in log.keys:
        log.keys[signature.key_id] = keys.public_pem(signature.key_id)
    head = Head(log.size, root, time, note, signature.algorithm, signature.key_id, signature.value)
    log.heads[log.size] = head
    return head


def head_note(uid: str, size: int, root: bytes, time: str) -> str:
    """The text that is signed: a C2SP checkpoint (origin, size, root in base64) and two more lines."""
    return (
        f'lantai/log/{uid}\n{size}\n{base64.b64encode(root).decode("ascii")}\n'
        f'root {root.hex()}\ntime {time}\n'
    )


def _numbered(key: str, queue: Any, start: int) -> Iterator[tuple[str, str, int, bytes]]:
    for number, leaf in queue.since(start):
        yield json.loads(leaf)['time'], key, number, leaf


@contextmanager
def _alone(run: Path | None) -> Iterator[bool]:
    """Whether this is the only sealer of the machine; never waits."""
    if run is None:
        yield True
        return
    run.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(run / 'sealer.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)
