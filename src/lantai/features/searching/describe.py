"""How records and what holds them are read for the index."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lantai.base.clock import rfc3339
from lantai.features.records.model import File, Folder, Fonds, Item, Series
from lantai.features.records.reading import GONE
from lantai.services.search.documents import AccessClass, Document, describes
from lantai.store.tree import Node

#: longest text of one field that is searched, in characters
_LONGEST = 4000
#: what is filtered by; as text, every search for a year would find all records of that year
_FILTERED = ('title', 'year', 'date', 'retention_period')
_DAY = re.compile(r'\d{4}-\d{2}(-\d{2})?')


def access_class(node: Node, *, own: bool = False) -> AccessClass:
    """The access class of a node, with `own` where its maker matters."""
    kind, state, unit, maker, openness, fonds = node.subject()
    return AccessClass(kind, fonds, state, unit, openness, own and bool(maker))


def _chain(node: Node) -> tuple[str, ...]:
    return tuple(ancestor.uid for ancestor in node.ancestors())[1:]


def _time(moment: datetime | None) -> str:
    return rfc3339(moment) if moment is not None else ''


def _code(value: Any) -> str:
    return '' if value is None else str(value)


@describes('item')
def describe_item(item: Item) -> Document:
    """An item with its whole description and the names of its files."""
    metadata = item.metadata
    scheme = item.__parent__.scheme() if hasattr(item.__parent__, 'scheme') else {}
    period = (item.retention or {}).get('period') or metadata.get('retention_period') or scheme.get('period')
    return Document(
        uid=item.uid,
        access=access_class(item, own=True),
        title=item.title,
        chain=_chain(item),
        maker=item.creator,
        year=_code(metadata.get('year') or scheme.get('year')),
        period=_code(period),
        date=_code(metadata.get('date')),
        code=item.reference_code or item.name,
        modified=_time(item.modified),
        fields=tuple(_item_fields(item)),
        contents=() if item.state in GONE else tuple(each.content_key for each in item.components),
    )


def _item_fields(item: Item) -> Iterator[tuple[str, str]]:
    if item.reference_code:
        yield 'reference_code', item.reference_code
    for name, value in sorted(item.metadata.items()):
        if name not in _FILTERED:
            yield from ((name, text[:_LONGEST]) for text in _texts(value) if text)
    names = {component.name for component in item.values()} | {item.name}
    yield from (('name', name) for name in sorted(names) if name != item.title)


def _texts(value: Any) -> Iterator[str]:
    """The texts in a value of a description, or in a list or mapping of such; no numbers, no dates."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str) and not _DAY.fullmatch(value):
        yield value


@describes('series', 'file')
def describe_series(node: Series | File) -> Document:
    """A series or volume, with what its branch takes over from it."""
    scheme = node.scheme()
    inherited = [node.fonds_code, *(scheme.get(key) for key in ('category', 'year', 'period', 'unit'))]
    fields = [
        ('name', node.name),
        *((name, text) for name, value in _metadata(node) for text in _texts(value)),
    ]
    return Document(
        uid=node.uid,
        access=access_class(node),
        title=node.title or node.name,
        chain=_chain(node),
        maker=node.creator,
        year=_code(scheme.get('year')),
        period=_code(scheme.get('period')),
        code=node.name,
        modified=_time(node.modified),
        fields=tuple((name, text[:_LONGEST]) for name, text in fields if text != node.title),
        inherited=json.dumps(inherited, ensure_ascii=False),
    )


def _metadata(node: Series | File) -> list[tuple[str, Any]]:
    return sorted((name, value) for name, value in getattr(node, 'metadata', {}).items() if name != 'title')


@describes('fonds')
def describe_fonds(fonds: Fonds) -> Document:
    """A fonds, found by its code, its title and its units."""
    units = [('unit', text) for unit in fonds.units.values() for text in _texts(unit)]
    return Document(
        uid=fonds.uid,
        access=access_class(fonds),
        title=fonds.title or fonds.name,
        chain=_chain(fonds),
        maker=fonds.creator,
        code=fonds.name,
        modified=_time(fonds.modified),
        fields=(('name', fonds.name), *units),
        inherited=json.dumps([fonds.name]),
    )


@describes('folder')
def describe_folder(folder: Folder) -> Document:
    """A folder of the inbox; its maker's, like what is in it."""
    return Document(
        uid=folder.uid,
        access=access_class(folder, own=True),
        title=folder.title or folder.name,
        chain=_chain(folder),
        maker=folder.creator,
        code=folder.name,
        modified=_time(folder.modified),
        fields=(('name', folder.name),) if folder.title and folder.title != folder.name else (),
        inherited='',
    )
