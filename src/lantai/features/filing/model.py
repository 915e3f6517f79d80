"""What filing stores: batches, the numbers given, the document numbers taken, the signed manifests."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.base.ids import new_uid
from lantai.store.tree import Repository

ROOM = 'batches'


class Batch(Persistent):
    """归档批次: what is filed together, in order. `items` are uids; the tuple is replaced, never changed."""

    title = ''
    state = 'open'
    items: tuple[str, ...] = ()
    #: counts the changes, so that a confirmation names what was looked at
    revision = 1
    filed: datetime | None = None
    filer = ''
    #: the job that is filing it, while one is
    job = ''
    #: 归档登记表 as plain values, and the signature of their canonical JSON
    register: dict[str, Any] | None = None
    signature: dict[str, str] | None = None

    def __init__(self, fonds_code: str, title: str, maker: str, opened: datetime) -> None:
        # the uid begins with the time, so batches in order of id are in order of time
        self.id = new_uid()
        self.fonds_code = fonds_code
        self.title = title
        self.maker = maker
        self.opened = opened


class Counter(Persistent):
    """The last item number given in one group. Two who take a number at once conflict, and one tries
    again."""

    last = 0

    def take(self) -> int:
        """Return the next number and remember it."""
        self.last += 1
        return self.last


class Manifest(Persistent):
    """What was fixed of one item, as the exact bytes that were signed, and the signature."""

    def __init__(self, text: bytes, signature: dict[str, str]) -> None:
        self._packed = zlib.compress(text)
        self.signature = signature

    @property
    def text(self) -> bytes:
        """The signed bytes: canonical JSON."""
        return zlib.decompress(self._packed)


class Batches(Persistent):
    """The room's store. Everything that must be unique is decided here, never by the search index."""

    def __init__(self) -> None:
        self.by_id = OOBTree()
        self.open = OOTreeSet()
        self.filed = OOTreeSet()
        #: uid of an item -> id of the open batch it is on
        self.of_item = OOBTree()
        #: group of numbering (`ReferenceCode.group`) -> Counter
        self.counters = OOBTree()
        #: uid of a volume -> its number in its series
        self.volumes = OOBTree()
        #: reference code -> uid of the item
        self.codes = OOBTree()
        #: fonds and document number (文号) of what is filed -> uid of the item
        self.document_numbers = OOBTree()
        #: uid of a series or volume -> its filed items: sort key of the code -> uid
        self.catalogues = OOBTree()
        #: uid of an item -> Manifest
        self.manifests = OOBTree()

    def add(self, batch: Batch) -> None:
        """Take a new batch in."""
        self.by_id[batch.id] = batch
        self.open.insert(batch.id)

    def drop(self, batch: Batch) -> None:
        """Let an open batch go; its items are free again."""
        self.set_items(batch, ())
        self.open.remove(batch.id)
        del self.by_id[batch.id]

    def set_items(self, batch: Batch, items: tuple[str, ...]) -> None:
        """Put these items on an open batch, in this order."""
        for uid in set(batch.items).difference(items):
            self.of_item.pop(uid, None)
        for uid in set(items).difference(batch.items):
            self.of_item[uid] = batch.id
        batch.items = tuple(items)
        batch.revision += 1

    def close(self, batch: Batch) -> None:
        """Move a batch from the open ones to the filed ones."""
        for uid in batch.items:
            self.of_item.pop(uid, None)
        if batch.id in self.open:
            self.open.remove(batch.id)
        self.filed.insert(batch.id)
        self.by_id[batch.id] = batch

    def last_number(self, group: str) -> int:
        """Return the last number given in a group, 0 when none was."""
        counter = self.counters.get(group)
        return counter.last if counter is not None else 0

    def take_number(self, group: str) -> int:
        """Return the next number of a group; part of the transaction, so a refused filing takes none."""
        counter = self.counters.get(group)
        if counter is None:
            counter = self.counters[group] = Counter()
        return counter.take()

    def catalogue_of(self, container_uid: str) -> OOBTree:
        """Return the filed items of a series or volume for adding to; made when it has none yet."""
        catalogue = self.catalogues.get(container_uid)
        if catalogue is None:
            catalogue = self.catalogues[container_uid] = OOBTree()
        return catalogue


def install(repository: Repository) -> None:
    """Make the room's store in a new repository."""
    repository.rooms[ROOM] = Batches()


def batches_of(repository: Repository) -> Batches:
    """Return the room's store."""
    return repository.room(ROOM)
