"""Making files durable: one by one, or a whole file system at once.

A commit that gathers many small files flushes their file system once (`syncfs`), which costs about as much as
flushing one of them and takes the folders along. A large file is flushed by whoever received it, so that the
commit of others does not wait for it.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

#: a body of more bytes than this is flushed when it has come in
LARGE = 1 << 20


def flush(path: Path) -> None:
    """Waits until a file or folder is on the disk; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_together(files: Iterable[Path], folders: Iterable[Path], root: Path) -> None:
    """Waits until all of them, on the file system of `root`, are on the disk; raises OSError."""
    if _syncfs is None:
        for path in (*files, *folders):
            flush(path)
        return
    descriptor = os.open(root, os.O_RDONLY)
    try:
        if _syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(root))
    finally:
        os.close(descriptor)


def _find_syncfs():
    """The system's own call (Linux); None elsewhere."""
    if not sys.platform.startswith('linux'):
        return None
    found = getattr(ctypes.CDLL(None, use_errno=True), 'syncfs', None)
    if found is not None:
        found.argtypes, found.restype = [ctypes.c_int], ctypes.c_int
    return found


_syncfs = _find_syncfs()
