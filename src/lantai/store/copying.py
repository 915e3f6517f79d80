"""Copying the object database as it is at one moment, while others go on writing."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ZODB.FileStorage import FileStorage
from ZODB.utils import p64, u64, z64

from lantai.store.database import Database
from lantai.store.tree import Repository

CHUNK = 1 << 20
#: files the library keeps beside an object file; none of them belongs to a copy
_BESIDE = ('.index', '.index.index_tmp', '.lock', '.tmp')

Progress = Callable[[int, int], None]


def copy_objects(storage: Any, target: Path, progress: Progress) -> bytes:
    """Brings the object file `target` up to the last commit; gives the id of that.

    Where `target` is there already only what came since is added. The file is flushed. Nobody packs
    meanwhile: whoever calls sees to it.
    """
    if isinstance(storage, FileStorage):
        # first the size, then the id: a commit in between is in neither or the next time
        last = _copy_file(storage, target, progress)
    else:
        last = _copy_transactions(storage, target)
    for ending in _BESIDE:
        Path(f'{target}{ending}').unlink(missing_ok=True)
    return last


def _copy_file(storage: FileStorage, target: Path, progress: Progress) -> bytes:
    """The file grows at its end only, and what lies before the end of the last commit is final."""
    with storage._lock:
        end, last = storage.getSize(), storage.lastTransaction()
    with open(storage.getName(), 'rb', buffering=0) as source, target.open('ab', buffering=0) as copy:
        os.fchmod(copy.fileno(), 0o600)
        place = copy.tell()
        source.seek(place)
        while place < end:
            chunk = source.read(min(CHUNK, end - place))
            if not chunk:
                raise OSError(f'{storage.getName()} ends at {place}, before its last commit at {end}')
            copy.write(chunk)
            place += len(chunk)
            progress(place, end)
        os.fsync(copy.fileno())
    return last


def _copy_transactions(storage: Any, target: Path) -> bytes:
    last = storage.lastTransaction()
    fresh = not target.exists()
    copy = FileStorage(str(target), create=fresh)
    try:
        start = None if fresh else p64(u64(copy.lastTransaction()) + 1)
        if start is None or start <= last:
            copy.copyTransactionsFrom(_Stretch(storage, start, last))
        copied = copy.lastTransaction()
    finally:
        copy.close()
    target.chmod(0o600)
    with target.open('rb') as whole:
        os.fsync(whole.fileno())
    return copied


class _Stretch:
    """The transactions of a storage from one to another, both included."""

    def __init__(self, storage: Any, start: bytes | None, stop: bytes) -> None:
        self._storage, self._start, self._stop = storage, start, stop

    def iterator(self) -> Any:
        return self._storage.iterator(self._start, self._stop)


def pour(source: Path, storage: Any) -> None:
    """Fills an empty storage with what the object file `source` holds; ValueError for one not empty."""
    if storage.lastTransaction() not in (None, z64):
        raise ValueError('the storage is not empty')
    original = FileStorage(str(source), read_only=True)
    try:
        storage.copyTransactionsFrom(original)
    finally:
        original.close()


@contextmanager
def looking_into(path: Path) -> Iterator[Repository]:
    """The repository in a copied object file, for reading."""
    database = Database(FileStorage(str(path), read_only=True), pool_size=1, cache_size=2000)
    try:
        with database.reading() as repository:
            yield repository
    finally:
        database.close()
        for ending in _BESIDE:
            Path(f'{path}{ending}').unlink(missing_ok=True)
