"""The local socket of a running server, through which commands reach the repository it has open.

Lines of JSON. The caller sends its words; the server answers with what to print, what to ask for,
and at last the exit code. Only the owner of the data folder can open the socket, and the server
asks the operating system who is there.
"""

import json
import logging
import os
import pwd
import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.doors.cli.call import NOT_SO, WRONG_USE, Terminal

log = logging.getLogger(__name__)

NAME = 'lantai.sock'
#: the kernel's limit for the path of a socket, in bytes
LONGEST_PATH = 107
#: a folder with a short path that every system has
SHORT = '/tmp'
MAX_LINE = 1 << 20


@dataclass(frozen=True)
class Words:
    """What a caller asks for."""

    argv: list[str]
    cwd: str
    language: str
    watched: bool
    user: str = ''


#: runs the words of a caller on the server's site; gives the exit code
Runner = Callable[[Words, Terminal], int]


@contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name of `path` that is short enough for a socket: through a link where its own is too long."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    # not the process's own temporary folder: a server has that in the data folder
    with tempfile.TemporaryDirectory(prefix='lantai-', dir=SHORT) as short:
        link = Path(short) / 'run'
        link.symlink_to(path.parent)
        yield str(link / path.name)


class Listener:
    """Answers commands while a server runs."""

    def __init__(self, run: Path, runner: Runner) -> None:
        self.path = run / NAME
        self._runner = runner
        self._socket = socket.socket(socket.AF_UNIX)
        # the folder's lock is ours, so a socket that is there was left by a server that died
        self.path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            with _address(self.path) as address:
                self._socket.bind(address)
        finally:
            os.umask(before)
        self._socket.listen(8)
        self._calls: set[threading.Thread] = set()
        self._thread = threading.Thread(target=self._accept, name='commands', daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Takes no more commands and lets those running end."""
        self.path.unlink(missing_ok=True)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for call in list(self._calls):
            call.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            call = threading.Thread(target=self._serve, args=(connection,), name='command')
            self._calls.add(call)
            call.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile('rwb') as stream:
                uid = _peer(connection)
                if uid not in (os.getuid(), 0):
                    return
                words = Words(**json.loads(stream.readline(MAX_LINE)))
                code = self._runner(
                    Words(words.argv, words.cwd, words.language, words.watched, _user(uid)),
                    _Remote(stream, words.watched),
                )
                _send(stream, exit=code)
        except (OSError, ValueError, TypeError):
            # the caller went away, or is no lantai; what it began has its own transaction
            log.info('a command broke off', exc_info=True)
        finally:
            self._calls.discard(threading.current_thread())


class _Remote:
    """The caller's terminal, at the other end of the socket."""

    def __init__(self, stream: Any, watched: bool) -> None:
        self._stream = stream
        self.watched = watched

    def out(self, text: str) -> None:
        _send(self._stream, out=text)

    def err(self, text: str) -> None:
        _send(self._stream, err=text)

    def ask_secret(self, prompt: str) -> str:
        _send(self._stream, ask=prompt)
        return json.loads(self._stream.readline(MAX_LINE))['secret']


def ask_server(run: Path, words: Words, terminal: Terminal) -> int | None:
    """Lets a running server carry out a command; None when no server listens."""
    path = run / NAME
    if not path.exists():
        return None
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            with _address(path) as address:
                connection.connect(address)
        except (ConnectionRefusedError, FileNotFoundError):
            return None
        with connection.makefile('rwb') as stream:
            _send(stream, argv=words.argv, cwd=words.cwd, language=words.language, watched=words.watched)
            return _follow(stream, terminal)


def _follow(stream: Any, terminal: Terminal) -> int:
    while line := stream.readline(MAX_LINE * 8):
        message = json.loads(line)
        if 'exit' in message:
            return message['exit']
        if 'out' in message:
            terminal.out(message['out'])
        if 'err' in message:
            terminal.err(message['err'])
        if 'ask' in message:
            try:
                secret = terminal.ask_secret(message['ask'])
            except EOFError:
                return WRONG_USE
            _send(stream, secret=secret)
    terminal.err('lantai: the server stopped before the command was done\n')
    return NOT_SO


def _send(stream: Any, **message: Any) -> None:
    stream.write(json.dumps(message, ensure_ascii=False).encode() + b'\n')
    stream.flush()


def _peer(connection: socket.socket) -> int:
    """The user at the other end."""
    if hasattr(socket, 'SO_PEERCRED'):
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize('3i'))
        return struct.unpack('3i', credentials)[1]
    # without that option the mode of the socket is what keeps others out
    return os.getuid()


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
