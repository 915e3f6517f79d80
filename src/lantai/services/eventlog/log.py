"""The log itself: events by number, the hash tiles of their Merkle tree, and its signed heads.

Events lie in chunks and hashes in tiles of 64, each an object of its own, so that sealing one more event
rewrites a few kilobytes whatever the size of the log. Only the sealer writes here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from BTrees.LOBTree import LOBTree
from BTrees.OLBTree import OLBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

from lantai.base import merkle
from lantai.base.errors import Unavailable
from lantai.base.i18n import _
from lantai.base.ids import new_uid
from lantai.services.eventlog.queues import Queue
from lantai.services.eventlog.writers import queue_key

ROOM = 'log'
#: a tile holds 2**HEIGHT hashes, a chunk as many events
HEIGHT = 6
WIDTH = 1 << HEIGHT
HASH = merkle.HASH_BYTES
# Queues made in advance: two transactions that make their queues at once may conflict.
PROCESSES, THREADS = 2, 24


class LogDamaged(Unavailable):
    """An event that must be there is missing: the database was changed behind the program's back."""

    name = 'event-log-damaged'
    title = _('The event log is damaged')

    def __init__(self, index: int) -> None:
        super().__init__(_('The event log is damaged: event ${n} is missing', mapping={'n': index}))
        self.index = index


class Entry(NamedTuple):
    """One event: its number, and the exact bytes whose hash is in the tree."""

    index: int
    leaf: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The event as a value; ValueError when the bytes were damaged."""
        return json.loads(self.leaf)


class Chunk(Persistent):
    """Up to 64 events."""

    leaves: tuple[bytes, ...] = ()


class Tile(Persistent):
    """Up to 64 hashes of one level, one after the other."""

    hashes: bytes = b''


class Head(Persistent):
    """The signed head of one size. `note` is the exact text signed."""

    def __init__(
        self, size: int, root: bytes, time: str, note: str, algorithm: str, key_id: str, signature: bytes
    ) -> None:
        self.size = size
        self.root = root
        self.time = time
        self.note = note
        self.algorithm = algorithm
        self.key_id = key_id
        self.signature = signature


class EventLog(Persistent):
    """The log of one repository, in its room `log`."""

    def __init__(self) -> None:
        self.uid = new_uid()
        #: events sealed
        self.size = 0
        self.chunks = LOBTree()
        self.tiles = LOBTree()
        #: signed heads by size
        self.heads = LOBTree()
        #: day (of UTC, such as 2026-11-24) -> numbers of its first and last event: for looking a day up
        self.days = OOBTree()
        #: public keys (PEM) by id of every key that signed a head: they outlive the key folder
        self.keys = OOBTree()
        self.queues = OOBTree()
        #: for each queue the number up to which (exclusive) its events are sealed; the sealer's alone
        self.consumed = OLBTree()
        for process in range(PROCESSES):
            for thread in range(THREADS):
                self.queues[queue_key(process, thread)] = Queue()

    # reading

    @property
    def head(self) -> Head | None:
        """The newest signed head; None while nothing was sealed."""
        return self.heads[self.heads.maxKey()] if self.heads else None

    @property
    def waiting(self) -> int:
        """How many events are recorded and not yet sealed."""
        return sum(queue.next - self.consumed.get(key, 0) for key, queue in self.queues.items())

    def leaf(self, index: int) -> bytes:
        """The exact bytes of one event; IndexError for no number of the log, LogDamaged if it is lost."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        leaves = self._chunk(index)
        if index & (WIDTH - 1) >= len(leaves):
            raise LogDamaged(index)
        return leaves[index & (WIDTH - 1)]

    def _chunk(self, index: int) -> tuple[bytes, ...]:
        chunk = self.chunks.get(index >> HEIGHT)
        if chunk is None:
            raise LogDamaged(index)
        return chunk.leaves

    def entries(self, start: int = 0, limit: int = 1000) -> list[Entry]:
        """Up to `limit` events from number `start` on; none when `start` is beyond the end."""
        return list(self.iterate(start, min(self.size, start + limit)))

    def iterate(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Events from `start` to `end` (exclusive), loaded chunk by chunk. Raises LogDamaged."""
        index, end = max(start, 0), self.size if end is None else end
        while index < end:
            offset = index & (WIDTH - 1)
            leaves = self._chunk(index)[offset : offset + end - index]
            if not leaves:
                raise LogDamaged(index)
            for leaf in leaves:
                yield Entry(index, leaf)
                index += 1

    def root(self, size: int | None = None) -> bytes:
        """The root at a size (now, when none is given); ValueError when the log never was that long."""
        return merkle.root(self.hash_at, self._size(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that event `index` is in the tree of `size`; ValueError when it is not."""
        return merkle.inclusion(self.hash_at, index, self._size(size))

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Proof that the tree of `old` events is a prefix of that of `new`; ValueError if out of order."""
        return merkle.consistency(self.hash_at, old, self._size(new))

    def hash_at(self, level: int, index: int) -> bytes:
        """The hash getter of `base.merkle` over the tiles."""
        tile_level, fine = divmod(level, HEIGHT)
        first = index << fine
        hashes = self.tiles[tile_key(tile_level, first >> HEIGHT)].hashes
        offset = first & (WIDTH - 1)
        parts = [hashes[i * HASH : (i + 1) * HASH] for i in range(offset, offset + (1 << fine))]
        return merkle.fold(parts)

    def _size(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise ValueError('the log never had that size')
        return size

    # writing: the sealer's

    def append(self, leaves: Sequence[bytes]) -> None:
        """Adds events to the chunks and the tree."""
        position = 0
        while position < len(leaves):
            number, filled = self.size >> HEIGHT, self.size & (WIDTH - 1)
            taken = tuple(leaves[position : position + WIDTH - filled])
            chunk = self.chunks.get(number)
            if chunk is None:
                chunk = self.chunks[number] = Chunk()
            chunk.leaves += taken
            self._add_hashes(0, number, b''.join(merkle.leaf_hash(leaf) for leaf in taken))
            self.size += len(taken)
            position += len(taken)

    def note_days(self, start: int, times: Sequence[str]) -> None:
        """Notes the days of the events from number `start` on, given their times (RFC 3339, UTC)."""
        for index, time in enumerate(times, start):
            first, last = self.days.get(time[:10], (index, index))
            if index == first or index > last:
                self.days[time[:10]] = (first, index)

    def _add_hashes(self, level: int, number: int, hashes: bytes) -> None:
        key = tile_key(level, number)
        tile = self.tiles.get(key)
        if tile is None:
            tile = self.tiles[key] = Tile()
        tile.hashes += hashes
        if len(tile.hashes) == WIDTH * HASH:
            whole = merkle.fold([tile.hashes[i : i + HASH] for i in range(0, WIDTH * HASH, HASH)])
            self._add_hashes(level + 1, number >> HEIGHT, whole)


def tile_key(level: int, number: int) -> int:
    """The key of a tile: levels lie apart by more than any log will ever fill."""
    return level << 48 | number


def event_log(repository: Any) -> EventLog:
    """The log of a repository."""
    return repository.room(ROOM)


def install(repository: Any) -> EventLog:
    """Puts the room `log` into a new repository; leaves one that is there as it is."""
    if ROOM not in repository.rooms:
        repository.rooms[ROOM] = EventLog()
    return repository.rooms[ROOM]
