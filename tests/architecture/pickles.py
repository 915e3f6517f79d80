"""Which classes the records of a repository name."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from io import BytesIO

from ZODB.interfaces import IStorage


def named_in(record: bytes) -> set[str]:
    """The classes in a stored record, as `module:Class`: its own, and those of the values inside."""
    stream = BytesIO(record)
    found = set()
    while stream.tell() < len(record):  # the class, then the state
        found |= _named_in_one(stream)
    return found


def _named_in_one(stream: BytesIO) -> set[str]:
    found: set[str] = set()
    texts: list[str] = []
    memo: dict[int, str] = {}
    last = ''
    for code, argument, _place in pickletools.genops(stream):
        if code.name == 'GLOBAL':
            found.add(argument.replace(' ', ':'))
        elif code.name == 'STACK_GLOBAL':
            found.add(':'.join(texts[-2:]))
        elif code.name == 'MEMOIZE':
            memo[len(memo)] = last
        elif code.name in ('BINPUT', 'LONG_BINPUT'):
            memo[argument] = last
        elif code.name in ('BINGET', 'LONG_BINGET'):
            texts.append(memo.get(argument, ''))
        last = argument if isinstance(argument, str) else ''
        if last:
            texts.append(last)
    return found


def classes_in(storage: IStorage) -> Iterator[str]:
    """The program's own classes that the current records of a storage name."""
    seen: set[str] = set()
    for transaction in storage.iterator():
        for record in transaction:
            if record.data:
                seen |= named_in(record.data)
    yield from sorted(name for name in seen if name.split('.')[0] == 'lantai')
