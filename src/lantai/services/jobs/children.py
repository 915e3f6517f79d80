"""Pure computing in child processes with limits on time and memory: values in, values out, never the storage.

Hostile bytes may make a parser run for ever, eat all memory or crash. Here that costs the one computation
(and a new process for the next), and gives an error that says which of them it was.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from translationstring import TranslationString

from lantai.base.errors import Invalid
from lantai.base.i18n import DOMAIN, _

log = logging.getLogger(__name__)

WALL = 60.0
CPU = 60.0
MEMORY = 1 << 30
#: bytes of an answer
LARGEST = 64 << 20


class ComputationFailed(Invalid):
    """A computation gave no result; it cost nothing but itself."""

    name = 'computation-failed'
    title = _('The computation failed')


class TooSlow(ComputationFailed):
    """It took longer than allowed."""

    name = 'computation-too-slow'
    title = _('The computation took too long and was stopped')


class TooMuchMemory(ComputationFailed):
    """It wanted more memory than allowed, or gave a result that is too large."""

    name = 'computation-too-large'
    title = _('The computation needed too much memory and was stopped')


class Crashed(ComputationFailed):
    """Its process ended in the middle."""

    name = 'computation-crashed'
    title = _('The computation crashed')


class Raised(ComputationFailed):
    """The function itself refused. `kind` is the class of its error, `code` its stable name if it had one."""

    name = 'computation-refused'

    def __init__(self, kind: str, code: str | None, detail: str | None) -> None:
        super().__init__(detail or None)
        self.kind = kind
        self.code = code


class ChildStopped(ComputationFailed):
    """The program is being stopped."""

    name = 'computation-stopped'
    title = _('The program is being stopped')


Function = Callable[..., Any] | str


class Child:
    """A process for computations, one after the other; started when first needed and again after a failure.

    To be used by one thread at a time; `close` may come from any.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self.memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._computing = False
        self._lock = threading.Lock()
        _living.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def compute(self, function: Function, *args: Any, wall: float = WALL, cpu: float = CPU) -> Any:
        """The value of `function(*args)`. The function is one of a module (or 'module:name'); arguments and
        result are what JSON knows. `wall` and `cpu` are seconds.

        Raises ComputationFailed: TooSlow, TooMuchMemory, Crashed, Raised, ChildStopped.
        """
        call = {'function': _name(function), 'args': args, 'wall': wall, 'cpu': cpu}
        data = json.dumps(call).encode() + b'\n'
        answer = self._ask(data, wall)
        if 'value' in answer:
            return answer['value']
        if answer['error'] == 'memory':
            # Whatever it still holds would be missing to the next.
            self._end()
            raise TooMuchMemory()
        log.info('computation %s raised:\n%s', call['function'], answer['trace'])
        detail = TranslationString(answer['detail'], domain=DOMAIN, mapping=answer['mapping'] or None)
        raise Raised(answer['kind'], answer['code'], detail if answer['code'] else None)

    def close(self) -> None:
        """Ends the process; a computation it is at fails with ChildStopped."""
        with self._lock:
            self._closed = True
            if self._computing and self._process is not None:
                self._process.kill()
            else:
                self._end()

    def _ask(self, data: bytes, wall: float) -> dict[str, Any]:
        with self._lock:
            if self._closed:
                raise ChildStopped()
            process = self._running()
            self._computing = True
        whole = False
        try:
            answer = _exchange(process, data, time.monotonic() + wall)
            whole = True
            return answer
        except ComputationFailed:
            if self._closed:
                raise ChildStopped() from None
            raise
        finally:
            with self._lock:
                self._computing = False
                if not whole or self._closed:
                    self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, '-m', 'lantai.services.jobs.child', str(self.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


_living: weakref.WeakSet[Child] = weakref.WeakSet()


def compute(
    function: Function, *args: Any, wall: float = WALL, cpu: float = CPU, memory: int = MEMORY
) -> Any:
    """One computation in a process of its own; see `Child.compute`."""
    with Child(memory) as child:
        return child.compute(function, *args, wall=wall, cpu=cpu)


def stop_all() -> None:
    """Ends every child of this process: the program is being stopped."""
    for child in list(_living):
        child.close()


def _name(function: Function) -> str:
    if isinstance(function, str):
        return function
    if '.' in function.__qualname__ or function.__name__ == '<lambda>':
        raise ValueError('only a function of a module can be computed in a child')
    return f'{function.__module__}:{function.__qualname__}'


def _environment() -> dict[str, str]:
    """What a child is told: where the modules are, and nothing of keys, passwords or storages."""
    kept = {key: os.environ[key] for key in ('PATH', 'LANG', 'LC_ALL', 'HOME', 'TMPDIR') if key in os.environ}
    return {**kept, 'PYTHONPATH': os.pathsep.join(path for path in sys.path if path and Path(path).exists())}


def _exchange(process: subprocess.Popen[bytes], data: bytes, until: float) -> dict[str, Any]:
    """Sends a call and waits for its answer, both without ever blocking past the limit."""
    os.set_blocking(process.stdin.fileno(), False)
    os.set_blocking(process.stdout.fileno(), False)
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        while not answer.endswith(b'\n'):
            left = until - time.monotonic()
            events = selector.select(left) if left > 0 else []
            if not events:
                raise TooSlow()
            for key, _mask in events:
                if key.fileobj is process.stdin:
                    data = _send(process, data)
                    if not data:
                        selector.unregister(process.stdin)
                    continue
                part = os.read(process.stdout.fileno(), 1 << 20)
                if not part:
                    raise _death(process)
                answer += part
                if len(answer) > LARGEST:
                    raise TooMuchMemory()
    return json.loads(answer)


def _send(process: subprocess.Popen[bytes], data: bytes) -> bytes:
    try:
        return data[os.write(process.stdin.fileno(), data) :]
    except BlockingIOError:
        return data
    except BrokenPipeError:
        raise _death(process) from None


def _death(process: subprocess.Popen[bytes]) -> ComputationFailed:
    """What the end of a child means."""
    code = process.wait()
    if code in (-signal.SIGXCPU, -signal.SIGALRM):
        return TooSlow()
    return Crashed()
