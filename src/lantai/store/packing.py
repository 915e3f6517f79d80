"""Packing the object database to now, and what has to be true before and after.

A pack copies what is reachable into a new file and puts it in the place of the old one. Until the new
file is on the disk and every reference in it leads somewhere, the old one stays; then it goes, for it holds
what was to be erased. Without a power cut in mind the library flushes nothing of this.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from persistent.TimeStamp import TimeStamp
from ZODB.FileStorage import FileStorage
from ZODB.POSException import POSKeyError
from ZODB.serialize import referencesf
from ZODB.utils import p64, u64, z64

from lantai.base.errors import Unavailable
from lantai.base.i18n import _
from lantai.store.database import Database
from lantai.store.flushing import flush

Progress = Callable[[int, int], None]
#: objects looked at between two words about the progress
_STRETCH = 2000
#: references named that lead nowhere
_MOST = 20


class ReferencesBroken(Unavailable):
    """After a pack something refers to an object that is not there; the file from before was kept."""

    name = 'references-broken'
    title = _('After packing something refers to what is not there; the file from before was kept')


def pack(database: Database, progress: Progress) -> tuple[int, int]:
    """Packs to now while everything goes on; gives the bytes before and after.

    One at a time: whoever calls sees to it. Raises ReferencesBroken.
    """
    storage = database.db.storage
    before = storage.getSize()
    database.db.pack(t=_now(storage))
    broken = dangling(storage, progress)
    if broken:
        raise ReferencesBroken(
            _(
                '${n} references lead nowhere: ${which}',
                mapping={'n': len(broken), 'which': ', '.join(broken)},
            )
        )
    if isinstance(storage, FileStorage):
        _clean_up(storage)
    return before, storage.getSize()


def _now(storage: Any) -> float:
    """Now, and not before the last commit: many in one moment run ahead of the clock."""
    last = storage.lastTransaction()
    return max(time.time(), TimeStamp(last).timeTime() + 0.001) if last != z64 else time.time()


def dangling(storage: Any, progress: Progress) -> list[str]:
    """Where references lead nowhere, as `from -> to` in hex (some of them, when there are many).

    While others write: what came in meanwhile is asked for once more.
    """
    there, wanted = bytearray(), {}
    done, total = 0, len(storage)
    for oid, data in _records(storage):
        _mark(there, u64(oid))
        for target in referencesf(data):
            if not _marked(there, u64(target)):
                wanted.setdefault(target, oid)
        done += 1
        if done % _STRETCH == 0:
            # what has been passed since need not be remembered
            wanted = {target: source for target, source in wanted.items() if not _marked(there, u64(target))}
            progress(done, max(total, done))
    progress(done, done)
    broken = []
    for target, source in wanted.items():
        if not _marked(there, u64(target)) and not _exists(storage, target):
            broken.append(f'{u64(source):x} -> {u64(target):x}')
    return broken[:_MOST]


def _records(storage: Any) -> Iterator[tuple[bytes, bytes]]:
    following = None
    while True:
        try:
            oid, _tid, data, following = storage.record_iternext(following)
        except POSKeyError:
            # taken out by an undo since its turn came: nothing to look at
            following = p64(u64(following) + 1)
            continue
        yield oid, data
        if following is None:
            return


def _exists(storage: Any, oid: bytes) -> bool:
    try:
        storage.loadBefore(oid, b'\x7f' + b'\xff' * 7)
    except KeyError:
        return False
    return True


def _mark(bits: bytearray, number: int) -> None:
    place = number >> 3
    if place >= len(bits):
        bits.extend(bytes(place + 1 - len(bits) + 4096))
    bits[place] |= 1 << (number & 7)


def _marked(bits: bytearray, number: int) -> bool:
    place = number >> 3
    return place < len(bits) and bool(bits[place] & (1 << (number & 7)))


def leftovers(path: Path) -> list[Path]:
    """Files beside the object file `path` that may hold what was packed away."""
    return [
        *(found for ending in ('.old', '.pack') if (found := Path(f'{path}{ending}')).exists()),
        *sorted(path.parent.glob(path.name + '.tr[0-9]*')),
    ]


def _clean_up(storage: FileStorage) -> None:
    path = Path(storage.getName())
    flush(path)
    flush(path.parent)
    for each in leftovers(path):
        each.unlink()
    # the scratch file of commits keeps what was in the last ones; no commit is under way in here
    with storage._commit_lock:
        storage._tfile.seek(0)
        storage._tfile.truncate()
    flush(path.parent)


def finish_interrupted(path: Path) -> bool:
    """Ends what a pack that was killed has left; before the object file `path` is opened.

    Says whether the packed file took its place: it was killed between its two renames, and then the
    packed file is whole. Half a packed file is removed.
    """
    packed = Path(f'{path}.pack')
    if not packed.exists():
        return False
    if path.exists():
        packed.unlink()
        return False
    os.replace(packed, path)
    flush(path.parent)
    return True
