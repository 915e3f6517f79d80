"""A backup while everything goes on."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantai.base.clock import rfc3339
from lantai.features.operation import layout
from lantai.features.operation.alone import alone
from lantai.features.operation.errors import NotEmpty, WrongPlace
from lantai.features.operation.layout import Entry, Statement
from lantai.features.records.model import Component
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.record import record
from lantai.services.eventlog.sealer import seal_all
from lantai.services.security.actor import Actor
from lantai.services.site import Site
from lantai.store.copying import copy_objects, looking_into
from lantai.store.flushing import flush_together
from lantai.store.tree import Repository

#: states in which the content may be here still, or not any more
GONE = ('destroyed', 'transferred')

Progress = Callable[[int, int], None]
#: looks for contents that were taken away while they were being copied; each look is short but the first
LOOKS = 20


@dataclass
class Backup:
    """What was copied. `problems` names contents that were missing or changed in the repository itself:
    they are in the backup as they are, or not at all, and `verify` will say the same there as here.
    """

    statement: Statement
    problems: list[tuple[str, str]] = field(default_factory=list)


def back_up(
    site: Site,
    target: Path,
    actor: Actor,
    progress: Progress = lambda _done, _total: None,
    *,
    with_keys: bool = True,
    door: str = 'cli',
) -> Backup:
    """Copies the repository as it is at one commit into the folder `target`, absent or empty so far.

    A backup that breaks off has no statement and a file that says so. Raises NotEmpty, WrongPlace,
    OperationRunning, NoActiveKey.
    """
    check_target(site, target)
    with alone(site.folder.run):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.chmod(0o700)
        unfinished = target / layout.UNFINISHED
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        # so that what happened until now is under a signed head in it, and its log knows the key
        seal_all(site.database, site.keys, site.clock, site.folder.run)
        with _Copying(site, target, progress) as copying:
            copying.copy()
            if site.folder.settings_file.exists():
                with site.folder.settings_file.open('rb') as source:
                    copying.note(layout.SETTINGS, *layout.copy_file(source, target / layout.SETTINGS))
            if with_keys:
                copying.note(layout.KEYS, *_copy_keys(site, target / layout.KEYS))
            statement = copying.statement(with_keys)
        flush_together(
            (path for path in target.rglob('*') if path.is_file()),
            (target, *(path for path in target.rglob('*') if path.is_dir())),
            target,
        )
        # taken away first: what has a statement is a backup, also when we are killed between the two
        unfinished.unlink()
        layout.write_statement(target, statement, site.keys.sign(statement.signed_bytes()))
    site.transact(
        lambda act: record(
            act,
            Event.BACKUP,
            commit=statement.commit,
            files=statement.files,
            contents=statement.contents,
            with_keys=with_keys,
            problems=len(copying.problems),
        ),
        actor,
        door,
    )
    return Backup(statement, copying.problems)


def check_target(site: Site, target: Path) -> None:
    """Raises NotEmpty, WrongPlace."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotEmpty()
    if target.resolve().is_relative_to(site.folder.path.resolve()):
        raise WrongPlace()


