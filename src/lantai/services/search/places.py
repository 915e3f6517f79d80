"""The containers as the index knows them: a number and a parent each, never a path."""

import sqlite3
from collections.abc import Iterator


class Places:
    """Containers by uid, and what holds them; known for the length of a batch."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self._parents: dict[int, int] = {}

    def number(self, chain: tuple[str, ...]) -> int:
        """The number of the first container of a chain, made with those above it; 0 for an empty chain."""
        if not chain:
            return 0
        uid = chain[0]
        if uid not in self._numbers:
            row = self._connection.execute('SELECT id FROM containers WHERE uid = ?', (uid,)).fetchone()
            if row is None:
                cursor = self._connection.execute(
                    'INSERT INTO containers (uid, parent) VALUES (?, ?)', (uid, self.number(chain[1:]))
                )
                row = (cursor.lastrowid,)
            self._numbers[uid] = row[0]
        return self._numbers[uid]

    def parent(self, number: int) -> int:
        """The number of what holds a container; 0 for nothing."""
        if number not in self._parents:
            row = self._connection.execute('SELECT parent FROM containers WHERE id = ?', (number,)).fetchone()
            self._parents[number] = row[0] if row else 0
        return self._parents[number]

    def upwards(self, number: int) -> Iterator[int]:
        """A container and those above it, nearest first."""
        while number:
            yield number
            number = self.parent(number)

    def put(self, number: int, parent: int, inherited: str) -> None:
        """Notes what holds a container now, and what its branch takes over from it."""
        self._parents[number] = parent
        self._connection.execute(
            'UPDATE containers SET parent = ?, inherited = ? WHERE id = ?', (parent, inherited, number)
        )

    def inherited(self, uid: str) -> str | None:
        """What the branch of a container took over when it was last read; None for one never read."""
        row = self._connection.execute('SELECT inherited FROM containers WHERE uid = ?', (uid,)).fetchone()
        return row and row[0]

    def below(self, uid: str) -> list[str]:
        """The uids of all documents below a container, at any depth."""
        return [
            found
            for (found,) in self._connection.execute(
                'WITH RECURSIVE branch (id) AS (SELECT id FROM containers WHERE uid = ? UNION'
                ' SELECT c.id FROM containers c JOIN branch ON c.parent = branch.id)'
                ' SELECT d.uid FROM docs d WHERE d.container IN (SELECT id FROM branch)',
                (uid,),
            )
        ]
