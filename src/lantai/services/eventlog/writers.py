"""Which queue a writer uses: a slot of the process, one of the thread, one of the open transaction.

The process's slot is a file locked for as long as the process lives, so no two living processes ever share
a queue, and a dead one's queue is taken over by the next. Threads of a process take numbers and give them
back when they end. A second transaction open in the same thread (a refusal logged while the refused
transaction is still there) gets a lane of its own, or the two would conflict every time.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import threading
import weakref
from collections import deque
from pathlib import Path
from typing import Any

#: more processes than this on one folder are refused
MAX_PROCESSES = 1000


class _ThreadSlot:
    """A thread's number; goes back to the free ones when the thread ends."""

    def __init__(self, writers: Writers) -> None:
        self._free = writers.free
        try:
            self.number = self._free.popleft()
        except IndexError:
            self.number = next(writers.counter)
        self.lanes: list[weakref.ref[Any] | None] = []

    def __del__(self) -> None:
        self._free.append(self.number)

    def lane(self, transaction: Any) -> int:
        """The lane of this transaction: the lowest that no other open one of this thread uses."""
        for number, holder in enumerate(self.lanes):
            if holder is not None and holder() is transaction:
                return number
        mine = weakref.ref(transaction)
        for number, holder in enumerate(self.lanes):
            other = holder() if holder is not None else None
            if other is None or other.status != 'Active':
                self.lanes[number] = mine
                return number
        self.lanes.append(mine)
        return len(self.lanes) - 1


class Writers:
    """The writers of one process. `run` is that of the data folder, None for a database in memory."""

    def __init__(self, run: Path | None) -> None:
        # A deque and a counter: both are atomic, so that a thread may end at any moment without a lock.
        self.free: deque[int] = deque()
        self.counter = itertools.count()
        self.process, self._descriptor = (0, None) if run is None else _claim(run / 'writers')
        self._threads = threading.local()

    def key(self, transaction: Any) -> str:
        """The key of the queue for events of this transaction, made in the calling thread."""
        slot = getattr(self._threads, 'slot', None)
        if slot is None:
            slot = self._threads.slot = _ThreadSlot(self)
        return queue_key(self.process, slot.number, slot.lane(transaction))

    def close(self) -> None:
        """Gives the process's slot back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def queue_key(process: int, thread: int, lane: int = 0) -> str:
    """The name of a queue; sorts by process, thread, lane."""
    return f'{process:03}.{thread:03}.{lane}'


def _claim(folder: Path) -> tuple[int, int]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(MAX_PROCESSES):
        descriptor = os.open(folder / f'{number:03}.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return number, descriptor
    raise RuntimeError('too many processes write to this repository')


_lock = threading.Lock()
_of_this_process: dict[tuple[int, Path | None], Writers] = {}


def writers_for(run: Path | None) -> Writers:
    """The writers of this process for one run folder; a forked child claims a slot of its own."""
    key = (os.getpid(), run)
    found = _of_this_process.get(key)
    if found is None:
        with _lock:
            found = _of_this_process.get(key)
            if found is None:
                found = _of_this_process[key] = Writers(run)
    return found


def release_writers(run: Path | None) -> None:
    """Gives this process's slot in a run folder back, when nothing writes there any more."""
    with _lock:
        found = _of_this_process.pop((os.getpid(), run), None)
    if found is not None:
        found.close()
