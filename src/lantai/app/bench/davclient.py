"""What `lantai bench dav` sends: the same requests to every server, and each answer must be a success."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

from lantai.app.bench.davpeers import Target

SMALL = 100_000
_CHUNK = 1 << 20


def connect(target: Target) -> http.client.HTTPConnection:
    """A connection that stays open."""
    return http.client.HTTPConnection('127.0.0.1', target.port, timeout=300)


def ask(
    connection: http.client.HTTPConnection,
    target: Target,
    method: str,
    name: str,
    body: object = None,
    **headers: str,
) -> bytes:
    """The body of a successful answer; ValueError for another one."""
    connection.request(method, target.path + quote(name), body, {**target.headers, **headers})
    answer = connection.getresponse()
    said = answer.read()
    if not 200 <= answer.status < 300:
        raise ValueError(f'{target.name}: {method} {name}: {answer.status} {said[:500]!r}')
    return said


def put_many(
    target: Target, prefix: str, number: int, connections: int, size: int = SMALL, folder: str = ''
) -> float:
    """Files stored in a second: `number` different ones in one folder over that many connections at once.

    A failure on any connection is raised here.
    """
    bodies = os.urandom(size)
    failures: list[BaseException] = []
    ready = threading.Barrier(connections + 1)

    def store(mine: range) -> None:
        try:
            with closing(connect(target)) as connection:
                connection.connect()
                ready.wait()
                for each in mine:
                    body = each.to_bytes(8, 'big') + bodies[8:] if size > 8 else bodies
                    ask(connection, target, 'PUT', f'{folder}{prefix}-{each}.bin', body)
        except BaseException as error:
            failures.append(error)
            ready.abort()

    workers = [
        threading.Thread(target=store, args=(range(first, number, connections),))
        for first in range(connections)
    ]
    for worker in workers:
        worker.start()
    try:
        ready.wait()
    except threading.BrokenBarrierError:
        pass
    begun = time.perf_counter()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return number / (time.perf_counter() - begun)


def put_large(target: Target, size: int) -> float:
    """Megabytes (of 1,000,000 bytes) in a second for one large body; it is deleted again."""
    piece = os.urandom(_CHUNK)

    def pieces() -> Iterator[bytes]:
        left = size
        while left:
            yield piece[: min(left, _CHUNK)]
            left -= min(left, _CHUNK)

    with closing(connect(target)) as connection:
        begun = time.perf_counter()
        ask(connection, target, 'PUT', 'large.bin', pieces(), **{'Content-Length': str(size)})
        taken = time.perf_counter() - begun
        ask(connection, target, 'DELETE', 'large.bin')
    return size / taken / 1e6


def fill(target: Target, folder: str, number: int) -> None:
    """`number` members in a new folder; those of foreign servers are written where their files lie."""
    if target.folder is not None:
        place = target.folder / folder
        place.mkdir()
        for each in range(number):
            (place / f'member-{each}.bin').write_bytes(b'x')
        return
    with closing(connect(target)) as connection:
        ask(connection, target, 'MKCOL', f'{folder}/')
    put_many(target, 'member', number, 8, 1, f'{folder}/')


def list_members(target: Target, folder: str, number: int) -> tuple[float, float]:
    """Milliseconds to the first byte and to the last of PROPFIND, Depth 1, allprop; all must be there."""
    with closing(connect(target)) as connection:
        connection.connect()
        begun = time.perf_counter()
        connection.request('PROPFIND', f'{target.path}{folder}/', headers={**target.headers, 'Depth': '1'})
        answer = connection.getresponse()
        said = answer.read(1)
        first = time.perf_counter() - begun
        said += answer.read()
        last = time.perf_counter() - begun
    if answer.status != 207 or said.count(b'member-') < number:
        raise ValueError(f'{target.name}: PROPFIND: {answer.status}, {len(said)} bytes')
    return first * 1000, last * 1000
