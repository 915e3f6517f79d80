"""A real server in a process of its own, on the loopback address, stopped by its process id."""

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
from pathlib import Path

#: seconds a server may take to start or to stop
PATIENCE = 60


def command(*words: str) -> list[str]:
    """The program as a command line of this interpreter."""
    return [sys.executable, '-W', 'ignore', '-m', 'lantai.app.command', *words]


def environment(**more: str) -> dict[str, str]:
    """The environment of a child: English messages, the source beside it."""
    return {**os.environ, 'LC_ALL': 'C.UTF-8', 'PYTHONPATH': os.pathsep.join(filter(None, sys.path)), **more}


def run(*words: str, data: Path, input: str = '', status: int | None = 0, **more: str) -> str:
    """Runs a command to its end; gives what it printed, errors too."""
    done = subprocess.run(
        command(*words, '--data', str(data)),
        input=input,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        env=environment(**more),
        check=False,
    )
    assert status is None or done.returncode == status, done.stdout
    return done.stdout


class Server:
    """One running `lantai serve`."""

    def __init__(self, data: Path, *words: str, **more: str) -> None:
        with (data / 'run' / 'serve.err').open('ab') as errors:
            self.process = subprocess.Popen(
                command('serve', '--data', str(data), '--listen', '127.0.0.1:0', *words),
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment(**more),
                text=True,
            )
        self.url = self._wait_for_address()

    def _wait_for_address(self) -> str:
        line = ''
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            ready, _, _ = select.select([self.process.stdout], [], [], 1)
            if ready:
                line = self.process.stdout.readline()
                break
        found = re.search(r'http://\S+/', line)
        if found is None:
            self.kill()
            raise AssertionError(f'the server did not start: {line!r}')
        return found[0].rstrip('/')

    def kill(self) -> None:
        """As a power cut of the process."""
        self.process.kill()
        self._ended()

    def stop(self) -> int:
        """As an administrator does; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def _ended(self) -> int:
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code


@contextmanager
def serving(data: Path, *words: str, **more: str) -> Iterator[Server]:
    """A server for the block; whatever happens it is ended."""
    server = Server(data, *words, **more)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
