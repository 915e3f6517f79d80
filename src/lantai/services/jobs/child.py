"""The other side of `children`: reads a call, a line of JSON each, computes it, writes the answer.

Started as `python -m lantai.services.jobs.child MEMORY_BYTES`. It knows no site, no storage and no keys.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import traceback
from importlib import import_module
from typing import Any, BinaryIO


def main() -> None:
    """Answers calls until its input ends."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), 'wb')
    # What computing prints must not be taken for an answer.
    os.dup2(2, 1)
    calls = sys.stdin.buffer
    while line := calls.readline():
        _answer(answers, _compute(json.loads(line)))


def _compute(call: dict[str, Any]) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + call['cpu']) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    # Should the parent be killed in the middle, this one ends by itself.
    signal.alarm(int(call['wall']) + 5)
    try:
        module, _, name = call['function'].partition(':')
        value = getattr(import_module(module), name)(*call['args'])
        return {'value': value}
    except MemoryError:
        return {'error': 'memory'}
    except Exception as error:
        return {
            'error': 'raised',
            'kind': type(error).__name__,
            'code': getattr(error, 'name', None) if hasattr(error, 'conditions') else None,
            'detail': str(getattr(error, 'detail', '') or ''),
            'mapping': {
                k: str(v) for k, v in (getattr(getattr(error, 'detail', None), 'mapping', None) or {}).items()
            },
            'trace': traceback.format_exc(limit=20),
        }
    finally:
        signal.alarm(0)


def _answer(answers: BinaryIO, answer: dict[str, Any]) -> None:
    try:
        data = json.dumps(answer).encode()
    except MemoryError:
        data = json.dumps({'error': 'memory'}).encode()
    except (TypeError, ValueError):
        data = json.dumps({'error': 'raised', 'kind': 'TypeError', 'code': None, 'detail': '', 'mapping': {},
                           'trace': 'the result is not made of plain values'}).encode()  # fmt: skip
    answers.write(data + b'\n')
    answers.flush()


if __name__ == '__main__':
    main()