class _Copying:
    """The objects up to a commit and every content that they name.

    A content may be taken away after the objects were copied and before it was its turn: then the objects
    are brought up to now, where nothing names it any more, and it is looked again. What was copied stands in
    a file, not in memory: there may be millions.
    """

    def __init__(self, site: Site, target: Path, progress: Progress) -> None:
        self._site, self._target, self._progress = site, target, progress
        self._facts: dict[str, Any] = {}
        #: content key -> what is wrong with it in the repository itself
        self._wrong: dict[str, str] = {}
        #: the contents named at the last look, when it was not the only one
        self._named: set[str] | None = None
        self._copied = target / (layout.LIST + '.part')
        self._lines: Any = None

    def __enter__(self) -> '_Copying':
        self._lines = self._copied.open('x', encoding='utf-8')
        return self

    def __exit__(self, *_error: object) -> None:
        self._lines.close()

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Code and content key, of what the last look still names."""
        return [(code, key) for key, code in self._wrong.items() if self._named is None or key in self._named]

    def note(self, place: str, size: int, digest: str) -> None:
        self._lines.write(Entry(place, size, digest).line())

    def copy(self) -> None:
        objects = self._target / layout.OBJECTS
        for look in range(LOOKS):
            commit = copy_objects(self._site.database.db.storage, objects, self._progress)
            self._facts = {'commit': commit.hex(), 'time': rfc3339(self._site.clock.now())}
            self._named = set() if look else None
            with looking_into(objects) as repository:
                log = event_log(repository)
                self._facts.update(log=log.uid, events=log.size + log.waiting)
                missing = self._contents(repository)
            if not self._taken_away(missing):
                break
        self._wrong.update(dict.fromkeys(missing, 'content-missing'))
        self.note(layout.OBJECTS, *layout.digest_of(objects))

    def _contents(self, repository: Repository) -> list[str]:
        """Copies what is not copied yet; gives the keys of what is not there."""
        missing, total = [], len(repository.objects)
        for done, key, digest, gone in _named_contents(repository):
            path, target = self._site.contents.path(key), self._target / layout.place_of_content(key)
            # what was destroyed or handed over is in the backup only if it is still kept
            if not gone or path.exists():
                if self._named is not None:
                    self._named.add(key)
                if not target.exists() and not self._copy(path, target, key, digest):
                    missing.append(key)
            if done % 100 == 0:
                self._progress(done, total)
        self._progress(total, total)
        return missing

    def _copy(self, path: Path, target: Path, key: str, digest: str) -> bool:
        """Whether the content was there to be copied."""
        try:
            with path.open('rb') as source:
                size, found = layout.copy_file(source, target)
        except FileNotFoundError:
            return False
        self.note(layout.place_of_content(key), size, found)
        if found != digest:
            self._wrong[key] = 'content-differs'
        return True

    def _taken_away(self, missing: list[str]) -> bool:
        """Whether any of them is named no more, now."""
        if not missing:
            return False
        with self._site.database.reading() as repository:
            return any(not _names(repository, key) for key in missing)

    def _entries(self) -> Iterator[Entry]:
        """What belongs to the backup; what its owners took away after it was copied is taken away here."""
        for entry in layout.read_lines(self._copied):
            key = entry.place.rpartition('/')[2]
            if self._named is not None and layout.is_content(entry.place) and key not in self._named:
                (self._target / entry.place).unlink()
                continue
            yield entry

    def statement(self, with_keys: bool) -> Statement:
        """Over all that was noted; writes the list."""
        self._lines.close()
        digest, contents, size = layout.write_list(self._target, self._entries())
        self._copied.unlink()
        return Statement(
            format=layout.FORMAT,
            contents=contents,
            bytes=size,
            with_keys=with_keys,
            files=digest,
            **self._facts,
        )


def _named_contents(repository: Repository) -> Iterator[tuple[int, str, str, bool]]:
    """Of every content: objects passed so far, key, SHA-256, and whether its record may be without it."""
    connection = repository._p_jar
    for done, node in enumerate(repository.objects.values(), 1):
        if isinstance(node, Component) and node.version:
            yield done, node.content_key, node.sha256, node.item.state in GONE
        if done % 1000 == 0:
            connection.cacheGC()


def _names(repository: Repository, key: str) -> bool:
    node = repository.by_uid(key.rpartition('.')[0])
    return isinstance(node, Component) and node.content_key == key and node.item.state not in GONE


def _copy_keys(site: Site, target: Path) -> tuple[int, str]:
    """All keys in one file, so that it can be kept elsewhere than the rest."""
    folder = site.keys.folder
    names = ['active', *(f'{key}{ending}' for key in site.keys.key_ids() for ending in ('.pem', '.pub.pem'))]
    held = {name: (folder / name).read_text('ascii') for name in names if (folder / name).exists()}
    data = json.dumps({'keys': held}, indent=1).encode() + b'\n'
    layout.write_new(target, data)
    return layout.digest_of(target)
