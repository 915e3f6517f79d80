"""The numbers the index keeps, so that counting never counts: by class, year, period and place."""

import sqlite3
from collections import Counter
from collections.abc import Iterable


class Figures:
    """Changes of the figures, gathered over a batch and then added to the tables."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: (container, class, maker, year, period), of documents right in the container
        self._counts: Counter[tuple] = Counter()
        #: (class, maker, year, period)
        self._totals: Counter[tuple] = Counter()
        #: (container, class, maker), of documents in it and below it
        self._below: Counter[tuple] = Counter()
        self._classes: Counter[int] = Counter()

    def add(self, above: Iterable[int], number: int, maker: int, year: str, period: str, by: int) -> None:
        """Counts `by` documents of a class; `above` are the containers that hold them, nearest first."""
        above = tuple(above)
        self._counts[above[0] if above else 0, number, maker, year, period] += by
        self._totals[number, maker, year, period] += by
        self._classes[number] += by
        for container in above:
            self._below[container, number, maker] += by

    def move(self, container: int, before: Iterable[int], after: Iterable[int]) -> None:
        """Takes all that is in a container from those that held it and gives it to those that hold it now."""
        self.write()
        held = self._connection.execute(
            'SELECT class, maker, n FROM below WHERE container = ?', (container,)
        ).fetchall()
        for number, maker, n in held:
            for above in before:
                self._below[above, number, maker] -= n
            for above in after:
                self._below[above, number, maker] += n

    def write(self) -> None:
        """Adds what was gathered to the tables."""
        self._add_up('counts', 'container, class, maker, year, period', self._counts)
        self._add_up('totals', 'class, maker, year, period', self._totals)
        self._add_up('below', 'container, class, maker', self._below)
        self._connection.executemany(
            'UPDATE classes SET n = n + ? WHERE id = ?', ((n, number) for number, n in self._classes.items())
        )
        self._classes.clear()

    def _add_up(self, table: str, key: str, figures: Counter) -> None:
        changes = [(*values, n) for values, n in figures.items() if n]
        marks = ', '.join('?' * len(key.split()))
        self._connection.executemany(
            f'INSERT INTO {table} ({key}, n) VALUES ({marks}, ?)'
            ' ON CONFLICT DO UPDATE SET n = n + excluded.n',
            changes,
        )
        # what comes to nothing goes
        self._connection.executemany(
            f'DELETE FROM {table} WHERE ({key}) = ({marks}) AND n = 0',
            [change[:-1] for change in changes if change[-1] < 0],
        )
        figures.clear()
