"""The index files of a data folder: which one is current, who may write, who reads.

Each rebuild makes a new file; `current` names the one in use and is replaced as a whole. A
reader that has an older file open goes on with it. One process writes at a time (a lock file),
all may read. A file that turns out broken is set aside, and the next pass of the follower
builds a new one.
"""

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lantai.services.search import layout
from lantai.services.search.errors import IndexUnavailable
from lantai.services.search.writer import Writer

_POINTER = 'current'
_PREFIX = 'search-'
#: reading connections kept open for the next asker
_IDLE = 8
_BUSY_MS = 5000


class SearchIndex:
    """The search index of one data folder, for one process; threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._idle: list[tuple[str, sqlite3.Connection]] = []
        self._pool = threading.Lock()
        self._writing = threading.RLock()
        self._writer: tuple[str, sqlite3.Connection, Writer] | None = None
        #: set when the process ends; long work looks at it
        self.stopping = threading.Event()
        self.background: list[threading.Thread] = []

    # which file

    def current(self) -> str | None:
        """The name of the file in use; None when there is none."""
        try:
            name = (self.folder / _POINTER).read_text('ascii').strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return name if name.startswith(_PREFIX) and (self.folder / name).exists() else None

    def new_name(self) -> str:
        """A name that no file here has had since the folder was last emptied."""
        taken = [path.name for path in self.folder.glob(f'{_PREFIX}*.db')]
        numbers = [int(name[len(_PREFIX) : -3]) for name in taken if name[len(_PREFIX) : -3].isdecimal()]
        return f'{_PREFIX}{max(numbers, default=0) + 1:06}.db'

    def use(self, name: str) -> None:
        """Makes a file the one in use, in one step, and removes those before it."""
        pointer = self.folder / f'{_POINTER}.new'
        with open(pointer, 'w', encoding='ascii') as stream:
            stream.write(name)
            stream.flush()
            os.fsync(stream.fileno())
        pointer.rename(self.folder / _POINTER)
        self._close_writer()
        for path in self.folder.glob(f'{_PREFIX}*'):
            # a file being built belongs to whoever builds it
            if not path.name.startswith(name) and path.name < name:
                path.unlink(missing_ok=True)

    def set_aside(self, name: str) -> None:
        """Takes a broken file out of use; the follower then builds a new one."""
        if self.current() == name:
            (self.folder / _POINTER).unlink(missing_ok=True)

    # reading

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the index; raises IndexUnavailable when there is none."""
        name, connection = self._take()
        try:
            connection.execute('BEGIN')
            # the moment is that of the first look
            connection.execute('SELECT COUNT(*) FROM state').fetchone()
            yield connection
            connection.execute('COMMIT')
        except sqlite3.Error as error:
            connection.close()
            if not layout.is_trouble(error):
                raise
            if layout.is_damage(error):
                self.set_aside(name)
            raise IndexUnavailable() from error
        except BaseException:
            if connection.in_transaction:
                connection.execute('ROLLBACK')
            self._give_back(name, connection)
            raise
        self._give_back(name, connection)

    def _take(self) -> tuple[str, sqlite3.Connection]:
        name = self.current()
        if name is None:
            raise IndexUnavailable()
        with self._pool:
            while self._idle:
                known, connection = self._idle.pop()
                if known == name:
                    return known, connection
                connection.close()
        try:
            connection = self.open(name)
        except IndexUnavailable:
            if self.current() in (name, None):
                raise
            # a rebuild has put another file in its place just now
            return self._take()
        connection.execute('PRAGMA query_only = ON')
        return name, connection

    def _give_back(self, name: str, connection: sqlite3.Connection) -> None:
        with self._pool:
            if len(self._idle) < _IDLE:
                self._idle.append((name, connection))
                return
        connection.close()

    def open(self, name: str) -> sqlite3.Connection:
        """A connection to an index file; one that cannot be used is set aside."""
        connection = None
        try:
            connection = sqlite3.connect(
                f'{(self.folder / name).as_uri()}?mode=rw',
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=_BUSY_MS / 1000,
            )
            connection.execute('PRAGMA cache_size = -8000')
            if not layout.is_current(connection):
                raise sqlite3.NotSupportedError('laid out by another version')
        except sqlite3.Error as error:
            if connection is not None:
                connection.close()
            if layout.is_damage(error) or isinstance(error, sqlite3.NotSupportedError):
                self.set_aside(name)
            raise IndexUnavailable() from error
        return connection

    # writing

    @contextmanager
    def locked(self, name: str, *, wait: bool) -> Iterator[bool]:
        """A lock among processes that ends with the holder; says whether it was had."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[Writer | None]:
        """The writer of the file in use; None when another process writes and `wait` is false.

        Raises IndexUnavailable when no usable file is there: then it must be rebuilt.
        """
        with self._writing, self.locked('writer.lock', wait=wait) as mine:
            if not mine:
                yield None
                return
            name = self.current()
            if name is None:
                raise IndexUnavailable()
            if self._writer is None or self._writer[0] != name:
                self._close_writer()
                connection = self.open(name)
                connection.execute('PRAGMA synchronous = NORMAL')
                self._writer = (name, connection, Writer(connection))
            try:
                yield self._writer[2]
            except sqlite3.Error as error:
                self._close_writer()
                if not layout.is_trouble(error):
                    raise
                if layout.is_damage(error):
                    self.set_aside(name)
                raise IndexUnavailable() from error

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """While nobody writes, in this process or another; waits until it is so."""
        with self._writing, self.locked('writer.lock', wait=True):
            yield

    def tidy(self) -> None:
        """One bounded step of merging small segments, for idle moments."""
        with contextlib.suppress(IndexUnavailable), self.writing(wait=False) as writer:
            if writer is not None:
                writer.merge_step()

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer[1].close()
            self._writer = None

    # asking about it

    @property
    def position(self) -> int:
        """The number of the first log entry not taken in yet; raises IndexUnavailable."""
        with self.reading() as connection:
            return connection.execute("SELECT value FROM state WHERE name = 'position'").fetchone()[0]

    def status(self, log_size: int) -> dict[str, Any]:
        """`{"lag", "documents", "rebuilding"}`; lag in log entries, of a log with that many."""
        try:
            with self.reading() as connection:
                state = dict(connection.execute('SELECT name, value FROM state'))
        except IndexUnavailable:
            return {'lag': log_size, 'documents': 0, 'rebuilding': True}
        return {
            'lag': max(log_size - state['position'], 0),
            'documents': state['documents'],
            'rebuilding': self._is_rebuilding(),
        }

    def _is_rebuilding(self) -> bool:
        current = self.current() or ''
        if not any(path.name > current for path in self.folder.glob(f'{_PREFIX}*.db')):
            return False
        # a newer file: being built, or left by a rebuild that was killed
        with self.locked('rebuild.lock', wait=False) as free:
            return not free

    def stop(self) -> None:
        """Ends what goes on in the background, then closes every connection."""
        self.stopping.set()
        for thread in self.background:
            thread.join()
        self.close()

    def close(self) -> None:
        """Closes every connection; using the index again opens it again."""
        with self._writing:
            self._close_writer()
        with self._pool:
            while self._idle:
                self._idle.pop()[1].close()
