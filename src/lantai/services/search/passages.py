"""The texts of files in the index: taken in after their record, by themselves, and out again with it.

A record says which contents it has. Those whose text is not in yet stand in `wanting`, until the text is
there or it is known that there is none. Taking in a long text takes a second, so it never waits in front of
what people have just changed.
"""

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence

from lantai.services.search.cutting import Term, cut_fields, cut_pairs, spans
from lantai.services.search.layout import FACTOR, FILES

#: the text of a content: empty when it has none, None while that is not known yet
ReadText = Callable[[str], str | None]

_CHINESE_BREAK = re.compile('(?<=[\u3000-\u9fff\uff00-\uffef])[ \n]+(?=[\u3000-\u9fff\uff00-\uffef])')
#: characters folded at once to find a place, and at most
_STRETCH, _FOLDED = 2000, 100_000
#: rows of a record's files
_OF_RECORD = 'id >= ? AND id < ?'


class Passages:
    """The texts of one index file; used inside a batch of its writer."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def settle(self, uid: str, serial: int, contents: Sequence[str], *, fresh: bool = False) -> None:
        """A record has these contents now: texts of others go out, those not in yet are noted as wanted.

        `fresh` says that nothing was known of the record before.
        """
        contents = contents[:FILES]
        known = {} if fresh else self._known(serial)
        wanted = set() if fresh else set(self.wanted_of(uid))
        for key, row in known.items():
            if key not in contents:
                self._take(row)
        for key in wanted.difference(contents):
            self._drop(key)
        for key in contents:
            if key not in known and key not in wanted:
                self._connection.execute(
                    'INSERT OR REPLACE INTO wanting (key, uid) VALUES (?, ?)', (key, uid)
                )

    def _known(self, serial: int) -> dict[str, int]:
        rows = self._connection.execute(
            f'SELECT key, id FROM passages WHERE {_OF_RECORD}', (serial * FILES, (serial + 1) * FILES)
        )
        return dict(rows.fetchall())

    def wanted_of(self, uid: str) -> list[str]:
        """The contents of a record whose text is not in yet."""
        rows = self._connection.execute('SELECT key FROM wanting WHERE uid = ? ORDER BY key', (uid,))
        return [key for (key,) in rows]

    def _drop(self, key: str) -> None:
        self._connection.execute('DELETE FROM wanting WHERE key = ?', (key,))

    def take_in(self, key: str, text: str) -> None:
        """The text of a content is known; empty when it has none."""
        wanting = self._connection.execute('SELECT uid FROM wanting WHERE key = ?', (key,)).fetchone()
        if wanting is not None:
            self._drop(key)
            if text:
                self._give(wanting[0], key, text)

    def _give(self, uid: str, key: str, text: str) -> None:
        found = self._connection.execute(f'SELECT id / {FACTOR} FROM docs WHERE uid = ?', (uid,)).fetchone()
        earlier = self._connection.execute('SELECT id FROM passages WHERE key = ?', (key,)).fetchone()
        if earlier is not None:
            # it was another record's until now
            self._take(earlier[0])
        if found is None:
            return
        row = self._free(found[0])
        if row is None:
            return
        self._connection.execute(
            'INSERT INTO passages (id, key, text) VALUES (?, ?, ?)',
            (row, key, zlib.compress(text.encode(), 3)),
        )
        self._connection.execute(
            'INSERT INTO words (rowid, text, pairs) VALUES (?, ?, ?)', (row, *_terms(text))
        )

    def _free(self, serial: int) -> int | None:
        start, end = serial * FILES, (serial + 1) * FILES
        last = self._connection.execute(
            f'SELECT MAX(id) FROM passages WHERE {_OF_RECORD}', (start, end)
        ).fetchone()
        if last[0] is None:
            return start
        if last[0] + 1 < end:
            return last[0] + 1
        used = set(self._known(serial).values())
        return next((row for row in range(start, end) if row not in used), None)

    def _take(self, row: int) -> None:
        text = text_of(self._connection, row)
        # a contentless index is told the very terms it was given
        self._connection.execute(
            "INSERT INTO words (words, rowid, text, pairs) VALUES ('delete', ?, ?, ?)", (row, *_terms(text))
        )
        self._connection.execute('DELETE FROM passages WHERE id = ?', (row,))


def wanting(connection: sqlite3.Connection, after: str, limit: int) -> list[str]:
    """Contents whose text is not in yet, in the order of their keys, beyond `after`."""
    rows = connection.execute('SELECT key FROM wanting WHERE key > ? ORDER BY key LIMIT ?', (after, limit))
    return [key for (key,) in rows]


def texts_of(connection: sqlite3.Connection, uid: str) -> Iterator[tuple[str, str]]:
    """The texts of a record's files that are in: key of the content and text."""
    found = connection.execute(f'SELECT id / {FACTOR} FROM docs WHERE uid = ?', (uid,)).fetchone()
    if found is not None:
        rows = connection.execute(
            f'SELECT id, key FROM passages WHERE {_OF_RECORD} ORDER BY id',
            (found[0] * FILES, (found[0] + 1) * FILES),
        ).fetchall()
        for row, key in rows:
            yield key, text_of(connection, row)


def passage(text: str, terms: Sequence[Term]) -> tuple[str, tuple[int, int]] | None:
    """A stretch of a long text where one of the terms stands, with the place in it; None when none is found.

    Most terms stand there letter by letter; for the others the text is folded stretch by stretch.
    """
    lowered = text.casefold() if text.isascii() else text
    for term in terms:
        start = lowered.find(term.letters) if term.letters else -1
        if start >= 0:
            begin = max(start - _STRETCH, 0)
            piece = _flowing(text[begin : start + _STRETCH])
            if places := spans(piece, [term]):
                return piece, min(places, key=lambda place: abs(place[0] - (start - begin)))
    for begin in range(0, min(len(text), _FOLDED), _STRETCH):
        piece = _flowing(text[begin : begin + _STRETCH + 100])
        for term in terms:
            if places := spans(piece, [term]):
                return piece, places[0]
    return None


def _flowing(text: str) -> str:
    """A stretch in one line: Chinese lines follow each other without a blank."""
    return _CHINESE_BREAK.sub('', text).replace('\n', ' ')


def text_of(connection: sqlite3.Connection, row: int) -> str:
    """The text of one file by its row."""
    packed = connection.execute('SELECT text FROM passages WHERE id = ?', (row,)).fetchone()
    return zlib.decompress(packed[0]).decode()


def _terms(text: str) -> tuple[str, str]:
    return cut_fields((text,)), cut_pairs('', (text,))
