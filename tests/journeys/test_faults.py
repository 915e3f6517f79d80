"""A full disk, and a client gone in the middle: nothing is half made, and what was acknowledged stays."""

from __future__ import annotations

import base64
import json
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from lantai.store.folder import DataFolder
from tests.builders.office import PASSWORD
from tests.builders.serving import Server, run, serving
from tests.journeys.browser import office_in

SERIES = 'Z109/WS/2026/D30/BGS'
TOKEN = base64.b64encode(f'clerk:{PASSWORD}'.encode()).decode()
#: bytes of the small disk
DISK = 8_000_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return office_in(tmp_path / 'data')


def ask(server: Server, address: str, method: str = 'GET', body: bytes | None = None) -> bytes:
    headers = {'Authorization': f'Basic {TOKEN}', 'Content-Type': 'text/plain', 'Accept-Language': 'en'}
    with urlopen(Request(server.url + address, body, headers, method=method), timeout=60) as answer:
        return answer.read()


def names(server: Server) -> set[str]:
    node = json.loads(ask(server, f'/api/v1/tree/{SERIES}?limit=500'))
    return {each['name'] for each in node['children']['items']}


def incoming(data: Path) -> list[str]:
    return sorted(path.name for path in DataFolder(data).incoming.iterdir())


@pytest.mark.parametrize('door', ['/api/v1/content/', '/dav/'])
def test_a_client_gone_in_the_middle_leaves_nothing(data: Path, door: str) -> None:
    with serving(data) as server:
        ask(server, f'{door}{SERIES}/whole.txt', 'PUT', b'whole')
        host, port = server.url.removeprefix('http://').split(':')
        for sent in (b'', b'x' * 1000, b'x' * 2_000_000):
            with socket.create_connection((host, int(port)), timeout=30) as connection:
                head = (
                    f'PUT {door}{SERIES}/half.txt HTTP/1.1\r\nHost: {host}\r\n'
                    f'Authorization: Basic {TOKEN}\r\n'
                    'Content-Type: text/plain\r\nContent-Length: 5000000\r\n\r\n'
                )
                connection.sendall(head.encode() + sent)
        # a body that ends early within its announced chunks is no body either
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            head = (
                f'PUT {door}{SERIES}/half.txt HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {TOKEN}\r\n'
                'Transfer-Encoding: chunked\r\n\r\nfff\r\nabc'
            )
            connection.sendall(head.encode())
        assert ask(server, f'{door}{SERIES}/whole.txt') == b'whole'
        assert names(server) == {'whole.txt'}
        until = time.monotonic() + 20
        while incoming(data) and time.monotonic() < until:
            time.sleep(0.1)
        assert incoming(data) == []
    assert json.loads(run('verify', '--json', data=data))['ok']


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes, which only who may mount can have."""
    disk = tmp_path / 'disk'
    disk.mkdir()
    mount = ['mount', '-t', 'tmpfs', '-o', f'size={DISK}', 'none', str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip('a small disk cannot be mounted here')
    yield disk
    subprocess.run(['umount', '--lazy', str(disk)], check=True)


def test_a_full_disk_is_said_and_harms_nothing(small_disk: Path) -> None:
    data = office_in(small_disk / 'data')
    kept: dict[str, bytes] = {}
    refused: list[tuple[int, str]] = []
    with serving(data) as server:
        for number in range(60):
            body = random.Random(number).randbytes(400_000)
            try:
                ask(server, f'/api/v1/content/{SERIES}/{number}.bin', 'PUT', body)
                kept[f'{number}.bin'] = body
            except HTTPError as error:
                refused.append((error.code, json.loads(error.read())['type']))
            if len(refused) > 3:
                break
        assert kept and refused
        assert {status for status, _kind in refused} <= {503, 507}, refused
        assert names(server) == set(kept)
        for name, body in kept.items():
            assert ask(server, f'/api/v1/content/{SERIES}/{name}') == body
        # room again: it goes on without anybody's help
        subprocess.run(['mount', '-o', f'remount,size={4 * DISK}', str(small_disk)], check=True)
        ask(server, f'/api/v1/content/{SERIES}/after.bin', 'PUT', b'after')
        kept['after.bin'] = b'after'
        assert names(server) == set(kept)
    assert incoming(data) == []
    assert json.loads(run('verify', '--json', data=data))['ok']
