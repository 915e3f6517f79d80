"""What the index is told about a node: plain values, read from the node as it is now."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: longest sort key in bytes; what is equal up to here stays in order of registration
_KEY_BYTES = 96


@dataclass(frozen=True)
class AccessClass:
    """What decides who may see a document; all documents of one class are seen alike.

    With `own`, the person who made the document may see it where others of the class may not.
    """

    type: str
    fonds: str = ''
    state: str = ''
    unit: str = ''
    open: str = ''
    own: bool = False


@dataclass(frozen=True)
class Document:
    """One node as the index keeps it. `chain` are the uids of what holds it, nearest first.

    `fields` are further texts to search, each with its name: (('document_number', '…'), …).
    `date` is an ISO date or empty, `modified` an RFC 3339 time; `year` and `period` are codes.
    """

    uid: str
    access: AccessClass
    title: str
    chain: tuple[str, ...] = ()
    maker: str = ''
    year: str = ''
    period: str = ''
    date: str = ''
    code: str = ''
    modified: str = ''
    fields: tuple[tuple[str, str], ...] = ()
    #: for what can hold others: the values its branch takes over (a change re-reads the branch),
    #: None for what holds nothing
    inherited: str | None = None
    #: keys of the contents whose text is searched too, in their order
    contents: tuple[str, ...] = ()


#: reads a node into a document; None for a node that is not searched (its parent tells of it)
Describe = Callable[[Any], Document | None]

_DESCRIBERS: dict[str, Callable[[Any], Document]] = {}


def describes(*types: str) -> Callable[[Callable[[Any], Document]], Callable[[Any], Document]]:
    """Declares how nodes of these types are read; a second claim to a type is refused."""

    def declare(describe: Callable[[Any], Document]) -> Callable[[Any], Document]:
        for type in types:
            earlier = _DESCRIBERS.setdefault(type, describe)
            if earlier.__qualname__ != describe.__qualname__:
                raise ValueError(f'{type} is read by {earlier.__qualname__} and {describe.__qualname__}')
        return describe

    return declare


def document_of(node: Any) -> Document | None:
    """The document of a node as it is now; None for types that are not searched."""
    describe = _DESCRIBERS.get(node.type)
    return None if describe is None else describe(node)


def sort_key(text: str) -> bytes:
    """Bytes that sort as people expect: numbers as numbers, common Chinese characters by sound.

    The first level of GB 2312 is ordered by pinyin; rarer characters follow by their code.
    """
    key = b''.join(map(_key_of_part, re.split(r'(\d+)', text.casefold())))
    return key[:_KEY_BYTES]


def _key_of_part(part: str) -> bytes:
    if part.isdecimal():
        digits = str(int(part))
        # the length first, so that 9 comes before 10
        return b'0' + bytes([min(len(digits), 255)]) + digits.encode()
    return b''.join(map(_key_of_character, part))


def _key_of_character(character: str) -> bytes:
    if character.isascii():
        return character.encode()
    encoded = character.encode('gb18030', 'replace')
    if len(encoded) == 2 and 0xB0 <= encoded[0] <= 0xF7 and encoded[1] >= 0xA1:
        return encoded
    return b'\xf8' + encoded
