"""Wrong passwords slow down whoever tries them, in all processes of a repository alike.

Two counts, each with growing delays: tries at one account from one address prefix, and different
accounts tried from one prefix (one password tried on everybody). Nobody is locked out from elsewhere,
and nobody who holds a session, a token or an already verified password comes past here at all.

Counts lie in an SQLite file in the data folder's `run`, for they must neither conflict with the
repository's transactions nor be rolled back with them. It keeps short digests, no names and no secrets.
"""

import hashlib
import ipaddress
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lantai.base.clock import Clock
from lantai.base.errors import Throttled, Unavailable
from lantai.base.i18n import _

#: tries at one account before the first delay, the first delay, and the longest (seconds)
FREE_TRIES, FIRST_DELAY, LONGEST_DELAY = 5, 2, 300
#: different accounts one address may try before the first delay; an office shares one address
FREE_ACCOUNTS = 30
#: a count is forgotten after this long without a wrong try (seconds)
FORGOTTEN_AFTER = 24 * 3600

_SCHEMA = """
CREATE TABLE IF NOT EXISTS salt (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tries (key BLOB PRIMARY KEY, count INTEGER NOT NULL, last REAL NOT NULL,
                                  until REAL NOT NULL) WITHOUT ROWID;
"""


def address_prefix(address: str) -> str:
    """What counts as one place: an IPv4 address, the /64 of an IPv6 one, else the text itself."""
    try:
        ip = ipaddress.ip_address(address.split('%')[0])
    except ValueError:
        return address or '-'
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def delay_after(count: int, free: int) -> int:
    """Seconds to wait after the `count`-th wrong try when the first `free` cost nothing."""
    if count < free:
        return 0
    return min(FIRST_DELAY * 2 ** min(count - free, 16), LONGEST_DELAY)


class Throttle:
    """The shared memory of wrong tries, in the file `path`."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._salt: bytes | None = None

    def check(self, account: str, address: str) -> None:
        """Raise Throttled, with the seconds to wait, while this place may not try this account."""
        now = self.clock.now().timestamp()
        with self._opened() as db:
            keys = self._keys(db, account, address)
            row = db.execute('SELECT max(until) FROM tries WHERE key IN (?, ?)', keys).fetchone()
        waiting = (row[0] or 0) - now
        if waiting > 0:
            # A clock set back must not keep anybody out for longer than the longest delay.
            raise Throttled(min(int(waiting) + 1, LONGEST_DELAY))

    def wrong(self, account: str, address: str) -> None:
        """Count a wrong try."""
        now = self.clock.now().timestamp()
        with self._opened(writing=True) as db:
            pair, place = self._keys(db, account, address)
            db.execute('DELETE FROM tries WHERE last < ?', (now - FORGOTTEN_AFTER,))
            if self._count(db, pair, FREE_TRIES, now) == 1:
                self._count(db, place, FREE_ACCOUNTS, now)

    def right(self, account: str, address: str) -> None:
        """Forget the wrong tries at this account from this place (not what the place did to others)."""
        with self._opened() as db:
            pair, _place = self._keys(db, account, address)
            known = db.execute('SELECT 1 FROM tries WHERE key = ?', (pair,)).fetchone()
        if known:
            with self._opened(writing=True) as db:
                db.execute('DELETE FROM tries WHERE key = ?', (pair,))

    @staticmethod
    def _count(db: sqlite3.Connection, key: bytes, free: int, now: float) -> int:
        row = db.execute('SELECT count FROM tries WHERE key = ?', (key,)).fetchone()
        count = (row[0] if row else 0) + 1
        until = now + delay_after(count, free) if count >= free else 0
        db.execute('INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?)', (key, count, now, until))
        return count

    def _keys(self, db: sqlite3.Connection, account: str, address: str) -> tuple[bytes, bytes]:
        """Digests of 40 bits under a salt: enough to tell apart, too short to guess back what was typed
        (people type passwords into the field for the name)."""
        if self._salt is None:
            self._salt = db.execute('SELECT value FROM salt').fetchone()[0]
        place = address_prefix(address)
        return tuple(
            hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), key=self._salt, digest_size=5).digest()
            for text in (f'pair\0{account}\0{place}', f'place\0{place}')
        )

    @contextmanager
    def _opened(self, writing: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection for one step: safe with threads and forks, and wrong tries are rare."""
        try:
            with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as db:
                db.execute('PRAGMA synchronous=OFF')  # a lost count costs nothing
                self._prepare(db)
                if not writing:
                    yield db
                    return
                db.execute('BEGIN IMMEDIATE')
                try:
                    yield db
                except BaseException:
                    db.execute('ROLLBACK')
                    raise
                db.execute('COMMIT')
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._salt = None
                self.path.unlink(missing_ok=True)  # torn by a power cut; a new one is made at the next try
            # Without the memory of wrong tries no password is tried: guessing must not become free.
            raise Unavailable(_('Passwords cannot be checked at the moment'), retry_after=5) from error

    @staticmethod
    def _prepare(db: sqlite3.Connection) -> None:
        tables = "SELECT count(*) FROM sqlite_master WHERE name IN ('salt', 'tries')"
        if db.execute(tables).fetchone()[0] == 2:
            return
        db.execute('BEGIN IMMEDIATE')
        for statement in _SCHEMA.strip().split(';\n'):
            db.execute(statement.rstrip(';'))
        if db.execute('SELECT count(*) FROM salt').fetchone()[0] == 0:
            db.execute('INSERT INTO salt VALUES (?)', (secrets.token_bytes(16),))
        db.execute('COMMIT')
