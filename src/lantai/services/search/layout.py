"""How the side index is laid out in SQLite, and what makes a file unusable.

`hits` holds terms only (contentless): text cut beforehand, every position kept. Its rowid is
`serial * FACTOR + class`: newest first is rowid order, and who may see a hit is read off the
rowid inside the index, without a join. `docs` is the narrow table of what is filtered and
sorted by, `texts` what marks hits and takes a row out again, `counts` the exact numbers per
container and class, `totals` and `below` the same added up. Containers are kept by id and parent, never by
path: moving or renaming one touches one row.

`words` holds the terms of the texts of files, a row for each file at `serial * FILES + place`: so that
a record changing its state costs its texts nothing, and no text makes a search of titles slower;
`passages` keeps the text itself, `wanting` the files whose text is not in yet.
"""

import sqlite3

from lantai.services.search.cutting import CUTTING_VERSION

#: room for access classes in a rowid; a few hundred are expected
FACTOR = 1 << 16
MASK = FACTOR - 1
#: files of one record whose texts are searched
FILES = 1 << 12

APPLICATION_ID = 0x4C54_4158
#: raise it when the tables change, or what the rooms say of a record (`describe`)
LAYOUT_VERSION = 2
#: of the layout and of the way text is cut: any change means a rebuild
SCHEMA_VERSION = LAYOUT_VERSION * 1000 + CUTTING_VERSION

SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE classes (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL, fonds TEXT NOT NULL, state TEXT NOT NULL,
    unit TEXT NOT NULL, open TEXT NOT NULL, own INTEGER NOT NULL,
    n INTEGER NOT NULL DEFAULT 0,
    UNIQUE (type, fonds, state, unit, open, own)
);
CREATE TABLE makers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE containers (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    parent INTEGER NOT NULL,
    inherited TEXT NOT NULL DEFAULT ''
);
CREATE INDEX containers_parent ON containers (parent);
CREATE TABLE docs (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    container INTEGER NOT NULL,
    maker INTEGER NOT NULL,
    year TEXT NOT NULL,
    period TEXT NOT NULL,
    date TEXT NOT NULL,
    title BLOB NOT NULL,
    code BLOB NOT NULL,
    modified TEXT NOT NULL
);
CREATE TABLE texts (serial INTEGER PRIMARY KEY, title TEXT NOT NULL, fields TEXT NOT NULL);
CREATE TABLE counts (
    container INTEGER NOT NULL,
    class INTEGER NOT NULL,
    maker INTEGER NOT NULL,
    year TEXT NOT NULL,
    period TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (container, class, maker, year, period)
) WITHOUT ROWID;
CREATE TABLE totals (
    class INTEGER NOT NULL,
    maker INTEGER NOT NULL,
    year TEXT NOT NULL,
    period TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (class, maker, year, period)
) WITHOUT ROWID;
CREATE TABLE below (
    container INTEGER NOT NULL,
    class INTEGER NOT NULL,
    maker INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (container, class, maker)
) WITHOUT ROWID;
CREATE TABLE passages (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text BLOB NOT NULL);
CREATE TABLE wanting (key TEXT PRIMARY KEY, uid TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX wanting_by_record ON wanting (uid);
CREATE VIRTUAL TABLE words USING fts5(
    text, pairs, content='', columnsize=0, detail=full, tokenize='ascii'
);
CREATE VIRTUAL TABLE hits USING fts5(
    title, body, pairs, access, content='', columnsize=0, detail=full, tokenize='ascii'
);
"""

#: made after the rows when an index is filled from nothing, before them otherwise
INDEXES = """
CREATE INDEX docs_by_title ON docs (container, title, id);
CREATE INDEX docs_by_code ON docs (container, code, id);
CREATE INDEX docs_by_place_and_date ON docs (container, date, id);
CREATE INDEX docs_by_modified ON docs (container, modified, id);
CREATE INDEX docs_by_date ON docs (date, id);
CREATE INDEX docs_by_year ON docs (year, id);
CREATE INDEX docs_by_class ON docs (id & 65535, id);
CREATE INDEX counts_by_year ON counts (year, period, class, maker, container, n);
CREATE INDEX docs_by_maker ON docs (maker, id);
"""


def create(connection: sqlite3.Connection) -> None:
    """Lays out an empty index, without the indexes of its tables."""
    connection.executescript(SCHEMA)
    connection.execute(f'PRAGMA application_id = {APPLICATION_ID}')
    connection.execute(f'PRAGMA user_version = {SCHEMA_VERSION}')
    # with fewer segments allowed, one insert could rewrite the whole index (25 s at a million)
    connection.execute("INSERT INTO hits (hits, rank) VALUES ('crisismerge', 2000)")
    connection.execute("INSERT INTO words (words, rank) VALUES ('crisismerge', 2000)")
    connection.execute("INSERT INTO state VALUES ('position', 0), ('serial', 0), ('documents', 0)")


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the file was laid out by this version of the software."""
    return (
        connection.execute('PRAGMA application_id').fetchone()[0] == APPLICATION_ID
        and connection.execute('PRAGMA user_version').fetchone()[0] == SCHEMA_VERSION
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file itself is broken."""
    return _primary(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_trouble(error: sqlite3.Error) -> bool:
    """Whether an error comes from the file or its disk (broken, busy, full), not from a wrong statement."""
    return is_damage(error) or _primary(error) in _TROUBLES


_TROUBLES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PROTOCOL,
)


def _primary(error: sqlite3.Error) -> int | None:
    code = getattr(error, 'sqlite_errorcode', None)
    return None if code is None else code & 0xFF
