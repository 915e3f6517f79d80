"""Two servers on one database through ZEO: the same locks, the same records, no answer of ours lost."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import ZEO

from tests.builders import davoffice
from tests.builders.office import PASSWORD
from tests.doors.dav.clients import program, run
from tests.doors.dav.conftest import INBOX, lockinfo
from tests.doors.dav.test_parallel import AUTHORIZATION


class Client:
    """A connection to one of the servers."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, method: str, path: str, body: str = '', **headers: str) -> tuple[int, str, dict]:
        named = {name.strip('_').replace('_', '-'): value for name, value in headers.items()}
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        connection.request(method, path, body=body, headers=named | AUTHORIZATION)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, dict(answer.getheaders())


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[tuple[Client, Client]]:
    address, stop = ZEO.server(path=str(tmp_path / 'objects.fs'))
    storage = f'zeo://127.0.0.1:{address[1]}'
    davoffice.open_office(tmp_path / 'data', storage).close()
    started = [davoffice.start(tmp_path / 'data', storage) for _number in range(2)]
    yield tuple(Client(port) for _process, port in started)
    for process, _port in started:
        davoffice.end(process)
    stop()


def test_a_lock_of_one_is_a_lock_of_the_other(servers):
    one, other = servers
    assert one('PUT', f'{INBOX}/a', '1')[0] == 201
    status, _text, headers = one('LOCK', f'{INBOX}/a', lockinfo())
    assert status == 200
    assert other('PUT', f'{INBOX}/a', '2')[0] == 423
    assert other('PUT', f'{INBOX}/a', '2', If_=f'({headers["Lock-Token"]})')[0] == 204
    assert one('GET', f'{INBOX}/a')[1] == '2'
    assert other('UNLOCK', f'{INBOX}/a', Lock_Token=headers['Lock-Token'])[0] == 204
    assert one('PUT', f'{INBOX}/a', '3')[0] == 204


def test_both_take_files_into_one_folder(servers):
    answers: list[int] = []

    def upload(client: Client, worker: int) -> None:
        for number in range(10):
            answers.append(client('PUT', f'{INBOX}/{worker}-{number}', f'{worker}-{number}')[0])
            answers.append(client('PUT', f'{INBOX}/same', f'{worker}-{number}')[0])

    threads = [threading.Thread(target=upload, args=(servers[n % 2], n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {201, 204} and answers.count(201) == 81
    text = servers[0]('PROPFIND', f'{INBOX}/', Depth='1')[1]
    assert text.count('<D:response>') == 82
    assert servers[1]('GET', f'{INBOX}/7-9')[1] == '7-9'


def test_of_eight_that_want_a_free_name_one_gets_it(servers):
    answers: list[int] = []
    barrier = threading.Barrier(8)

    def take(client: Client) -> None:
        barrier.wait()
        answers.append(client('PUT', f'{INBOX}/free', 'x', If_None_Match='*')[0])

    threads = [threading.Thread(target=take, args=(servers[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [412] * 7


def test_litmus_over_zeo(servers, tmp_path):
    command = program('litmus')
    out = run(command, '-k', f'http://127.0.0.1:{servers[1].port}{INBOX}/', 'clerk', PASSWORD, home=tmp_path)
    assert out.count('0 failed. 100.0%') == 5 and 'WARNING' not in out, out
