"""Checks the whole log: events against tiles, tiles against each other, both against heads and signatures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from lantai.base import merkle
from lantai.base.errors import DomainError
from lantai.services.eventlog.log import HASH, HEIGHT, WIDTH, EventLog, Head, tile_key
from lantai.services.eventlog.sealer import head_note

Progress = Callable[[int, int], None]
#: problems named; a log overwritten as a whole has one for every event
MOST = 1000


class Verifier(Protocol):
    """What is needed of the key ring. Raises a DomainError where it cannot be told."""

    def verify(self, data: bytes, signature: Any, others: Mapping[str, str] | None = None) -> bool: ...

    def key_ids(self) -> list[str]: ...


@dataclass(frozen=True)
class Problem:
    """What is wrong: a stable code, the first event it concerns (None for the whole), and words for it."""

    code: str
    index: int | None
    detail: str


@dataclass
class LogReport:
    """What was looked at, and what is wrong with it (in order of event)."""

    events: int = 0
    heads: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(self, code: str, index: int | None, detail: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(Problem(code, index, detail))


def verify_log(
    log: EventLog, keys: Verifier, signature: Callable[[Head], Any], progress: Progress | None = None
) -> LogReport:
    """Reads the whole log once. `signature` makes the key ring's signature value of a head.

    The root at every head is computed from the events alone; the tiles are checked beside it, which names
    the very event where one of both was changed.
    """
    report = LogReport()
    # A repository restored without its keys has only those the log keeps. Where there are keys, one that is
    # not among them came into the database with the heads it signed: it proves nothing.
    ours = frozenset(keys.key_ids()) or frozenset(log.keys)
    frontier = _Frontier()
    heads = iter(log.heads.items())
    coming = next(heads, None)
    last_good = 0
    for number in range((log.size + WIDTH - 1) >> HEIGHT):
        leaves = _leaves(log, number, report)
        if leaves is None:
            return report
        tile = log.tiles.get(tile_key(0, number))
        hashes = tile.hashes if tile is not None else b''
        if len(hashes) != len(leaves) * HASH:
            report.add('log-tile-damaged', number << HEIGHT, 'a tile does not hold one hash for each event')
        for offset, leaf in enumerate(leaves):
            index = (number << HEIGHT) + offset
            digest = merkle.leaf_hash(leaf)
            if hashes[offset * HASH : (offset + 1) * HASH] != digest:
                report.add('log-event-changed', index, f'event {index} is not the one that was logged')
            elif not _readable(leaf):
                report.add('log-event-unreadable', index, f'event {index} cannot be read')
            frontier.add(digest)
            while coming is not None and coming[0] == index + 1:
                head = coming[1]
                if _check_head(
                    log, head, coming[0], frontier.root(), keys, ours, signature, last_good, report
                ):
                    last_good = head.size
                report.heads += 1
                coming = next(heads, None)
        report.events += len(leaves)
        if progress is not None:
            progress(report.events, log.size)
    _check_tiles(log, report)
    if coming is not None:
        report.add('log-truncated', log.size, f'a head says {coming[0]} events, the log has {log.size}')
    if log.size and (log.head is None or log.head.size < log.size):
        report.add(
            'log-head-missing', log.head.size if log.head else 0, 'the newest events are under no signed head'
        )
    report.problems.sort(key=lambda problem: -1 if problem.index is None else problem.index)
    return report


class _Frontier:
    """The root after each event, from the events alone: the hashes of the complete subtrees so far."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []

    def add(self, digest: bytes) -> None:
        size = self.size
        while size & 1:
            digest = merkle.node_hash(self.subtrees.pop(), digest)
            size >>= 1
        self.subtrees.append(digest)
        self.size += 1

    def root(self) -> bytes:
        digest = self.subtrees[-1]
        for left in reversed(self.subtrees[:-1]):
            digest = merkle.node_hash(left, digest)
        return digest


def _leaves(log: EventLog, number: int, report: LogReport) -> tuple[bytes, ...] | None:
    """The events of a chunk, or None when there are fewer than the log says: then nothing after counts."""
    chunk = log.chunks.get(number)
    leaves = chunk.leaves if chunk is not None else ()
    expected = min(WIDTH, log.size - (number << HEIGHT))
    if len(leaves) == expected:
        return leaves
    index = (number << HEIGHT) + min(len(leaves), expected)
    report.add('log-event-missing', index, f'event {index} is missing, or there is one too many before it')
    return None


def _readable(leaf: bytes) -> bool:
    try:
        event = json.loads(leaf)
    except ValueError:
        return False
    return isinstance(event, dict) and isinstance(event.get('id'), str) and isinstance(event.get('act'), str)


def _check_head(
    log: EventLog,
    head: Head,
    size: int,
    root: bytes,
    keys: Verifier,
    ours: frozenset[str],
    signature: Callable[[Head], Any],
    last_good: int,
    report: LogReport,
) -> bool:
    """Checks one head; whether its root is the one of the events."""
    index = size - 1
    if head.size != size or head.note != head_note(log.uid, head.size, head.root, head.time):
        report.add('log-head-changed', index, f'the head of size {size} does not say what was signed')
    try:
        if not keys.verify(head.note.encode(), signature(head), log.keys):
            report.add('log-head-forged', index, f'the signature of the head of size {size} is false')
    except DomainError as error:
        report.add(
            'log-head-not-checked', index, f'the head of size {size} could not be checked: {error.name}'
        )
    if ours and head.key_id not in ours:
        report.add('log-key-unknown', index, f'the head of size {size} is signed by a key that is not ours')
    if head.root == root:
        return True
    # The events from the last good head on include the first wrong one.
    report.add(
        'log-root-differs',
        last_good,
        f'events {last_good} to {index} do not make the root of the head of size {size}',
    )
    return False


def _check_tiles(log: EventLog, report: LogReport) -> None:
    """Every tile above the lowest against the ones below it."""
    level, complete = 1, log.size >> HEIGHT
    while complete:
        for number in range((complete + WIDTH - 1) >> HEIGHT):
            tile = log.tiles.get(tile_key(level, number))
            hashes = tile.hashes if tile is not None else b''
            below = range(number << HEIGHT, min(complete, (number + 1) << HEIGHT))
            expected = [_whole(log, level - 1, child) for child in below]
            for position, digest in enumerate(expected):
                if hashes[position * HASH : (position + 1) * HASH] != digest:
                    index = (below[position]) << (HEIGHT * level)
                    report.add('log-tile-damaged', index, f'a hash of level {level * HEIGHT} is wrong')
            if len(hashes) > len(expected) * HASH:
                report.add(
                    'log-tile-damaged', (number << HEIGHT) << (HEIGHT * level), 'a tile holds too many hashes'
                )
        level, complete = level + 1, complete >> HEIGHT


def _whole(log: EventLog, level: int, number: int) -> bytes | None:
    """The hash over a full tile; None when the tile is not full (reported where it is looked at)."""
    tile = log.tiles.get(tile_key(level, number))
    if tile is None or len(tile.hashes) != WIDTH * HASH:
        return None
    return merkle.fold([tile.hashes[i : i + HASH] for i in range(0, WIDTH * HASH, HASH)])
