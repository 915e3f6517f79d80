"""Connections to the object database, always closed after the unit of work."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import transaction
from transaction.interfaces import NoTransaction, TransientError
from ZODB import DB
from ZODB.Connection import Connection
from ZODB.interfaces import IStorage

from lantai.store.tree import Repository

T = TypeVar('T')

#: objects kept in memory by each connection
CACHE_SIZE = 20_000
ROOT_KEY = 'lantai'


class Database:
    """The object database of one repository."""

    def __init__(self, storage: IStorage, pool_size: int = 24, cache_size: int = CACHE_SIZE) -> None:
        self.db = DB(storage, pool_size=pool_size, cache_size=cache_size)

    def close(self) -> None:
        self.db.close()

    def initialise(self, make: Callable[[], Repository]) -> None:
        """Puts a new repository in an empty database."""
        with self.connection() as (manager, connection):
            root = connection.root()
            if ROOT_KEY in root:
                raise ValueError('the database holds a repository already')
            root[ROOT_KEY] = make()
            manager.commit()

    def open(self, manager: transaction.TransactionManager) -> Connection:
        """A connection bound to a transaction manager; the caller closes it."""
        return self.db.open(transaction_manager=manager)

    @contextmanager
    def connection(self) -> Iterator[tuple[transaction.TransactionManager, Connection]]:
        """A transaction begun on a connection of its own; what is not committed is aborted."""
        manager = transaction.TransactionManager(explicit=True)
        manager.begin()
        connection = self.open(manager)
        try:
            yield manager, connection
        finally:
            # nothing is begun any more when the unit of work has committed
            with suppress(NoTransaction):
                manager.abort()
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[Repository]:
        """The repository as it is now, for reading."""
        with self.connection() as (_manager, connection):
            yield repository_of(connection)

    def transact(
        self, change: Callable[[Repository, transaction.TransactionManager], T], retries: int = 8
    ) -> T:
        """Runs `change` on the repository and commits; conflicts are retried with fresh objects.

        `change` may run several times, so it has no effect outside the transaction, and gives
        plain values back (the objects belong to a connection that is closed by then).
        """
        attempt = 0
        while True:
            try:
                with self.connection() as (manager, connection):
                    result = change(repository_of(connection), manager)
                    manager.commit()
                    return result
            except TransientError:
                attempt += 1
                if attempt > retries:
                    raise
                # jitter, so that two that collided do not collide again
                time.sleep(random.uniform(0, 0.005 * 2**attempt))


def repository_of(connection: Connection) -> Repository:
    """The repository in a connection."""
    return connection.root()[ROOT_KEY]
