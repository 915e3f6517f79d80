"""The data folder: where everything lies, and who may open the object file at a time."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lantai.base.errors import Unavailable
from lantai.base.i18n import _


class FolderInUse(Unavailable):
    """Another process has the data folder open."""

    name = 'folder-in-use'
    title = _('The data folder is in use by another process')


class DataFolder:
    """The parts of one data folder; nothing in it is readable by others than its owner."""

    def __init__(self, path: Path | str, keys: Path | str | None = None) -> None:
        self.path = Path(path).absolute()
        self.objects = self.path / 'objects'
        self.contents = self.path / 'contents'
        # on the file system of the contents, so that a received file only needs a new name
        self.incoming = self.contents / 'incoming'
        # made from the contents: can be made again, and goes with what it was made from
        self.texts = self.path / 'texts'
        self.previews = self.path / 'previews'
        self.index = self.path / 'index'
        self.keys = Path(keys).absolute() if keys else self.path / 'keys'
        self.run = self.path / 'run'
        self.scratch = self.path / 'scratch'
        self.settings_file = self.path / 'lantai.toml'
        # there from the first step of making a repository to the last
        self._unfinished = self.path / 'unfinished'

    @property
    def parts(self) -> tuple[Path, ...]:
        """Every folder that exists in a repository."""
        return (
            self.objects,
            self.contents,
            self.incoming,
            self.texts,
            self.previews,
            self.index,
            self.keys,
            self.run,
            self.scratch,
        )

    def create(self) -> None:
        """Makes what is missing, for the owner only."""
        for part in (self.path, *self.parts):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)

    def exists(self) -> bool:
        """Whether a repository was made here, to the end."""
        return self.objects.is_dir() and not self._unfinished.exists()

    def is_empty(self) -> bool:
        """Whether nothing lies here yet, or only what somebody began to make and did not finish."""
        return not self.path.exists() or self._unfinished.exists() or not any(self.path.iterdir())

    @contextmanager
    def making(self) -> Iterator[None]:
        """Around the making of a repository: what does not come to its end is taken away again.

        A process that is killed leaves it, and the next one begins by taking it away. Raises FolderInUse
        when another process is at it.
        """
        if self._unfinished.exists():
            with self.own(wait=False):
                self._clear()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._unfinished.touch(mode=0o600)
        try:
            yield
        except FolderInUse:
            raise
        except BaseException:
            self._clear()
            self._unfinished.unlink(missing_ok=True)
            raise
        self._unfinished.unlink()

    def _clear(self) -> None:
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != self._unfinished:
                entry.unlink()

    @contextmanager
    def own(self, *, wait: bool) -> Iterator[None]:
        """The right to open the object file; raises FolderInUse at once unless `wait`.

        A lock of the operating system: it ends with the process, however that ends.
        """
        self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.run / 'owner.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise FolderInUse() from error
            yield
        finally:
            os.close(descriptor)
