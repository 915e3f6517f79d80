"""A real server for the load test: a process of its own, as an office runs it."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from lantai.base.errors import Unavailable
from lantai.base.i18n import _
from lantai.store.folder import DataFolder

#: seconds to start and to stop
PATIENCE = 120


class DidNotStart(Unavailable):
    """The server ended before it served."""

    name = 'server-did-not-start'
    title = _('The server did not start')


@dataclass(frozen=True)
class Serving:
    """A running server: its address, its process, and seconds from its start to its first page."""

    url: str
    pid: int
    cold_start: float

    def memory_mb(self) -> float | None:
        """What the process has in memory now, in MiB; None where the system does not tell."""
        try:
            status = Path(f'/proc/{self.pid}/status').read_text('ascii')
        except FileNotFoundError:
            return None
        return round(int(re.search(r'VmRSS:\s+(\d+) kB', status)[1]) / 1024, 1)

    def cpu_seconds(self) -> float | None:
        """Processor time the process has used; None where the system does not tell."""
        try:
            fields = Path(f'/proc/{self.pid}/stat').read_text('ascii').rpartition(')')[2].split()
        except FileNotFoundError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


@contextmanager
def serving(folder: DataFolder) -> Iterator[Serving]:
    """Serves `folder` on a free port of the loopback address for the block; raises DidNotStart."""
    begun = time.perf_counter()
    with (folder.run / 'bench.log').open('wb') as errors:
        process = subprocess.Popen(
            [
                sys.executable, '-m', 'lantai.app.command',
                'serve', '--data', str(folder.path), '--listen', '127.0.0.1:0',
            ],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        )  # fmt: skip
    try:
        url = _address(process)
        with urlopen(f'{url}/login', timeout=PATIENCE) as page:
            page.read()
        yield Serving(url, process.pid, time.perf_counter() - begun)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _environment() -> dict[str, str]:
    """That of this process without what names another repository; the child finds the modules we find."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith('LANTAI_')}
    return {**kept, 'PYTHONPATH': os.pathsep.join(filter(None, sys.path)), 'LC_ALL': 'C.UTF-8'}


def _address(process: subprocess.Popen) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if select.select([process.stdout], [], [], 1)[0]:
            found = re.search(rb'http://[^\s/]+', process.stdout.readline())
            if found:
                return found[0].decode()
    raise DidNotStart()
