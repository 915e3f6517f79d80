"""Kinds of jobs to test with, and functions to compute in children."""

from __future__ import annotations

import os
import time
from typing import Any

from lantai.base.errors import Condition, Forbidden
from lantai.services.jobs.registry import job


def begin(act: Any, job: Any) -> None:
    job.total = job.params['n']
    job.cursor = 0


@job('test-count', title='Count', start=begin)
def count(act: Any, job: Any, found: Any) -> bool:
    """Counts to n, three a step; every fifth is skipped, every seventh fails."""
    for number in range(job.cursor, min(job.cursor + 3, job.total)):
        if number % 7 == 6:
            job.fail('seventh', 'A seventh one', uid=f'u{number}', path=f'/{number}')
        else:
            job.count(done=number % 5 != 4, skipped=number % 5 == 4)
        job.cursor = number + 1
    time.sleep(job.params.get('pause', 0))
    return job.cursor < job.total


@job('test-refused', title='Refused', start=begin)
def refused(act: Any, job: Any, found: Any) -> bool:
    """Does one and is then refused."""
    if job.cursor == 1:
        job.count(done=1)
        raise Forbidden(conditions=[Condition('too-late', 'Too late')])
    job.count(done=1)
    job.cursor = 1
    return True


@job('test-broken', title='Broken', start=begin)
def broken(act: Any, job: Any, found: Any) -> bool:
    """Has a mistake in its program."""
    raise ZeroDivisionError


@job('test-short', title='Short', start=begin)
def short(act: Any, job: Any, found: Any) -> bool:
    """Claims to be done too early."""
    job.count(done=1)
    return False


def look(site: Any, snapshot: Any) -> int:
    return snapshot.cursor * 10


@job('test-look', title='Look', start=begin, look=look)
def looked(act: Any, job: Any, found: Any) -> bool:
    """Says what was found for each step."""
    job.count(done=1)
    job.say('found', 'Found ${n}', path=str(found))
    job.cursor += 1
    return job.cursor < job.total


@job('test-deadly', title='Deadly', start=begin)
def deadly(act: Any, job: Any, found: Any) -> bool:
    """Kills the process that works on it."""
    os._exit(9)


def add(a: int, b: int) -> int:
    return a + b


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def devour(size: int) -> int:
    return len(bytearray(size))


def crash() -> None:
    os.abort()


def leave() -> None:
    os._exit(0)


def refuse() -> None:
    raise Forbidden('Not this one')


def mistake() -> None:
    raise ZeroDivisionError('at /a/path/of/the/machine')


def shout(text: str) -> str:
    print(text)
    os.write(1, b'{"value": "forged"}\n')
    return text.upper()


def echo(value: Any) -> Any:
    return value


def unspeakable() -> Any:
    return object()


def environment() -> dict[str, str]:
    return dict(os.environ)


def process() -> int:
    return os.getpid()
