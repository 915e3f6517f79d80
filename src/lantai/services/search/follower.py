"""Following the event log by number: every object that something happened to is read again.

An event only says which object; the index takes what the object is now, so an event read twice,
or late, does no harm. The position is written in the transaction of the rows.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.search.documents import Describe, Document
from lantai.services.search.errors import IndexUnavailable
from lantai.services.search.index import SearchIndex
from lantai.services.search.writer import Writer
from lantai.store.database import Database
from lantai.store.tree import Repository

#: log entries taken in one transaction
BATCH = 200

#: events after which no object is other than before
_WITHOUT_CHANGE = frozenset({Event.CONTENT_READ, Event.REFUSED, Event.VERIFY, Event.GRANT, Event.REVOKE})

#: facts that name further objects: the record a file is in, where something came from and went
_NAMING = ('object', 'item', 'source', 'target')


def touched(event: dict[str, Any]) -> tuple[str, ...]:
    """The uids of the objects an event may have changed: its own, and those its facts name."""
    if event.get('act') in _WITHOUT_CHANGE:
        return ()
    named = [event.get(fact) for fact in _NAMING]
    return tuple(uid for uid in (*named, *event.get('joined', ())) if isinstance(uid, str))


def follow(writer: Writer, repository: Repository, describe: Describe, limit: int = BATCH) -> int:
    """Takes in up to `limit` log entries, inside `writer.batch()`; says how many."""
    entries = event_log(repository).entries(writer.position, limit)
    uids = dict.fromkeys(uid for entry in entries for uid in touched(entry.event))
    for uid in uids:
        refresh(writer, repository, describe, uid)
    writer.position += len(entries)
    return len(entries)


def refresh(writer: Writer, repository: Repository, describe: Describe, uid: str) -> None:
    """Makes the index say of one object what is true now."""
    node = repository.by_uid(uid)
    if node is None:
        _forget(writer, repository, uid)
        return
    document = describe(node)
    while document is None and node.__parent__ is not None:
        # what is not found by itself is told of by what holds it
        node = node.__parent__
        document = describe(node)
    if document is None:
        return
    if document.inherited is not None and writer.places.inherited(document.uid) != document.inherited:
        # new here (a copy brings all that is in it), or what its branch takes over has changed
        for below in branch(node, describe):
            writer.put(below)
    writer.put(document)


def branch(node: Any, describe: Describe) -> Iterator[Document]:
    """The documents below a container, at any depth."""
    waiting = [node]
    while waiting:
        for child in waiting.pop().values():
            document = describe(child)
            if document is not None:
                yield document
                if document.inherited is not None:
                    waiting.append(child)


def _forget(writer: Writer, repository: Repository, uid: str) -> None:
    for below in writer.places.below(uid):
        if repository.by_uid(below) is None:
            writer.remove(below)
    writer.remove(uid)


class Follower:
    """Keeps the index of one data folder up with its log; a worker calls `step` again and again."""

    def __init__(self, index: SearchIndex, database: Database, describe: Describe) -> None:
        self._index = index
        self._database = database
        self._describe = describe

    def step(self) -> int:
        """One transaction's worth; says how many entries were taken in.

        0 when nothing waits or another process is writing. Raises IndexUnavailable when there
        is no usable index: then it is to be rebuilt.
        """
        with self._index.writing(wait=False) as writer, self._database.reading() as repository:
            if writer is None:
                return 0
            with writer.batch():
                return follow(writer, repository, self._describe)

    def catch_up(self) -> int:
        """Steps until nothing waits; says how many entries were taken in."""
        total = 0
        while done := self.step():
            total += done
        return total

    def idle(self) -> None:
        """Something useful in a quiet moment: merging small segments, a little at a time."""
        with suppress(IndexUnavailable):
            self._index.tidy()
