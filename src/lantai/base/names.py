"""Names in the tree: kept as received, compared by a key.

Rules: a name is up to 255 bytes of UTF-8 without slash, backslash or control characters;
the key is NFC, except that CJK compatibility ideographs stay what they are (NFC would make
another character of a person's or a place's name).
"""

import re
import unicodedata

from lantai.base.errors import Malformed
from lantai.base.i18n import _

MAX_BYTES = 255
_COMPATIBILITY = re.compile('([\uf900-\ufaff\U0002f800-\U0002fa1f]+)')


class BadName(Malformed):
    """A name that cannot stand in the tree."""

    name = 'bad-name'
    title = _('This name cannot be used')


def check_name(name: str) -> str:
    """The name itself, unchanged; raises BadName saying what is wrong with it."""
    if not name or name in ('.', '..'):
        raise BadName(_('A name is needed'))
    if any(character in '/\\' or unicodedata.category(character) in ('Cc', 'Cs') for character in name):
        raise BadName(_('A name holds no slashes and no control characters'))
    if len(name.encode()) > MAX_BYTES:
        raise BadName(_('A name has at most ${n} bytes (85 Chinese characters)', mapping={'n': MAX_BYTES}))
    return name


def lookup_key(name: str) -> str:
    """The key under which a name is found: composed and decomposed forms are one name."""
    if name.isascii():
        return name
    parts = _COMPATIBILITY.split(name)
    # odd places hold the runs of compatibility ideographs
    return ''.join(
        part if place % 2 else unicodedata.normalize('NFC', part) for place, part in enumerate(parts)
    )
