"""The body of a request while it comes in: in memory up to a megabyte, then in a file beside the contents.

The file has no name, so nothing is left of a body that breaks off, however the process ends; and it
lies on the file system of the contents, so that storing it is giving it a name, not copying it.
"""

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO

#: bytes kept in memory
IN_MEMORY = 1 << 20


class Spool:
    """What waitress wants of a buffer for bodies, and what `web.uploads` wants of a body."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._length = 0
        self._closed = False

    def append(self, data: bytes) -> None:
        if self._closed:
            return
        self._length += len(data)
        if self._file is None and self._length <= IN_MEMORY:
            self._pieces.append(data)
            return
        if self._file is None:
            self._file = _nameless(self._folder)
            self._write(b''.join(self._pieces))
            self._pieces.clear()
        self._write(data)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]

    def __len__(self) -> int:
        return self._length

    def getfile(self) -> IO[bytes]:
        """The whole body from its beginning."""
        if self._file is None:
            return BytesIO(b''.join(self._pieces))
        self._file.seek(0)
        return self._file

    @property
    def descriptor(self) -> int | None:
        """The file that holds the body; None while it is in memory."""
        return None if self._file is None else self._file.fileno()

    def close(self) -> None:
        """Lets go of the body; what still comes in is dropped."""
        self._closed = True
        self._pieces.clear()
        if self._file is not None:
            self._file.close()


def _nameless(folder: Path) -> IO[bytes]:
    """A new file without a name, which can be given one later where the system knows such files."""
    try:
        descriptor = os.open(folder, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, 0o600)
    except (AttributeError, OSError):
        return tempfile.TemporaryFile(dir=folder, buffering=0)
    return os.fdopen(descriptor, 'w+b', buffering=0)
