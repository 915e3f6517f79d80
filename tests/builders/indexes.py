"""Index files made from plain documents, without an object database."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lantai.services.search.access import Sight, Zone
from lantai.services.search.building import NewFile
from lantai.services.search.documents import AccessClass, Document
from lantai.services.search.finding import find
from lantai.services.search.index import SearchIndex
from lantai.services.search.query import Found, Query

FILED = AccessClass('item', 'Z109', 'filed', 'BGS')
OPENED = AccessClass('item', 'Z109', 'filed', 'BGS', 'open')
OTHER_UNIT = AccessClass('item', 'Z109', 'filed', 'JJC')
OTHER_FONDS = AccessClass('item', 'Z110', 'filed', 'BGS')
DRAFT = AccessClass('item', 'Z109', 'draft', 'BGS', own=True)


def make_index(folder: Path, documents: Iterable[Document] = ()) -> SearchIndex:
    """An index in a folder, holding these documents."""
    folder.mkdir(parents=True, exist_ok=True)
    index = SearchIndex(folder)
    name = index.new_name()
    with NewFile(folder / name) as new:
        new.fill(documents)
        new.finish()
    index.use(name)
    return index


def everything(classes: Mapping[int, AccessClass]) -> Sight:
    """The sight of somebody who may see all."""
    return Sight('', (Zone(None, frozenset(classes), frozenset()),))


def seeing(
    *seen: AccessClass, own: Iterable[AccessClass] = (), maker: str = '', container: str | None = None
):
    """The sight of somebody who sees these classes, and of others what they made themselves."""
    own = tuple(own)

    def look(classes: Mapping[int, AccessClass]) -> Sight:
        anyone = frozenset(number for number, access in classes.items() if access in seen)
        mine = frozenset(number for number, access in classes.items() if access in own)
        return Sight(maker, (Zone(container, anyone, mine),))

    return look


def search(index: SearchIndex, look: Callable = everything, **asked) -> Found:
    """The answer to a query."""
    with index.reading() as connection:
        return find(connection, Query(**asked), look)


def pages(index: SearchIndex, look: Callable = everything, **asked) -> list[str]:
    """The uids of all pages, one after the other."""
    uids: list[str] = []
    cursor = ''
    while cursor is not None:
        found = search(index, look, cursor=cursor, **asked)
        uids += found.uids
        cursor = found.next
    return uids
