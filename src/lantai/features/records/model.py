"""The persistent classes of the tree.

Every attribute has a default on the class, so that older objects load; values that are lists
or mappings are replaced as a whole, never changed in place.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from lantai.base.i18n import _
from lantai.services.content.types import content_type
from lantai.store.tree import WITHIN, ClassKey, Container, Handful, Node, Repository

INBOX_NAME = '收集'

content_type(title=_('Repository'), holds=('fonds', 'inbox'))(Repository)


@content_type(title=_('Fonds'), holds=('series',))
class Fonds(Container):
    """全宗: everything of one body. Its name is its code."""

    type: ClassVar[str] = 'fonds'
    #: code -> {'title', 'aliases', 'closed'}
    units: dict[str, dict[str, Any]] = {}  # noqa: RUF012  a default, replaced and never changed
    #: form of the reference code where the body has one of its own
    code_form = ''

    @property
    def fonds_code(self) -> str:
        return self.name

    def subject(self) -> ClassKey:
        return ('fonds', '', '', self.creator, '', self.name)


@content_type(title=_('Series'), holds=('series', 'file', 'item'))
class Series(Container):
    """类目: category, year, period, unit or subject, each level saying one of them."""

    type: ClassVar[str] = 'series'
    category = ''
    year: int | None = None
    period = ''
    unit = ''
    #: the row of the retention schedule that what is filed here gets by default
    retention_row: int | None = None
    #: whether deposits are taken
    open = False
    #: ids of the holds on it and all below
    holds: tuple[str, ...] = ()

    @property
    def fonds_code(self) -> str:
        return self.segments[0]

    def scheme(self) -> dict[str, Any]:
        """Category, year, period, unit and retention row: the nearest that says each."""
        found: dict[str, Any] = {}
        for node in self.ancestors():
            if isinstance(node, Series):
                for key in ('category', 'year', 'period', 'unit', 'retention_row'):
                    if key not in found and getattr(node, key):
                        found[key] = getattr(node, key)
        return found

    def subject(self) -> ClassKey:
        return ('series', '', self.scheme().get('unit', ''), self.creator, '', self.fonds_code)


@content_type(title=_('File (volume)'), holds=('item',))
class File(Container):
    """案卷."""

    type: ClassVar[str] = 'file'
    unit = ''
    open = True
    #: ids of the holds on it and all below
    holds: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}  # noqa: RUF012  a default, replaced and never changed

    @property
    def fonds_code(self) -> str:
        return self.segments[0]

    def scheme(self) -> dict[str, Any]:
        """As of the series it is in."""
        return self.__parent__.scheme()

    def subject(self) -> ClassKey:
        return ('file', '', self.unit, self.creator, '', self.fonds_code)


#: states in which being the maker matters for who sees an item
WORKING = ('draft', 'submitted', 'approved', 'excluded')


@content_type(title=_('Item'), holds=('component',))
class Item(Handful):
    """件: the smallest thing that is filed, appraised or destroyed."""

    type: ClassVar[str] = 'item'
    state = 'draft'
    fonds_code = ''
    unit = ''
    metadata: dict[str, Any] = {}  # noqa: RUF012  a default, replaced and never changed
    access: dict[str, str] = {'classification': '', 'publicity': '', 'openness': 'unreviewed'}  # noqa: RUF012  a default, replaced and never changed
    history: tuple[dict[str, Any], ...] = ()
    reference_code: str | None = None
    retention_row: int | None = None
    retention: dict[str, Any] | None = None
    transfer: dict[str, Any] | None = None
    #: ids of the holds on it; see `held`
    holds: tuple[str, ...] = ()
    #: uids of the open cases it is on: one at most, a tuple for what comes
    cases: tuple[str, ...] = ()
    #: at filing: manifest, signature, batch, number
    filing: dict[str, Any] | None = None
    exclusion: dict[str, Any] | None = None
    #: once its content is gone for good: the case and the day
    destruction: dict[str, str] | None = None
    derived_from: str | None = None
    #: uids of the items joined into this one
    joined: tuple[str, ...] = ()
    client_mtime: datetime | None = None
    dead_properties: dict[str, str] = {}  # noqa: RUF012  a default, replaced and never changed

    def __init__(self) -> None:
        super().__init__()
        self.metadata = {}

    @property
    def title(self) -> str:
        """The title, else the name without its ending."""
        return self.metadata.get('title') or stem(self.name)

    @title.setter
    def title(self, value: str) -> None:
        if value:
            self.metadata = {**self.metadata, 'title': value}

    @property
    def held(self) -> bool:
        """暂停处置: by a hold of its own, or on what it lies in."""
        return any(getattr(node, 'holds', ()) for node in self.ancestors())

    @property
    def is_open(self) -> bool:
        """Whether readers may use it: opened, or made public by the body itself."""
        return self.access.get('openness') == 'open' or self.access.get('publicity') == '主动公开'

    @property
    def components(self) -> list[Component]:
        """The components in their order: main text first, then by name."""
        return sorted(self.values(), key=lambda component: component.order)

    @property
    def single(self) -> Component | None:
        """The component, if it is the only one and named as the item is."""
        child = self.get(self.name)
        return child if child is not None and self.count() == 1 else None

    def subject(self) -> ClassKey:
        maker = self.creator if self.state in WORKING else ''
        return ('item', self.state, self.unit, maker, 'open' if self.is_open else '', self.fonds_code)

    def class_key(self) -> ClassKey:
        return self.subject()


@content_type(title=_('Component'))
class Component(Node):
    """电子文件: bytes with a name. `version` counts the contents it has had."""

    type: ClassVar[str] = 'component'
    #: 正本 main, 定稿 final, 附件 attachment, 办理单 processing
    role = ''
    #: place among the components, then the name
    place = 0
    version = 0
    #: what tells the content file of this version from one that another process makes at the same moment
    content_mark = ''
    size = 0
    sha256 = ''
    sm3: str | None = None
    digests: dict[str, str] = {}  # noqa: RUF012  a default, replaced and never changed
    media_type = 'application/octet-stream'
    received: datetime | None = None
    client_mtime: datetime | None = None
    #: what identification found, with the version it looked at
    format: dict[str, Any] | None = None
    dead_properties: dict[str, str] = {}  # noqa: RUF012  a default, replaced and never changed

    def __init__(self) -> None:
        super().__init__()

    @property
    def content_key(self) -> str:
        """The name of its content file: uid and version, which a mark makes unique.

        Two processes may both be about to make the same version; one of them will have to try again,
        and must not touch the file of the other.
        """
        return f'{self.uid}.{self.version}{self.content_mark}'

    def next_content(self) -> None:
        """A new version, whose content is kept under a key that nothing had before."""
        self.version += 1
        self.content_mark = f'-{secrets.token_hex(4)}'

    @property
    def content_etag(self) -> str:
        """The strong tag of the bytes, with quotes."""
        return f'"{self.sha256}"'

    @property
    def order(self) -> tuple[int, str]:
        return (self.place, self.name)

    @property
    def item(self) -> Item:
        return self.__parent__

    def subject(self) -> ClassKey:
        return self.item.subject()

    def class_key(self) -> ClassKey:
        return WITHIN


@content_type(title=_('Inbox'), holds=('folder', 'item'))
class Inbox(Container):
    """收集库: where records arrive before they have a place."""

    type: ClassVar[str] = 'inbox'


@content_type(title=_('Folder'), holds=('folder', 'item'))
class Folder(Container):
    """收集夹: free-form, belongs to its maker's unit."""

    type: ClassVar[str] = 'folder'
    fonds_code = ''
    unit = ''
    dead_properties: dict[str, str] = {}  # noqa: RUF012  a default, replaced and never changed

    def subject(self) -> ClassKey:
        return ('folder', '', self.unit, self.creator, '', self.fonds_code)

    def class_key(self) -> ClassKey:
        return self.subject()


def stem(name: str) -> str:
    """A file's name without its ending."""
    head, dot, ending = name.rpartition('.')
    return head if dot and head and len(ending) <= 8 else name
