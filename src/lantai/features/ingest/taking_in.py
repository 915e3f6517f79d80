"""Files that come in with their folders, one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantai.base.names import check_name
from lantai.features.ingest.errors import DifferentFile
from lantai.features.records import deposit, service
from lantai.features.records.model import Folder, Inbox, Item
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.store.contents import Received
from lantai.store.tree import Container

#: deeper than any office files; a path from a script is no invitation to build a tower
MOST_LEVELS = 20


@dataclass(frozen=True)
class TakenIn:
    """Where a file is now; `new` is false when exactly this file was there already."""

    segments: tuple[str, ...]
    new: bool


def take_in(
    act: Act,
    container: Container,
    names: Sequence[str],
    received: Received,
    client_mtime: datetime | None = None,
) -> TakenIn:
    """Stores a file under the last of `names`; the others are folders, made as needed where there can be any.

    Raises DifferentFile when another content of that name is there, and as `deposit.put` does.
    """
    *folders, name = [check_name(each) for each in names[-MOST_LEVELS:]]
    for folder in folders:
        container = _folder(act, container, folder)
    existing = container.get(name)
    if existing is not None and policy.sees(act.actor, existing):
        single = existing.single if isinstance(existing, Item) else None
        if single is None or single.sha256 != received.sha256:
            raise DifferentFile()
        return TakenIn(existing.segments, False)
    put = deposit.put(act, container, name, received, client_mtime=client_mtime)
    return TakenIn(put.node.segments, True)


def _folder(act: Act, container: Container, name: str) -> Container:
    if not isinstance(container, Inbox | Folder):
        return container  # a series holds records, not folders: what was in folders lies side by side
    existing = container.get(name)
    if isinstance(existing, Folder) and policy.sees(act.actor, existing):
        return existing
    return service.create(act, container, 'folder', name=name, title=name)
