"""Putting a backup back, into a folder with nothing in it."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from lantai.base.errors import DomainError
from lantai.features.operation import layout
from lantai.features.operation.errors import BackupDamaged
from lantai.features.operation.layout import Entry, Statement
from lantai.services.eventlog.log import event_log
from lantai.services.signing.keyring import KeyRing
from lantai.services.signing.signature import Signature
from lantai.store.copying import looking_into
from lantai.store.flushing import flush_together
from lantai.store.folder import DataFolder
from lantai.store.storage import OBJECTS

Progress = Callable[[int, int], None]
#: damaged files named in one error
MOST = 50

_KEY_FILE = re.compile(r'active|[0-9a-f]{16}(\.pub)?\.pem')


def restore_files(
    source: Path, folder: DataFolder, progress: Progress = lambda _done, _total: None
) -> tuple[Statement, bool]:
    """Copies a backup into a data folder, each file checked against the list while it is copied, the list
    against the statement, and the statement against the keys that the repository's log knows.

    Gives the statement and whether the keys that sign are there. The caller gives `DataFolder.making` around
    it, which takes away what does not come to its end. Raises NoBackup, BackupDamaged naming every file.
    """
    statement, signature = layout.read_statement(source)
    folder.create()
    damaged: list[str] = []
    objects = False
    for done, entry in enumerate(layout.read_list(source, statement), 1):
        objects |= entry.place == layout.OBJECTS
        if not _restore(source, folder, entry) and len(damaged) < MOST:
            damaged.append(entry.place)
        # beside the contents there are three files at most
        progress(done, max(statement.contents + 3, done))
    if not objects:
        damaged.append(layout.OBJECTS)
    if damaged:
        raise BackupDamaged.of(*damaged)
    _check(folder, statement, signature)
    flush_together(
        (path for path in folder.path.rglob('*') if path.is_file()),
        (folder.path, *(path for path in folder.path.rglob('*') if path.is_dir())),
        folder.path,
    )
    return statement, (folder.keys / 'active').exists()


def _target(folder: DataFolder, place: str) -> Path:
    if place == layout.OBJECTS:
        return folder.objects / OBJECTS
    if place == layout.SETTINGS:
        return folder.settings_file
    return folder.path / place


def _restore(source: Path, folder: DataFolder, entry: Entry) -> bool:
    """Whether the file was there and as it was written."""
    path = source / entry.place
    if entry.place == layout.KEYS:
        return _restore_keys(path, folder, entry)
    try:
        with path.open('rb') as original:
            found = layout.copy_file(original, _target(folder, entry.place))
    except FileNotFoundError:
        return False
    return found == (entry.size, entry.sha256)


def _restore_keys(path: Path, folder: DataFolder, entry: Entry) -> bool:
    """The keys, into a folder without any; a file of keys that is kept elsewhere is no damage."""
    if not path.exists():
        return True
    if layout.digest_of(path) != (entry.size, entry.sha256):
        return False
    if any(folder.keys.iterdir()):
        # LANTAI_KEYS names a folder that has them; what is there is not written over
        return True
    for name, text in json.loads(path.read_bytes())['keys'].items():
        if not _KEY_FILE.fullmatch(name):
            return False
        layout.write_new(folder.keys / name, text.encode('ascii'))
    return True


def _check(folder: DataFolder, statement: Statement, signature: Signature) -> None:
    """The statement is signed by a key of this repository, and is about these objects."""
    with looking_into(folder.objects / OBJECTS) as repository:
        log = event_log(repository)
        commit = repository._p_jar.db().lastTransaction().hex()
        try:
            signed = KeyRing(folder.keys).verify(statement.signed_bytes(), signature, dict(log.keys))
        except DomainError as error:
            raise BackupDamaged(error.title, BackupDamaged.of(layout.STATEMENT).conditions) from error
        if not signed or log.uid != statement.log:
            raise BackupDamaged.of(layout.STATEMENT)
        if commit != statement.commit or log.size + log.waiting != statement.events:
            raise BackupDamaged.of(layout.OBJECTS)


def check_source(source: Path) -> None:
    """Raises NoBackup, BackupDamaged: before anything is made in the new folder."""
    layout.read_statement(source)
    if not os.access(source / layout.LIST, os.R_OK):
        raise BackupDamaged.of(layout.LIST)
