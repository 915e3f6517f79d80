"""A new index from nothing, while the old one goes on answering.

The tree is walked in order of identity, which is order of registration, a thousand objects to
a connection. What happens meanwhile is taken in from the log afterwards, and only then the new
file is put in use. Whatever stops it leaves the old index as it was.
"""

from collections.abc import Callable, Iterator

from lantai.base.errors import Locked
from lantai.base.i18n import _
from lantai.services.eventlog.log import event_log
from lantai.services.search.building import NewFile, remove
from lantai.services.search.documents import Describe, Document
from lantai.services.search.follower import follow
from lantai.services.search.index import SearchIndex
from lantai.services.search.passages import ReadText
from lantai.services.search.writer import Writer
from lantai.store.database import Database

#: objects read through one connection, and log entries taken in at once
_STRETCH = 1000

#: told how many objects are done, of how many; may raise to stop
Progress = Callable[[int, int], None]


class RebuildRunning(Locked):
    """The index is being rebuilt already."""

    name = 'rebuild-running'
    title = _('The search index is being rebuilt already')


def _quietly(_done: int, _total: int) -> None:
    pass


def rebuild(
    index: SearchIndex,
    database: Database,
    describe: Describe,
    progress: Progress = _quietly,
    read: ReadText = lambda _key: None,
) -> int:
    """Builds and swaps; `read` gives the kept text of a content. Says how many documents the new index has.

    Raises RebuildRunning."""
    with index.locked('rebuild.lock', wait=False) as mine:
        if not mine:
            raise RebuildRunning()
        _sweep(index)
        name = index.new_name()
        with NewFile(index.folder / name) as new:
            with database.reading() as repository:
                position = event_log(repository).size
            new.fill(_everything(database, describe, progress), read)
            with new.writer.batch():
                new.writer.position = position
            _follow_all(new.writer, database, describe)
            new.finish()
        _swap(index, name, database, describe)
    with index.reading() as connection:
        return connection.execute("SELECT value FROM state WHERE name = 'documents'").fetchone()[0]


def _everything(database: Database, describe: Describe, progress: Progress) -> Iterator[Document]:
    done = 0
    last: str | None = None
    with database.reading() as repository:
        total = len(repository.objects)
    while True:
        found: list[Document] = []
        before = done
        with database.reading() as repository:
            stretch = repository.objects.items(last, None, excludemin=last is not None)
            for (uid, node), _n in zip(stretch, range(_STRETCH), strict=False):
                last = uid
                done += 1
                document = describe(node)
                if document is not None:
                    found.append(document)
        progress(done, max(total, done))
        if done == before:
            return
        yield from found


def _follow_all(writer: Writer, database: Database, describe: Describe) -> None:
    done = True
    while done:
        with database.reading() as repository, writer.batch():
            done = bool(follow(writer, repository, describe, _STRETCH))


def _swap(index: SearchIndex, name: str, database: Database, describe: Describe) -> None:
    connection = index.open(name)
    try:
        connection.execute('PRAGMA synchronous = NORMAL')
        writer = Writer(connection)
        _follow_all(writer, database, describe)
        with index.exclusively():
            # nobody writes to the old file now; the last entries go into the new one
            _follow_all(writer, database, describe)
            index.use(name)
    except BaseException:
        remove(index.folder / name)
        raise
    finally:
        connection.close()


def _sweep(index: SearchIndex) -> None:
    """Removes what a rebuild that was killed has left."""
    current = index.current()
    for path in index.folder.glob('search-*.db'):
        if current is not None and path.name > current:
            remove(path)
