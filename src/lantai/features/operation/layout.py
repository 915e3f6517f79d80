"""What lies where in a backup, the list of it, and the statement that makes it one."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lantai.base.canonical import canonical_json
from lantai.features.operation.errors import BackupDamaged, NoBackup
from lantai.services.signing.signature import Signature
from lantai.store.derived import sharded
from lantai.store.flushing import flush

FORMAT = 'lantai-backup/1'
OBJECTS, SETTINGS, KEYS, CONTENTS = 'objects.fs', 'lantai.toml', 'keys.json', 'contents'
LIST, STATEMENT = 'files.txt', 'backup.json'
#: there from the first step to the last but one
UNFINISHED = 'UNFINISHED'
CHUNK = 1 << 20

_KEY = re.compile(r'[0-9a-f-]{36}\.[0-9a-z-]{1,40}')
_LINE = re.compile(r'([0-9a-f]{64}) ([0-9]{1,18}) ([^\n]+)\n')


@dataclass(frozen=True)
class Entry:
    """One file: its place in the backup with slashes, its size in bytes, its SHA-256 in hex."""

    place: str
    size: int
    sha256: str

    def line(self) -> str:
        return f'{self.sha256} {self.size} {self.place}\n'


@dataclass(frozen=True)
class Statement:
    """What a backup is of and what belongs to it, signed by the repository's key."""

    format: str
    #: when its last commit was copied, RFC 3339
    time: str
    #: the id of that commit, in hex
    commit: str
    #: the log: its identity, and how many events it had
    log: str
    events: int
    contents: int
    bytes: int
    with_keys: bool
    #: SHA-256 of the list of files
    files: str

    def signed_bytes(self) -> bytes:
        """What is signed."""
        return canonical_json(asdict(self))


def place_of_content(key: str) -> str:
    """Where a content lies in a backup."""
    return sharded(PurePosixPath(CONTENTS), key).as_posix()


def is_place(place: str) -> bool:
    """Whether a backup may hold a file of that name: no list makes us write anywhere else."""
    if place in (OBJECTS, SETTINGS, KEYS):
        return True
    key = place.rpartition('/')[2]
    return bool(_KEY.fullmatch(key)) and place == place_of_content(key)


def copy_file(source: IO[bytes], target: Path) -> tuple[int, str]:
    """Copies to a new file, for the owner only; gives size and digest. Not flushed yet."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, 'wb', buffering=0) as copy:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def digest_of(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open('rb', buffering=0) as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def write_new(path: Path, data: bytes) -> None:
    """A new file for the owner only, whole and on the disk or not there."""
    temporary = path.with_name(path.name + '.new')
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, 'wb') as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    os.replace(temporary, path)
    flush(path.parent)


def is_content(place: str) -> bool:
    """Whether it is the place of a content."""
    return place.startswith(CONTENTS + '/')


def write_list(folder: Path, entries: Iterable[Entry]) -> tuple[str, int, int]:
    """Writes the list of files; gives its digest, the number of contents, and the bytes of all files."""
    digest, contents, size = hashlib.sha256(), 0, 0
    temporary = folder / (LIST + '.new')
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, 'wb') as target:
        for entry in entries:
            line = entry.line().encode()
            digest.update(line)
            target.write(line)
            contents += is_content(entry.place)
            size += entry.size
        target.flush()
        os.fsync(target.fileno())
    os.replace(temporary, folder / LIST)
    return digest.hexdigest(), contents, size


def read_list(folder: Path, statement: Statement) -> Iterator[Entry]:
    """The files of a backup; raises BackupDamaged for a list that is not the one of the statement."""
    path = folder / LIST
    if not path.is_file() or digest_of(path)[1] != statement.files:
        raise BackupDamaged.of(LIST)
    yield from read_lines(path)


def read_lines(path: Path) -> Iterator[Entry]:
    """The entries of a list as it stands; raises BackupDamaged for one that names what is in no backup."""
    with path.open(encoding='utf-8', newline='') as lines:
        for line in lines:
            match = _LINE.fullmatch(line)
            if match is None or not is_place(match[3]):
                raise BackupDamaged.of(LIST)
            yield Entry(match[3], int(match[2]), match[1])


def write_statement(folder: Path, statement: Statement, signature: Signature) -> None:
    """The last step: from here on it is a backup."""
    value = {'statement': asdict(statement), 'signature': signature.as_dict()}
    write_new(folder / STATEMENT, json.dumps(value, indent=1).encode() + b'\n')


def read_statement(folder: Path) -> tuple[Statement, Signature]:
    """The statement of a backup; raises NoBackup, and BackupDamaged for one that cannot be read."""
    path = folder / STATEMENT
    if not path.is_file() or (folder / UNFINISHED).exists():
        raise NoBackup()
    try:
        value = json.loads(path.read_bytes())
        statement = _checked(value['statement'])
        signature = Signature.from_dict(value['signature'])
    except (ValueError, KeyError, TypeError) as error:
        raise BackupDamaged.of(STATEMENT) from error
    if statement.format != FORMAT:
        raise NoBackup()
    return statement, signature


def _checked(value: Mapping[str, Any]) -> Statement:
    for each in fields(Statement):
        if type(value[each.name]) is not each.type:
            raise TypeError(each.name)
    return Statement(**value)
