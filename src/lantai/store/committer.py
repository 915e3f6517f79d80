"""The one thread of a process that commits uploads.

Request threads write bodies to files and hand over what is to be done with them; this thread
takes all that wait, runs each under its own savepoint, flushes once, commits one transaction
and answers all. So parallel uploads into one folder never conflict with each other. A conflict
with another process is retried; the bodies are kept for it.
"""

import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from transaction.interfaces import TransientError

from lantai.base.errors import Unavailable
from lantai.store.database import Database, repository_of
from lantai.store.tree import Repository

#: changes gathered into one commit at most
BATCH = 64
RETRIES = 10

#: what the committer runs: gets the repository and the transaction manager, gives plain values
Change = Callable[[Repository, Any], Any]


class Committer:
    """Runs changes of many threads in shared commits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.SimpleQueue[tuple[Change, Future] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name='committer', daemon=True)
        self._stopped = False
        #: when something was last handed over, by the monotonic clock
        self.latest = float('-inf')
        self._thread.start()

    def run(self, change: Change) -> Any:
        """What `change` gives, once it is committed; raises what it raised, and then nothing changed.

        `change` may run several times and gives plain values back.
        """
        if self._stopped:
            raise Unavailable()
        self.latest = time.monotonic()
        future: Future = Future()
        self._waiting.put((change, future))
        return future.result()

    def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        self._stopped = True
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            first = self._waiting.get()
            if first is None:
                return
            batch, last = [first], False
            while len(batch) < BATCH and not last:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                last = more is None
                if more is not None:
                    batch.append(more)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Change, Future]]) -> None:
        for attempt in range(RETRIES + 1):
            try:
                answers = self._try(batch)
            except TransientError as error:
                if attempt == RETRIES:
                    answers = [(future, None, error) for _change, future in batch]
                else:
                    time.sleep(random.uniform(0, 0.002 * 2**attempt))
                    continue
            except Exception as error:
                if len(batch) > 1:
                    # one of them spoils the shared commit: each for itself, so that only it fails
                    for single in batch:
                        self._commit([single])
                    return
                answers = [(batch[0][1], None, error)]
            break
        for future, value, error in answers:
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

    def _try(self, batch: list[tuple[Change, Future]]) -> list[tuple[Future, Any, Exception | None]]:
        answers: list[tuple[Future, Any, Exception | None]] = []
        with self._database.connection() as (manager, connection):
            repository = repository_of(connection)
            for change, future in batch:
                savepoint = manager.savepoint()
                try:
                    answers.append((future, change(repository, manager), None))
                except TransientError:
                    raise
                except Exception as error:
                    savepoint.rollback()
                    answers.append((future, None, error))
            manager.commit()
        return answers
