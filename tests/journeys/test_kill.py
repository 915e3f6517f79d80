"""`kill -9` while people upload and approve: what was acknowledged is there, nothing is half made."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import threading
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from lantai.app.opening import opened
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from tests.builders.office import PASSWORD, make_office
from tests.builders.serving import Server, run, serving

SERIES = 'Z109/WS/2026/D30/BGS'
ROUNDS = 3
CONNECTIONS = 4


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small office in a data folder; long enough a path to need the short way to the socket."""
    folder = DataFolder(tmp_path / ('很长的路径' * 8) / 'data')
    cheap = Settings(argon2_time=1, argon2_memory_kib=8)
    with opened(folder, cheap, create=True) as site:
        site.transact(make_office, machine_user('test'), door='cli')
    folder.settings_file.write_text('argon2_time = 1\nargon2_memory_kib = 8\n')
    return folder.path


def ask(
    url: str, method: str = 'GET', body: bytes | None = None, who: str = 'clerk', kind: str = 'text/plain'
) -> bytes:
    token = base64.b64encode(f'{who}:{PASSWORD}'.encode()).decode()
    request = Request(url, body, {'Authorization': f'Basic {token}', 'Content-Type': kind}, method=method)
    with urlopen(request, timeout=30) as answer:
        return answer.read()


class Uploader(threading.Thread):
    """Uploads one file after the other until the server is gone, and remembers what was acknowledged."""

    def __init__(self, server: Server, number: int, acknowledged: dict[str, str]) -> None:
        super().__init__()
        self.server, self.number, self.acknowledged = server, number, acknowledged

    def run(self) -> None:
        for n in range(10_000):
            body = random.Random(f'{self.number}.{n}').randbytes(random.Random(n).randrange(1, 60_000))
            name = f'{self.server.process.pid}-{self.number}-{n}.bin'
            try:
                ask(f'{self.server.url}/api/v1/content/{SERIES}/{name}', 'PUT', body)
            except (URLError, ConnectionError, HTTPError, TimeoutError):
                return
            self.acknowledged[name] = hashlib.sha256(body).hexdigest()


def test_everything_acknowledged_is_there_after_kill(data: Path) -> None:
    acknowledged: dict[str, str] = {}
    for seed in range(ROUNDS):
        server = Server(data)
        uploaders = [Uploader(server, number, acknowledged) for number in range(CONNECTIONS)]
        for uploader in uploaders:
            uploader.start()
        time.sleep(1 + random.Random(seed).random())
        server.kill()
        for uploader in uploaders:
            uploader.join()
    assert len(acknowledged) > ROUNDS * CONNECTIONS
    report = json.loads(run('verify', '--json', data=data))
    assert report['ok'], report['problems']
    with serving(data) as server:
        listed: dict[str, int] = {}
        cursor = ''
        while cursor is not None:
            page = json.loads(ask(f'{server.url}/api/v1/tree/{SERIES}?limit=500&cursor={quote(cursor)}'))
            for item in page['children']['items']:
                listed[item['name']] = 1
            cursor = page['children']['next']
        assert set(acknowledged) <= set(listed)
        # what is listed but was not acknowledged is whole as well
        for name in listed:
            body = ask(f'{server.url}/api/v1/content/{SERIES}/{name}')
            if name in acknowledged:
                assert hashlib.sha256(body).hexdigest() == acknowledged[name]
            number, n = name.removesuffix('.bin').split('-')[1:]
            assert body == random.Random(f'{number}.{n}').randbytes(
                random.Random(int(n)).randrange(1, 60_000)
            )


def test_commands_beside_a_server_and_without_one_see_the_same(data: Path) -> None:
    with serving(data):
        run('user', 'add', 'wang', '--title', '王', data=data, input='office-password-2\n')
        people = json.loads(run('user', 'list', '--json', data=data))
        assert 'one person' in run('user', 'grant', 'auditor', 'sysadmin', data=data, status=1).lower()
        assert run('init', data=data, status=2)
    assert json.loads(run('user', 'list', '--json', data=data)) == people
    assert 'wang' in {person['id'] for person in people['items']}


def test_two_commands_without_a_server_wait_for_each_other(data: Path) -> None:
    names = [f'person{n}' for n in range(4)]
    threads = [
        threading.Thread(
            target=run, args=('user', 'add', name), kwargs={'data': data, 'input': 'office-password-2\n'}
        )
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(names) <= {
        person['id'] for person in json.loads(run('user', 'list', '--json', data=data))['items']
    }


def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(data: Path) -> None:
    with serving(data) as server:
        assert 'in use' in run('serve', '--listen', '127.0.0.1:0', data=data, status=2)
        assert ask(f'{server.url}/api/v1/me')
    assert server.process.returncode == 0
