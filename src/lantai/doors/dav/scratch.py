"""The scratch area: what `junk.py` names, for an hour, for the person who left it, in files of their own.

Nothing of it is in the object database or among the contents, in a listing, a count or the log. One
file holds one entry: a line of JSON that describes it, then the bytes. All processes on one data folder
see the same.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from lantai.base.errors import OverQuota, TooLarge
from lantai.base.i18n import _
from lantai.base.names import lookup_key
from lantai.doors.dav.junk import is_junk
from lantai.doors.dav.paths import DavPath, href
from lantai.doors.dav.resources import component_of, find_or_none
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.site import Site
from lantai.store.tree import Container

LIFETIME = 3600
MAX_BYTES = 1 << 20
MAX_ENTRIES = 1000


@dataclass(frozen=True)
class Place:
    """A name in somebody's scratch area: beside or below the junk name, seen from the container it is in."""

    PREFIX: ClassVar[str] = 'scratch:'

    person: str
    container: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def key(self) -> str:
        """What locks on it are filed under."""
        return self.PREFIX + json.dumps([self.person, self.container, *map(lookup_key, self.names)])

    @property
    def parent(self) -> 'Place | None':
        """The scratch collection it is in; None when that is the container itself."""
        return replace(self, names=self.names[:-1]) if len(self.names) > 1 else None

    @classmethod
    def href(cls, key: str, act: Act, prefix: str) -> str:
        """The address behind a key; empty when it is another person's or its container is gone."""
        person, container, *names = json.loads(key.removeprefix(cls.PREFIX))
        node = act.repository.by_uid(container)
        if person != act.actor.id or node is None or not policy.sees(act.actor, node):
            return ''
        return href((*node.segments, *names), False, prefix)


def place_of(act: Act, path: DavPath) -> Place | None:
    """The scratch place of an address that holds a junk name; None for every other, and for a real record."""
    for index, name in enumerate(path.segments):
        if not is_junk(name):
            continue
        container = find_or_none(act, DavPath(path.segments[:index], True))
        if container is None or not isinstance(container.node, Container) or component_of(container.node):
            return None
        if name in container.node:
            return None
        return Place(act.actor.id, container.node.uid, path.segments[index:])
    return None


@dataclass(frozen=True)
class Entry:
    """What lies at a place."""

    collection: bool
    created: float
    content: bytes = b''
    dead: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()}"'

    @property
    def modified(self) -> datetime:
        return datetime.fromtimestamp(int(self.created), UTC)


class Scratch:
    """The scratch areas of one data folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, place: Place) -> Entry | None:
        """The entry, unless its hour is over."""
        try:
            head, _newline, content = self._file(place).read_bytes().partition(b'\n')
        except FileNotFoundError:
            return None
        about = json.loads(head)
        if about['created'] < time.time() - LIFETIME:
            return None
        return Entry(about['collection'], about['created'], content, about['dead'])

    def put(self, place: Place, content: bytes, *, dead: dict[str, str] | None = None) -> bool:
        """Keeps bytes; tells whether the name is new. Raises TooLarge, OverQuota."""
        if len(content) > MAX_BYTES:
            raise TooLarge(_('The file has more than ${n} bytes', mapping={'n': MAX_BYTES}))
        before = self.get(place)
        kept = dead if dead is not None else (before.dead if before else {})
        self._write(place, Entry(False, time.time(), content, kept))
        return before is None

    def make_collection(self, place: Place) -> None:
        self._write(place, Entry(True, time.time()))

    def delete(self, place: Place) -> None:
        """Forgets the entry, and whatever was below it."""
        if place.parent is None:
            for below in self._area(place).glob(f'{_hash(place.names[:1])}.*'):
                below.unlink(missing_ok=True)
        self._file(place).unlink(missing_ok=True)

    def _write(self, place: Place, entry: Entry) -> None:
        area = self._area(place)
        area.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._file(place).exists() and self._count(place.person) >= MAX_ENTRIES:
            self.sweep()
            if self._count(place.person) >= MAX_ENTRIES:
                raise OverQuota()
        head = json.dumps({'collection': entry.collection, 'created': entry.created, 'dead': entry.dead})
        descriptor, name = tempfile.mkstemp(dir=area, prefix='new-')
        with os.fdopen(descriptor, 'wb') as target:
            target.write(head.encode() + b'\n' + entry.content)
        os.rename(name, self._file(place))

    def _count(self, person: str) -> int:
        return sum(1 for _entry in (self._root / _hash((person,))).glob('*/*'))

    def _area(self, place: Place) -> Path:
        return self._root / _hash((place.person,)) / place.container

    def _file(self, place: Place) -> Path:
        # what lies below a junk collection carries its name in front, so that it can go with it
        return self._area(place) / f'{_hash(place.names[:1])}.{_hash(place.names)}'

    def sweep(self) -> None:
        """Removes what is older than its hour, and areas left empty."""
        limit = time.time() - LIFETIME
        for file in self._root.glob('*/*/*'):
            try:
                if file.stat().st_mtime < limit:
                    file.unlink(missing_ok=True)
            except FileNotFoundError:
                continue
        for area in self._root.glob('*/*'):
            if not any(area.iterdir()):
                shutil.rmtree(area, ignore_errors=True)


def _hash(names: tuple[str, ...]) -> str:
    return hashlib.sha256('/'.join(map(lookup_key, names)).encode()).hexdigest()[:40]


def scratch_of(site: Site) -> Scratch:
    """The scratch areas of a site."""
    return Scratch(site.folder.scratch)
