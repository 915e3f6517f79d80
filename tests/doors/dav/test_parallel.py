"""Many at once, through the real server: each answer is true and nothing is mixed."""

import base64
import http.client
import socket
import threading
from collections.abc import Callable

import pytest

from tests.builders.office import PASSWORD
from tests.doors.dav.conftest import INBOX, lockinfo

AUTHORIZATION = {'Authorization': 'Basic ' + base64.b64encode(f'clerk:{PASSWORD}'.encode()).decode()}


@pytest.fixture
def together(served) -> Callable:
    """`together(n, request)`: what `request(connection, number)` gives in n threads at the same moment."""

    def run(number: int, request: Callable) -> list:
        barrier, answers = threading.Barrier(number), [None] * number

        def one(place: int) -> None:
            connection = http.client.HTTPConnection('127.0.0.1', int(served.effective_port), timeout=60)
            barrier.wait()
            answers[place] = request(connection, place)
            connection.close()

        threads = [threading.Thread(target=one, args=(place,)) for place in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run


def send(connection, method: str, path: str, body: bytes | str = b'', **headers: str) -> int:
    named = {name.strip('_').replace('_', '-'): value for name, value in headers.items()}
    connection.request(method, path, body=body, headers=named | AUTHORIZATION)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_different_names_all_succeed(together, dav):
    def upload(connection, place):
        return [send(connection, 'PUT', f'{INBOX}/{place}-{n}', f'{place}-{n}') for n in range(10)]

    assert together(8, upload) == [[201] * 10] * 8
    assert len(dav.names(INBOX)) == 80
    assert dav('GET', f'{INBOX}/3-7').body == b'3-7'


def test_one_name_holds_whole_bytes_of_one_of_them(together, dav, site):
    bodies = [bytes([number]) * 50_000 for number in range(16)]

    def upload(connection, place):
        return [send(connection, 'PUT', f'{INBOX}/one', bodies[place]) for _n in range(4)]

    answers = [status for some in together(16, upload) for status in some]
    assert answers.count(201) == 1 and answers.count(204) == 63
    assert dav('GET', f'{INBOX}/one').body in bodies
    assert len(list(site.contents.keys())) == 1
    assert list(site.folder.incoming.iterdir()) == []


def test_of_eight_that_want_a_free_name_one_gets_it(together):
    answers = together(
        8, lambda connection, _place: send(connection, 'PUT', f'{INBOX}/free', b'x', If_None_Match='*')
    )
    assert sorted(answers) == [201] + [412] * 7


def test_of_eight_that_lock_one_succeeds(together, dav):
    dav('PUT', f'{INBOX}/a', b'x')
    answers = together(8, lambda connection, _place: send(connection, 'LOCK', f'{INBOX}/a', lockinfo()))
    assert sorted(answers) == [200] + [423] * 7
    answers = together(8, lambda connection, _place: send(connection, 'LOCK', f'{INBOX}/new', lockinfo()))
    assert sorted(answers) == [201] + [423] * 7


def test_of_two_with_the_same_etag_one_loses(together, dav):
    etag = dav('PUT', f'{INBOX}/a', b'x').headers['ETag']
    answers = together(
        8, lambda connection, place: send(connection, 'PUT', f'{INBOX}/a', str(place), If_Match=etag)
    )
    assert sorted(answers) == [204] + [412] * 7


def test_moves_onto_one_name(together, dav):
    for number in range(8):
        dav('PUT', f'{INBOX}/{number}', str(number))
    answers = together(
        8,
        lambda connection, place: send(connection, 'MOVE', f'{INBOX}/{place}', Destination=f'{INBOX}/target'),
    )
    assert answers.count(201) == 1 and answers.count(204) == 7
    assert dav.names(INBOX) == [f'{INBOX}/target']


class TestBrokenOff:
    """A body that does not arrive whole leaves everything as it was."""

    @pytest.mark.parametrize('old', [None, b'old'])
    @pytest.mark.parametrize(
        ('length', 'sent'),
        [
            ('Content-Length: 100000', b'x' * 500),
            ('Content-Length: 5000000', b'x' * 3_000_000),
            ('Transfer-Encoding: chunked', b'5\r\n12345\r\n'),
            ('Transfer-Encoding: chunked', b'5\r\n12345\r\nzz\r\n'),
        ],
    )
    def test_it_is_neither_stored_nor_listed(self, served, dav, site, old, length, sent):
        if old is not None:
            dav('PUT', f'{INBOX}/a', old)
        fields = ('Host: h', f'Authorization: {AUTHORIZATION["Authorization"]}', length)
        head = '\r\n'.join((f'PUT {INBOX}/a HTTP/1.1', *fields, '', ''))
        with socket.create_connection(('127.0.0.1', int(served.effective_port)), timeout=10) as connection:
            connection.sendall(head.encode() + sent)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(1000)
        assert answer == b'' or answer.startswith(b'HTTP/1.1 400')
        if old is None:
            assert dav.names(INBOX) == []
        else:
            assert dav('GET', f'{INBOX}/a').body == old
        assert list(site.folder.incoming.iterdir()) == []


def test_a_refused_upload_leaves_the_connection_in_step(served):
    """The body of a refused request is not read as the next request."""
    connection = http.client.HTTPConnection('127.0.0.1', int(served.effective_port), timeout=10)
    assert send(connection, 'PUT', f'{INBOX}/none/a', b'GET /smuggled HTTP/1.1\r\n\r\n' * 100) == 409
    assert send(connection, 'PUT', f'{INBOX}/a', b'x', Content_Range='bytes 0-0/1') == 400
    assert send(connection, 'PUT', f'{INBOX}/a', b'x') == 201
    connection.close()
