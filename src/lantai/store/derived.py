"""What was made from contents: their text, and small pictures of them.

Own files beside the contents, named by the content's key, so that they can be erased for good and are
removed with the content. Nothing of it is in the object database; all of it can be made again.
"""

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from lantai.base.ids import new_uid


def sharded(root: Path, key: str) -> Path:
    """Where the file of a key lies below a folder; two levels by the random end of its first part."""
    stem = key.split('.', 1)[0].replace('-', '')
    return root / stem[-2:] / stem[-4:-2] / key


class TextState(StrEnum):
    """How far the extraction of a text is."""

    WAITING = 'waiting'
    #: begun, and not come to an end: under way, or its process died
    TRYING = 'trying'
    DONE = 'done'
    NOTHING = 'nothing'
    FAILED = 'failed'


FINAL = frozenset({TextState.DONE, TextState.NOTHING, TextState.FAILED})


@dataclass(frozen=True)
class TextFacts:
    """What is known of one text: state, a stable code for why there is none, how often it was tried,
    its characters, whether it was cut, and the version of what read it.
    """

    state: TextState = TextState.WAITING
    reason: str = ''
    attempts: int = 0
    characters: int = 0
    cut: bool = False
    reader: int = 0

    @property
    def is_final(self) -> bool:
        """Whether nothing more is to come."""
        return self.state in FINAL


class _Store(ABC):
    """Files named by the keys of contents."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def files(self) -> Iterator[Path]:
        """Every file kept."""
        yield from self.root.glob('[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*')

    @abstractmethod
    def paths(self, key: str) -> tuple[Path, ...]:
        """Where what was made from a content lies, or would."""

    def forget(self, key: str) -> None:
        """Removes what was made from a content, now."""
        for path in self.paths(key):
            path.unlink(missing_ok=True)

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # beside its final place, so that a sweep finds it by the same key should the process die here
        new = path.with_name(f'{path.name}.new-{new_uid()}')
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, 'wb') as stream:
                stream.write(data)
            os.rename(new, path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


class Texts(_Store):
    """Extracted texts: a line of facts as JSON, then the text in UTF-8."""

    def paths(self, key: str) -> tuple[Path, ...]:
        """Where the text of a content lies, or would."""
        return (sharded(self.root, key),)

    @staticmethod
    def key_of(path: Path) -> str:
        """The content a file was made from."""
        return '.'.join(path.name.split('.', 2)[:2])

    @property
    def is_begun(self) -> bool:
        """Whether texts were ever made in this folder; not in a new one, nor in one put back from a backup,
        which has no texts in it."""
        return (self.root / 'begun').exists()

    def begin(self) -> None:
        """From now on it was."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.root / 'begun').touch(mode=0o600)

    def facts(self, key: str) -> TextFacts:
        """What is known of the text of a content; waiting where nothing is."""
        try:
            with sharded(self.root, key).open('rb') as stream:
                return _facts(stream.readline())
        except FileNotFoundError:
            return TextFacts()

    def read(self, key: str) -> str:
        """The text of a content; empty where there is none."""
        try:
            with sharded(self.root, key).open('rb') as stream:
                stream.readline()
                return stream.read().decode('utf-8', 'replace')
        except FileNotFoundError:
            return ''

    def holds(self, key: str) -> bool:
        """Whether anything is kept under a key."""
        return sharded(self.root, key).exists()

    def keep(self, key: str, facts: TextFacts, text: str = '') -> None:
        """Keeps the text of a content, in place of what was known of it."""
        head = json.dumps(asdict(facts)).encode()
        self._write(sharded(self.root, key), head + b'\n' + text.encode('utf-8', 'replace'))


def _facts(line: bytes) -> TextFacts:
    try:
        values = json.loads(line)
        return TextFacts(**{**values, 'state': TextState(values['state'])})
    except (ValueError, TypeError, KeyError):
        # cut off by a full disk or a crash of the machine: it is made again
        return TextFacts()


class Previews(_Store):
    """Small pictures of contents, in two sizes, as JPEG."""

    SIZES = ('small', 'large')

    def path(self, key: str, size: str) -> Path:
        """Where the preview of that size lies, or would."""
        return sharded(self.root, f'{key}.{size}')

    def paths(self, key: str) -> tuple[Path, ...]:
        """Where the previews of a content lie, or would."""
        return tuple(self.path(key, size) for size in self.SIZES)

    @staticmethod
    def key_of(path: Path) -> str:
        """The content a file was made from."""
        return '.'.join(path.name.split('.', 2)[:2])

    def holds(self, key: str, size: str = 'small') -> bool:
        """Whether there is a preview of that size."""
        return self.path(key, size).exists()

    def keep(self, key: str, size: str, picture: bytes) -> None:
        """Keeps a preview."""
        self._write(self.path(key, size), picture)
