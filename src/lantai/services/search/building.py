"""A new index file: filled as fast as it goes, and only then made safe to use."""

import os
import sqlite3
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from lantai.services.search import layout
from lantai.services.search.documents import Document
from lantai.services.search.passages import ReadText
from lantai.services.search.writer import Writer

#: documents in one transaction
_BATCH = 50_000
_HASH_BYTES = 64 << 20


class NewFile:
    """An index file being filled. Nothing reads it before `finish`; leaving the block early removes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._finished = False

    def __enter__(self) -> 'NewFile':
        self.path.touch(mode=0o600)
        self._connection = sqlite3.connect(self.path, isolation_level=None)
        # nothing is lost with an unfinished file, so nothing is done to save it
        self._connection.execute('PRAGMA journal_mode = OFF')
        self._connection.execute('PRAGMA synchronous = OFF')
        layout.create(self._connection)
        self._set('hashsize', _HASH_BYTES)
        self._set('automerge', 0)
        self.writer = Writer(self._connection)
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()
        if not self._finished:
            remove(self.path)

    def _set(self, name: str, value: int) -> None:
        for table in ('hits', 'words'):
            self._connection.execute(f'INSERT INTO {table} ({table}, rank) VALUES (?, ?)', (name, value))

    def fill(self, documents: Iterable[Document], read: ReadText = lambda _key: None) -> None:
        """Takes in many documents with the texts that are there, some ten thousands to a transaction."""
        waiting = iter(documents)
        more = True
        while more:
            with self.writer.batch():
                more = False
                for document in islice(waiting, _BATCH):
                    self.writer.put(document)
                    for key in document.contents:
                        text = read(key)
                        if text is not None:
                            self.writer.passages.take_in(key, text)
                    more = True

    def finish(self) -> None:
        """Merges the terms, indexes the tables, and brings the file safely to the disk."""
        for table in ('hits', 'words'):
            self._connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        self._set('automerge', 4)
        self._set('hashsize', 1 << 20)
        self._connection.executescript(layout.INDEXES)
        self._connection.execute('PRAGMA synchronous = FULL')
        self._connection.execute('PRAGMA journal_mode = WAL')
        self._connection.close()
        for target in (self.path, self.path.parent):
            descriptor = os.open(target, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._finished = True


def remove(path: Path) -> None:
    """Removes an index file with what SQLite keeps beside it."""
    for part in path.parent.glob(f'{path.name}*'):
        part.unlink(missing_ok=True)
