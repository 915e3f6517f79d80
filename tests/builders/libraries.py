"""A small tree with a log, and its search index: shelves of books, without the office's rooms."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantai.base.clock import FixedClock
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.search.documents import AccessClass, Document
from lantai.services.search.follower import Follower
from lantai.services.search.index import SearchIndex
from lantai.services.search.rebuild import rebuild
from lantai.store.tree import Container, Node
from tests.builders.eventlogs import LogWorld
from tests.builders.indexes import search


class Shelf(Container):
    type = 'series'
    topic = ''


class Book(Node):
    type = 'item'


def describe(node: Any) -> Document | None:
    """Books and shelves are found; a book takes over the topic of its shelf as its year."""
    chain = tuple(ancestor.uid for ancestor in node.ancestors())[1:]
    if isinstance(node, Shelf):
        return Document(node.uid, AccessClass('series', 'Z109'), node.title, chain, inherited=node.topic)
    if isinstance(node, Book):
        topic = getattr(node.__parent__, 'topic', '')
        return Document(node.uid, AccessClass('item', 'Z109', 'filed'), node.title, chain, year=topic)
    return None


class Library:
    """A database with shelves and books, its log, and the index that follows it."""

    def __init__(self, path: Path) -> None:
        self.clock = FixedClock(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
        self.world = LogWorld(path)
        self.database = self.world.database
        self.index = SearchIndex(self.world.folder.index)
        self.follower = Follower(self.index, self.database, describe)

    def rebuild(self, progress: Any = lambda done, total: None) -> int:
        return rebuild(self.index, self.database, describe, progress)

    def do(self, change: Any, event: Event = Event.NODE_EDIT, *, seal: bool = True) -> Any:
        """Runs `change(repository)`, which gives the node that the event is about; answers its uid."""

        def act_on(act: Any) -> str:
            node = change(act.repository)
            record(act, event, node)
            return node.uid

        uid = self.world.do(act_on)
        if seal:
            self.world.seal_all()
        return uid

    def add(self, title: str, shelf: str | None = None, *, cls: type = Book, seal: bool = True) -> str:
        """A new book (or shelf) of that title on a shelf; answers its uid."""

        def make(repository: Any) -> Node:
            node = cls()
            node.title = title
            node.created = node.modified = self.clock.now()
            parent = repository if shelf is None else repository.by_uid(shelf)
            parent.add(node, node.uid)
            repository.objects[node.uid] = node
            return node

        return self.do(make, Event.NODE_CREATE, seal=seal)

    def retitle(self, uid: str, title: str) -> None:
        def change(repository: Any) -> Node:
            node = repository.by_uid(uid)
            node.title = title
            return node

        self.do(change)

    def delete(self, uid: str) -> None:
        def change(repository: Any) -> Node:
            node = repository.by_uid(uid)
            node.__parent__.remove(node)
            gone = [node]
            while gone:
                one = gone.pop()
                del repository.objects[one.uid]
                gone += list(one.values()) if isinstance(one, Container) else []
            return node

        self.do(change, Event.NODE_DELETE)

    def move(self, uid: str, shelf: str) -> None:
        def change(repository: Any) -> Node:
            node = repository.by_uid(uid)
            node.__parent__.remove(node)
            repository.by_uid(shelf).add(node, node.uid)
            return node

        self.do(change, Event.NODE_MOVE)

    def found(self, **asked: Any) -> set[str]:
        return set(search(self.index, limit=500, **asked).uids)

    def size(self) -> int:
        return self.world.read(lambda log: log.size)

    def status(self) -> dict:
        return self.index.status(self.size())

    def close(self) -> None:
        self.index.close()
        self.world.close()


COUNTED_BELOW = """
WITH RECURSIVE up (container, above) AS (
    SELECT id, id FROM containers
    UNION ALL
    SELECT up.container, c.parent FROM up JOIN containers c ON c.id = up.above WHERE c.parent > 0
)
SELECT up.above, counts.class, counts.maker, SUM(counts.n)
FROM counts LEFT JOIN up ON up.container = counts.container
GROUP BY 1, 2, 3 HAVING up.above IS NOT NULL
"""


def check_consistent(index) -> None:
    """Every figure that is kept is the one that counting would give."""
    with index.reading() as connection:
        documents = connection.execute('SELECT COUNT(*) FROM docs').fetchone()[0]
        state = dict(connection.execute('SELECT name, value FROM state'))
        assert state['documents'] == documents
        for table in ('counts', 'totals'):
            assert connection.execute(f'SELECT COALESCE(SUM(n), 0) FROM {table}').fetchone()[0] == documents
            assert connection.execute(f'SELECT COUNT(*) FROM {table} WHERE n <= 0').fetchone()[0] == 0
        assert connection.execute('SELECT COALESCE(SUM(n), 0) FROM classes').fetchone()[0] == documents
        kept = connection.execute('SELECT container, class, maker, n FROM below').fetchall()
        assert sorted(kept) == sorted(connection.execute(COUNTED_BELOW).fetchall())
        assert connection.execute('SELECT COUNT(*) FROM texts').fetchone()[0] == documents
