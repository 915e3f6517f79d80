"""What can be asked of the index, what it answers, and the cursors between two pages."""

import base64
import binascii
import json
from dataclasses import dataclass, field, replace
from typing import Any

from lantai.base.i18n import _
from lantai.services.search.errors import BadCursor, BadQuery

#: counting stops here: "1000+"
CAP = 1000
MAX_LIMIT = 500
MAX_TEXT = 255
#: orders: newest registered first, oldest first, by date of the record
SORTS = ('newest', 'oldest', 'date', '-date')
#: further orders for the children of one container
CHILD_SORTS = ('title', '-title', 'code', '-code', 'modified', '-modified')
_KEY_TYPES = {'date': str, 'modified': str, 'title': bytes, 'code': bytes}
#: more than any index will ever register
_SERIALS = 1 << 46
FACETS = ('type', 'state', 'fonds', 'unit', 'year', 'period')


@dataclass(frozen=True)
class Query:
    """A search. Empty values do not restrict; all that are given must hold.

    `text`: parts separated by white space, each found anywhere in the title or another field.
    `container` is a uid; found is what lies below it, or directly in it with `children`.
    `maker` is a person's id; dates are ISO dates, both ends included.
    """

    text: str = ''
    fonds: str = ''
    type: str = ''
    state: str = ''
    year: str = ''
    period: str = ''
    unit: str = ''
    maker: str = ''
    container: str = ''
    children: bool = False
    date_from: str = ''
    date_to: str = ''
    sort: str = 'newest'
    #: 0 asks for the figures alone
    limit: int = 50
    cursor: str = ''

    def checked(self) -> 'Query':
        """The query itself; raises BadQuery when it cannot be asked."""
        if len(self.text) > MAX_TEXT:
            raise BadQuery(_('At most ${n} characters can be searched for', mapping={'n': MAX_TEXT}))
        if self.sort not in (SORTS + CHILD_SORTS if self.children else SORTS):
            raise BadQuery(_('There is no such order'))
        if not 0 <= self.limit <= MAX_LIMIT:
            raise BadQuery(_('Between 1 and ${n} at a time', mapping={'n': MAX_LIMIT}))
        return self

    def without(self, *names: str) -> 'Query':
        """The query without some of its filters and from its first page."""
        return replace(self, cursor='', **{name: '' for name in names})


@dataclass(frozen=True)
class Found:
    """One page of uids in order.

    `total` is exact, or CAP with `more` where counting stopped; then facets say at least how many.
    """

    total: int
    more: bool
    uids: tuple[str, ...]
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    next: str | None = None
    previous: str | None = None
    #: those of the page that are found by the text of a file only
    by_text: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: the sort key and the serial of the row before or after it.

    `tier` counts the kinds of hits: what is found in descriptions comes before what is in texts only.
    """

    sort: str
    key: Any
    serial: int
    backwards: bool = False
    tier: int = 0

    def text(self) -> str:
        """The cursor as callers get it; opaque to them."""
        key = {'b': self.key.hex()} if isinstance(self.key, bytes) else self.key
        raw = json.dumps([self.sort, key, self.serial, int(self.backwards), self.tier], ensure_ascii=False)
        return base64.urlsafe_b64encode(raw.encode()).decode('ascii').rstrip('=')

    @classmethod
    def read(cls, text: str, sort: str) -> 'Cursor':
        """The cursor of a text; raises BadCursor when it is none of this order."""
        try:
            raw = base64.b64decode(text + '=' * (-len(text) % 4), altchars=b'-_', validate=True)
            known, key, serial, backwards, tier = json.loads(raw)
            if isinstance(key, dict):
                key = bytes.fromhex(key['b'])
        except (ValueError, binascii.Error, KeyError, TypeError, RecursionError) as error:
            raise BadCursor() from error
        wanted = _KEY_TYPES.get(sort.lstrip('-'), type(None))
        if (
            known != sort
            or not isinstance(key, wanted)
            or type(serial) is not int
            or not 0 <= serial < _SERIALS
            or tier not in (0, 1)
        ):
            raise BadCursor()
        return cls(sort, key, serial, bool(backwards), tier)
