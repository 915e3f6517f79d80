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
        copying = _Copying(site, target, progress)
        copying.copy()
        if site.folder.settings_file.exists():
            with site.folder.settings_file.open('rb') as source:
                size, digest = layout.copy_file(source, target / layout.SETTINGS)
            copying.note(layout.SETTINGS, size, digest)
        if with_keys:
            size, digest = _copy_keys(site, target / layout.KEYS)
            copying.note(layout.KEYS, size, digest)
        flush_together(
            (target / place for place in copying.entries),
            {path for place in copying.entries for path in _folders(target, place)},
            target,
        )
        statement = copying.statement(with_keys)
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
    are brought up to now, where nothing names it any more, and it is looked again.
    """

    def __init__(self, site: Site, target: Path, progress: Progress) -> None:
        self._site, self._target, self._progress = site, target, progress
        self.entries: dict[str, Entry] = {}
        self.problems: list[tuple[str, str]] = []
        self._facts: dict[str, Any] = {}
        #: content key -> what the repository says its digest is
        self._named: dict[str, str] = {}

    def note(self, place: str, size: int, digest: str) -> None:
        self.entries[place] = Entry(place, size, digest)

    def copy(self) -> None:
        objects = self._target / layout.OBJECTS
        for _look in range(LOOKS):
            commit = copy_objects(self._site.database.db.storage, objects, self._progress)
            self._facts = {'commit': commit.hex(), 'time': rfc3339(self._site.clock.now())}
            with looking_into(objects) as repository:
                log = event_log(repository)
                self._facts.update(log=log.uid, events=log.size + log.waiting)
                missing = self._contents(repository)
            if not self._taken_away(missing):
                break
        self.problems += [('content-missing', key) for key in missing]
        self.problems += [
            ('content-differs', key)
            for key, digest in self._named.items()
            if (entry := self.entries.get(layout.place_of_content(key))) and entry.sha256 != digest
        ]
        self._drop_unnamed()
        self.note(layout.OBJECTS, *layout.digest_of(objects))

    def _contents(self, repository: Repository) -> list[str]:
        """Copies what is not copied yet; gives the keys of what is not there."""
        self._named, missing = {}, []
        found = list(_named_contents(repository))
        for done, (key, digest, gone) in enumerate(found, 1):
            place, path = layout.place_of_content(key), self._site.contents.path(key)
            # what was destroyed or handed over is in the backup only if it is still kept
            if not gone or path.exists():
                self._named[key] = digest
            if key in self._named and place not in self.entries:
                try:
                    with path.open('rb') as source:
                        self.note(place, *layout.copy_file(source, self._target / place))
                except FileNotFoundError:
                    missing.append(key)
            if done % 100 == 0 or done == len(found):
                self._progress(done, len(found))
        return missing

    def _taken_away(self, missing: list[str]) -> bool:
        """Whether any of them is named no more, now."""
        if not missing:
            return False
        with self._site.database.reading() as repository:
            return any(not _names(repository, key) for key in missing)

    def _drop_unnamed(self) -> None:
        """What was copied and then taken away by its owners is not kept in the backup either."""
        named = {layout.place_of_content(key) for key in self._named}
        for place in [place for place in self.entries if place not in named]:
            (self._target / place).unlink()
            del self.entries[place]

    def statement(self, with_keys: bool) -> Statement:
        """Over all that was noted; writes the list."""
        contents = [each for each in self.entries.values() if each.place.startswith(layout.CONTENTS + '/')]
        return Statement(
            format=layout.FORMAT,
            contents=len(contents),
            bytes=sum(each.size for each in self.entries.values()),
            with_keys=with_keys,
            files=layout.write_list(self._target, self.entries.values()),
            **self._facts,
        )


def _folders(target: Path, place: str) -> Iterator[Path]:
    """The folders between a file of the backup and the backup itself, that included."""
    for path in (target / place).parents:
        yield path
        if path == target:
            return


def _named_contents(repository: Repository) -> Iterator[tuple[str, str, bool]]:
    """Key and SHA-256 of every content, and whether its record is one that need not have it any more."""
    connection = repository._p_jar
    for done, node in enumerate(repository.objects.values(), 1):
        if isinstance(node, Component) and node.version:
            yield node.content_key, node.sha256, node.item.state in GONE
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
