"""A writer's queue of events not yet sealed.

Only its writer ever changes a queue: it appends, and it trims what the sealer has consumed. The sealer only
reads it, and notes in an object of its own how far it is. So the two never conflict, and an event leaves
its queue only after the sealer's transaction has committed it to the log.
"""

from __future__ import annotations

from collections.abc import Iterator

from BTrees.LOBTree import LOBTree
from persistent import Persistent
from ZODB.utils import z64

#: events that one transaction puts into one stored object at most
BATCH = 256
#: batches trimmed at one append, so that no request pays for a long backlog
TRIM = 16


class Batch(Persistent):
    """The events of one transaction (or 256 of them)."""

    def __init__(self, leaf: bytes) -> None:
        self.leaves: tuple[bytes, ...] = (leaf,)


class Queue(Persistent):
    """Events by running number, from 0; numbers are never used twice."""

    def __init__(self) -> None:
        #: number of the next event
        self.next = 0
        self._batches = LOBTree()
        self._open: Batch | None = None

    def append(self, leaf: bytes, consumed: int) -> None:
        """Adds an event; everything numbered below `consumed` is in the log and may go."""
        self._trim(consumed)
        batch = self._open
        # A batch is only added to in the transaction that made it: afterwards a new one is cheaper than
        # writing the old one again.
        # (Asked for its leaves first: a batch not loaded yet would show no serial either.)
        if batch is not None and len(batch.leaves) < BATCH and batch._p_serial == z64:
            batch.leaves += (leaf,)
        else:
            self._open = self._batches[self.next] = Batch(leaf)
        self.next += 1

    def since(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Events with their numbers, from `number` on."""
        if number >= self.next:
            return
        try:
            first = self._batches.maxKey(number)
        except ValueError:
            first = number
        for start, batch in self._batches.items(first):
            for offset, leaf in enumerate(batch.leaves):
                if start + offset >= number:
                    yield start + offset, leaf

    def _trim(self, consumed: int) -> None:
        if not self._batches:
            return
        if consumed >= self.next:
            self._batches.clear()
            self._open = None
            return
        gone = []
        for start, batch in self._batches.items():
            if start + len(batch.leaves) > consumed or len(gone) == TRIM:
                break
            gone.append(start)
        for start in gone:
            del self._batches[start]
