"""One backup or pack at a time, whatever is started twice, in all processes on the data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lantai.features.operation.errors import OperationRunning


@contextmanager
def alone(run: Path, *, wait: bool = False) -> Iterator[None]:
    """For the block no other one runs; raises OperationRunning at once unless `wait`.

    A lock of the operating system: it ends with the process, however that ends.
    """
    descriptor = os.open(run / 'operation.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise OperationRunning() from error
        yield
    finally:
        os.close(descriptor)
