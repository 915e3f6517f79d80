"""A package as one ZIP, streamed: nothing of it stands in memory or on the disk a second time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lantai.features.cases.model import Case
from lantai.features.transfer import store
from lantai.features.transfer.errors import NoPackage
from lantai.features.transfer.model import Transfer
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

BLOCK = 256 * 1024


def fetch(act: Act, case: Case) -> Iterator[bytes]:
    """The package of a case for who sends it; noted in the log. Raises NoPackage."""
    if not may_fetch(act, case):
        raise NoPackage()
    assert isinstance(case, Transfer) and case.package is not None
    folder = store.folder_of(act.site, case.uid, case.package['id'])
    record(act, Event.CONTENT_READ, case, package=case.package['id'], manifest=case.package['manifest'])
    return zipped(folder, name_of(case))


def may_fetch(act: Act, case: Case) -> bool:
    """Whether there is a package and the actor may have it."""
    return (
        isinstance(case, Transfer)
        and store.is_there(act.site, case.uid, case.package)
        and Permission.SEND in policy.permissions(act.actor, case)
    )


def name_of(case: Case) -> str:
    """The name of the folder in the ZIP."""
    return f'{case.fonds_code}-{case.uid}'


class _Sink:
    """Takes what the ZIP writer writes until it is sent; it cannot go back."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self._at = 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        pass

    def seekable(self) -> bool:
        return False

    def take(self) -> bytes:
        taken = b''.join(self.parts)
        self.parts.clear()
        return taken


def zipped(folder: Path, name: str) -> Iterator[bytes]:
    """The files below a folder as a ZIP of stored files, piece by piece."""
    sink = _Sink()
    with zipfile.ZipFile(sink, 'w', zipfile.ZIP_STORED) as archive:
        for path in store.files_below(folder):
            inside = zipfile.ZipInfo.from_file(path, f'{name}/{path.relative_to(folder).as_posix()}')
            with path.open('rb') as source, archive.open(inside, 'w', force_zip64=True) as target:
                while block := source.read(BLOCK):
                    target.write(block)
                    yield sink.take()
            yield sink.take()
    yield sink.take()
