"""The data folder: where everything lies, and who may open the object file at a time."""

import fcntl
import os
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
        self.index = self.path / 'index'
        self.keys = Path(keys).absolute() if keys else self.path / 'keys'
        self.run = self.path / 'run'
        self.scratch = self.path / 'scratch'
        self.settings_file = self.path / 'lantai.toml'

    @property
    def parts(self) -> tuple[Path, ...]:
        """Every folder that exists in a repository."""
        return (self.objects, self.contents, self.incoming, self.index, self.keys, self.run, self.scratch)

    def create(self) -> None:
        """Makes what is missing, for the owner only."""
        for part in (self.path, *self.parts):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)

    def exists(self) -> bool:
        """Whether a repository was made here."""
        return self.objects.is_dir()

    def is_empty(self) -> bool:
        """Whether nothing lies here yet."""
        return not self.path.exists() or not any(self.path.iterdir())

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
