"""Contents: one file per version of a component, whole and durable before a commit names it.

A body is written to a temporary file while it is digested. `keep` joins a transaction: before its
vote the file is given its final name and flushed with its folder; if the transaction fails
the file goes away again. What a crash leaves behind, the sweeper removes.
"""

import errno
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from transaction import TransactionManager

from lantai.base.digests import CHUNK, Digester
from lantai.base.errors import NotFound, OverQuota, TooLarge
from lantai.base.i18n import _
from lantai.base.ids import new_uid
from lantai.store.derived import Previews, Texts, sharded
from lantai.store.flushing import LARGE, flush_together
from lantai.store.folder import DataFolder

#: files that no commit names are removed when older than this many seconds
ORPHAN_AGE = 3600


class ContentMissing(NotFound):
    """The database names a content that is not in the folder."""

    name = 'content-missing'
    title = _('The content file is missing; tell the administrator')


@dataclass
class Received:
    """A body that came in whole: its temporary file, size in bytes and hex digests."""

    path: Path
    size: int
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        return self.digests['sha256']

    def discard(self) -> None:
        """Removes the temporary file, if it is still one."""
        self.path.unlink(missing_ok=True)


class Contents:
    """The content files of one data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self.root = folder.contents
        self.incoming = folder.incoming
        #: what was made from contents, one file (or few) for each, and removed with it
        self.texts = Texts(folder.texts)
        self.previews = Previews(folder.previews)

    def receive(
        self, source: IO[bytes] | Iterable[bytes], *, limit: int | None = None, algorithms: Iterable[str] = ()
    ) -> Received:
        """Takes a body in while digesting it; not flushed yet.

        Raises TooLarge over `limit` bytes and OverQuota when the disk is full; whatever is
        raised, by the source too, nothing stays behind.
        """
        digester = Digester(algorithms)
        descriptor, name = tempfile.mkstemp(dir=self.incoming, prefix='in-')
        size = 0
        try:
            with os.fdopen(descriptor, 'wb', buffering=0) as target:
                for chunk in _chunks(source):
                    size += len(chunk)
                    if limit is not None and size > limit:
                        raise TooLarge(_('The file has more than ${n} bytes', mapping={'n': limit}))
                    digester.update(chunk)
                    _write(target, chunk)
                if size > LARGE:
                    os.fdatasync(target.fileno())
        except BaseException as error:
            Path(name).unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise OverQuota(_('The disk is full; nothing was stored')) from error
            raise
        return Received(Path(name), size, digester.digests())

    def adopt(self, descriptor: int, size: int, *, algorithms: Iterable[str] = ()) -> Received | None:
        """As `receive`, for a body that lies already in a nameless file of `size` bytes in `incoming/`.

        It is digested and given a name, not copied. None when the file system cannot do that.
        """
        name = self.incoming / f'in-{new_uid()}'
        folder = os.open(self.incoming, os.O_RDONLY)
        try:
            # with a folder given, Python asks the system to follow the link to the open file
            os.link(f'/proc/self/fd/{descriptor}', name, src_dir_fd=folder, follow_symlinks=True)
        except OSError:
            return None
        finally:
            os.close(folder)
        digester, place = Digester(algorithms), 0
        while chunk := os.pread(descriptor, CHUNK, place):
            digester.update(chunk)
            place += len(chunk)
        os.fdatasync(descriptor)
        return Received(name, size, digester.digests())

    def path(self, key: str) -> Path:
        """Where the content of that key lies; two levels of folders by the key's random end."""
        return sharded(self.root, key)

    def open(self, key: str) -> IO[bytes]:
        """The content for reading; raises ContentMissing."""
        try:
            return self.path(key).open('rb')
        except FileNotFoundError as error:
            raise ContentMissing() from error

    def size(self, key: str) -> int:
        """Size in bytes as it lies on the disk; raises ContentMissing."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError as error:
            raise ContentMissing() from error

    def again(self, key: str, digests: dict[str, str]) -> Received:
        """A stored content as if it had just come in, for keeping it under another key.

        A second name of the same file, so nothing is copied; the caller forgets the first one in
        the same transaction, for bytes are never shared between records. Raises ContentMissing.
        """
        name = self.incoming / f'in-{new_uid()}'
        try:
            os.link(self.path(key), name)
        except FileNotFoundError as error:
            raise ContentMissing() from error
        # new again for the sweeper, which judges by age
        os.utime(name)
        return Received(name, name.stat().st_size, digests)

    def keep(self, manager: TransactionManager, received: Received, key: str) -> None:
        """Makes the received file the content `key` if and only if the transaction commits."""
        self._pending(manager).keep.append((received, self.path(key)))

    def forget(self, manager: TransactionManager, key: str) -> None:
        """Removes the content, its text and its previews after the transaction has committed."""
        made = (*self.texts.paths(key), *self.previews.paths(key))
        # the content first: whoever has just made something from it looks whether it is still there
        self._pending(manager).forget += [self.path(key), *made]

    def holds_anything_of(self, key: str) -> bool:
        """Whether the content, its text or a preview of it lies anywhere here."""
        made = (*self.texts.paths(key), *self.previews.paths(key))
        return any(path.exists() for path in (self.path(key), *made))

    def everything_of(self, uid: str) -> list[Path]:
        """Every file of a component: all versions of its content, their texts, their previews, the content
        first; whatever their keys are."""
        found: list[Path] = []
        for root in (self.root, self.texts.root, self.previews.root):
            found += sorted(sharded(root, uid).parent.glob(f'{uid}.*'))
        return found

    def forget_everything_of(self, manager: TransactionManager, uid: str) -> None:
        """Removes every file of a component after the transaction has committed."""
        self._pending(manager).forget += self.everything_of(uid)

    def sweep_derived(self) -> int:
        """Removes texts and previews whose content is gone; gives the number of files."""
        removed = 0
        for store in (self.texts, self.previews):
            for path in store.files():
                if not self.path(store.key_of(path)).exists():
                    path.unlink(missing_ok=True)
                    removed += 1
        return removed

    def _pending(self, manager: TransactionManager) -> '_Pending':
        for resource in manager.get()._resources:
            if isinstance(resource, _Pending) and resource.root == self.root:
                return resource
        pending = _Pending(self.root, manager)
        manager.get().join(pending)
        return pending

    def keys(self) -> Iterator[str]:
        """Every content in the folder."""
        for path in self.root.glob('[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*'):
            yield path.name

    def sweep(self, is_named: Callable[[str], bool], age: float = ORPHAN_AGE) -> int:
        """Removes what no commit names and is older than `age` seconds; gives their number."""
        limit = time.time() - age
        removed = 0
        for path in (*self.incoming.iterdir(), *(self.path(key) for key in self.keys())):
            try:
                old = path.stat().st_mtime < limit
            except FileNotFoundError:
                continue
            if old and (path.parent == self.incoming or not is_named(path.name)):
                path.unlink(missing_ok=True)
                removed += 1
        return removed


class _Pending:
    """The data manager of one transaction's content files."""

    def __init__(self, root: Path, manager: TransactionManager) -> None:
        self.root = root
        self.transaction_manager = manager
        self.keep: list[tuple[Received, Path]] = []
        self.forget: list[Path] = []
        self.named: list[Path] = []

    def sortKey(self) -> str:
        # After every database, whose keys are paths and names. Files are named in the phase before any vote
        # all the same; but what is forgotten goes away only when the database has finished, or a crash
        # between the two would leave a committed record without its bytes.
        return f'~contents:{self.root}'

    def savepoint(self) -> '_Savepoint':
        return _Savepoint(self)

    def abort(self, _transaction: object) -> None:
        self._undo()

    def tpc_begin(self, _transaction: object) -> None:
        pass

    def commit(self, _transaction: object) -> None:
        try:
            folders = set()
            for received, path in self.keep:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.rename(received.path, path)
                self.named.append(path)
                folders.update((path.parent, path.parent.parent, self.root))
            if self.named:
                # before the database votes: what no commit names is swept, what one names is durable
                flush_together(self.named, folders, self.root)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise OverQuota(_('The disk is full; nothing was stored')) from error
            raise

    def tpc_vote(self, _transaction: object) -> None:
        pass

    def tpc_finish(self, _transaction: object) -> None:
        # What is committed stays: where hooks run after a commit, `abort` is called once more after them.
        self.named.clear()
        for path in self.forget:
            path.unlink(missing_ok=True)

    def tpc_abort(self, _transaction: object) -> None:
        self._undo()

    def _undo(self) -> None:
        """Gives the received files their temporary names back: a retry may need them."""
        originals = {path: received.path for received, path in self.keep}
        for path in self.named:
            if path.exists():
                os.rename(path, originals[path])
        self.named.clear()


class _Savepoint:
    def __init__(self, pending: _Pending) -> None:
        self._pending = pending
        self._keep, self._forget = len(pending.keep), len(pending.forget)

    def rollback(self) -> None:
        del self._pending.keep[self._keep :]
        del self._pending.forget[self._forget :]


def _write(target: IO[bytes], data: bytes) -> None:
    # on a disk that fills up the system writes a part and says so; only the next write fails
    view = memoryview(data)
    while view:
        view = view[target.write(view) :]


def _chunks(source: IO[bytes] | Iterable[bytes]) -> Iterator[bytes]:
    read = getattr(source, 'read', None)
    if read is None:
        yield from source
        return
    while chunk := read(CHUNK):
        yield chunk
