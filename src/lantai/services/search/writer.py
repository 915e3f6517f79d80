"""Writing to one index file: documents put and taken out, with every figure kept in step."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lantai.services.search.cutting import code_term, cut_fields, cut_pairs, cut_title
from lantai.services.search.documents import AccessClass, Document, sort_key
from lantai.services.search.errors import TooManyClasses
from lantai.services.search.figures import Figures
from lantai.services.search.layout import FACTOR, MASK
from lantai.services.search.passages import Passages
from lantai.services.search.places import Places

#: id, container, maker, year, period of a document, then what it is sorted by
_Row = tuple[int, int, int, str, str, str, bytes, bytes, str]
_COLUMNS = 'id, container, maker, year, period, date, title, code, modified'


class Writer:
    """The one writer of an index file. Everything happens inside `batch()`, where it has `places`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: the texts of files; see there
        self.passages = Passages(connection)
        self._forget()

    def _forget(self) -> None:
        self._classes: dict[AccessClass, int] = {}
        #: classes in which the maker matters; only there figures are kept by maker
        self._own_classes: set[int] = set()
        self._makers: dict[str, int] = {'': 0}

    @contextmanager
    def batch(self) -> Iterator['Writer']:
        """One transaction: rows, figures and position together, or nothing of them."""
        self._connection.execute('BEGIN IMMEDIATE')
        try:
            self._load_classes()
            self.places = Places(self._connection)
            self._figures = Figures(self._connection)
            self._serial = self._state('serial')
            self._documents = self._state('documents')
            self.position = self._state('position')
            yield self
            self._figures.write()
            self._write_state()
            self._connection.execute('COMMIT')
        except BaseException:
            self._forget()
            if self._connection.in_transaction:
                self._connection.execute('ROLLBACK')
            raise

    def _state(self, name: str) -> int:
        return self._connection.execute('SELECT value FROM state WHERE name = ?', (name,)).fetchone()[0]

    def _load_classes(self) -> None:
        # another process may have written since
        if len(self._classes) == self._connection.execute('SELECT COUNT(*) FROM classes').fetchone()[0]:
            return
        rows = self._connection.execute('SELECT id, type, fonds, state, unit, open, own FROM classes')
        for number, *values, own in rows:
            self._know(number, AccessClass(*values, own=bool(own)))

    def _know(self, number: int, access: AccessClass) -> None:
        self._classes[access] = number
        if access.own:
            self._own_classes.add(number)

    def put(self, document: Document) -> None:
        """Takes a document in, or as it is now in place of what was known of it."""
        if document.inherited is not None:
            self.place(document)
        fields = json.dumps(document.fields, ensure_ascii=False)
        old = self._known(document.uid)
        if old is None:
            self._serial += 1
            self._documents += 1
            new = self._row(document, self._serial)
            self._give_terms(new, document, fields)
            self._connection.execute(
                f'INSERT INTO docs ({_COLUMNS}, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
                (*new, document.uid),
            )
            self._tally(new, 1)
            self.passages.settle(document.uid, self._serial, document.contents, fresh=True)
            return
        self.passages.settle(document.uid, old[0] // FACTOR, document.contents)
        new = self._row(document, old[0] // FACTOR)
        texts = self._texts(old)
        if (_access(old), texts) != (_access(new), (document.title, fields)):
            self._take_terms(old, *texts)
            self._give_terms(new, document, fields)
        if old != new:
            self._tally(old, -1)
            self._connection.execute(
                f'UPDATE docs SET ({_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE uid = ?',
                (*new, document.uid),
            )
            self._tally(new, 1)

    def _known(self, uid: str) -> _Row | None:
        return self._connection.execute(f'SELECT {_COLUMNS} FROM docs WHERE uid = ?', (uid,)).fetchone()

    def _texts(self, row: _Row) -> tuple[str, str]:
        serial = row[0] // FACTOR
        return self._connection.execute(
            'SELECT title, fields FROM texts WHERE serial = ?', (serial,)
        ).fetchone()

    def _row(self, document: Document, serial: int) -> _Row:
        return (
            serial * FACTOR + self._class(document.access),
            self.places.number(document.chain),
            self._maker(document.maker),
            document.year,
            document.period,
            document.date,
            sort_key(document.title),
            sort_key(document.code),
            document.modified,
        )

    def remove(self, uid: str) -> bool:
        """Takes a document out; says whether it was there.

        Its terms stay in the file's old segments until they are merged away: erasing for good
        means rebuilding.
        """
        old = self._known(uid)
        if old is None:
            return False
        self._take_terms(old, *self._texts(old))
        self.passages.settle(uid, old[0] // FACTOR, ())
        self._connection.execute('DELETE FROM texts WHERE serial = ?', (old[0] // FACTOR,))
        self._connection.execute('DELETE FROM docs WHERE id = ?', (old[0],))
        self._tally(old, -1)
        self._documents -= 1
        return True

    def place(self, document: Document) -> None:
        """Notes where a container is now; what lies below follows without being touched."""
        places = self.places
        after = places.number(document.chain)
        own = places.number((document.uid, *document.chain))
        before = places.parent(own)
        if before != after:
            self._figures.move(own, places.upwards(before), places.upwards(after))
        places.put(own, after, document.inherited)

    def merge_step(self) -> None:
        """Merges a few small segments, at most 200 pages of them."""
        self._connection.execute("INSERT INTO hits (hits, rank) VALUES ('merge', 200)")
        self._connection.execute("INSERT INTO words (words, rank) VALUES ('merge', 200)")

    def _maker(self, name: str) -> int:
        if name not in self._makers:
            self._connection.execute('INSERT OR IGNORE INTO makers (name) VALUES (?)', (name,))
            self._makers[name] = self._connection.execute(
                'SELECT id FROM makers WHERE name = ?', (name,)
            ).fetchone()[0]
        return self._makers[name]

    def _class(self, access: AccessClass) -> int:
        if access not in self._classes:
            number = self._connection.execute(
                'INSERT INTO classes (type, fonds, state, unit, open, own) VALUES (?, ?, ?, ?, ?, ?)',
                (access.type, access.fonds, access.state, access.unit, access.open, int(access.own)),
            ).lastrowid
            if number > MASK:
                raise TooManyClasses()
            self._know(number, access)
        return self._classes[access]

    def _give_terms(self, row: _Row, document: Document, fields: str) -> None:
        self._connection.execute(
            'INSERT INTO hits (rowid, title, body, pairs, access) VALUES (?, ?, ?, ?, ?)',
            _terms(row, document.title, document.fields),
        )
        self._connection.execute(
            'INSERT OR REPLACE INTO texts (serial, title, fields) VALUES (?, ?, ?)',
            (row[0] // FACTOR, document.title, fields),
        )

    def _take_terms(self, row: _Row, title: str, fields: str) -> None:
        # a contentless index is told the very terms it was given
        self._connection.execute(
            "INSERT INTO hits (hits, rowid, title, body, pairs, access) VALUES ('delete', ?, ?, ?, ?, ?)",
            _terms(row, title, json.loads(fields)),
        )

    def _tally(self, row: _Row, by: int) -> None:
        id, container, maker, year, period = row[:5]
        number = id & MASK
        by_maker = maker if number in self._own_classes else 0
        self._figures.add(self.places.upwards(container), number, by_maker, year, period, by)

    def _write_state(self) -> None:
        self._connection.executemany(
            'UPDATE state SET value = ? WHERE name = ?',
            ((self._serial, 'serial'), (self._documents, 'documents'), (self.position, 'position')),
        )


def _terms(row: _Row, title: str, fields: Iterable) -> tuple[int, str, str, str, str]:
    texts = tuple(text for _name, text in fields)
    return row[0], cut_title(title), cut_fields(texts), cut_pairs(title, texts), _access(row)


def _access(row: _Row) -> str:
    """The terms of what narrows a search most: class, place, person, year and period."""
    id, container, maker, year, period = row[:5]
    return f'c{id & MASK} k{container} m{maker} {code_term("y", year)} {code_term("p", period)}'
