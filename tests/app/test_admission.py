"""What is refused before its body, through plain sockets: what is answered, and that no body is a request."""

import json
import shutil
import socket
import threading
import time
from types import SimpleNamespace

import pytest
from lxml import etree

from lantai.app import server as serving
from lantai.app.server import make_server
from lantai.store.folder import DataFolder
from tests.app.test_server import echo, request, status, talk

LIMIT = 4 << 20
QUOTA = 3 << 20


def running(tmp_path_factory, **limits):
    folder = DataFolder(tmp_path_factory.mktemp('data'))
    folder.create()
    server = make_server(echo, '127.0.0.1', 0, 2, folder, **limits)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture(scope='module')
def limited(tmp_path_factory):
    yield from running(tmp_path_factory, max_upload=LIMIT)


@pytest.fixture(scope='module')
def rationed(tmp_path_factory):
    yield from running(tmp_path_factory, quota=QUOTA)


def body_of(answer: bytes) -> bytes:
    return answer.partition(b'\r\n\r\n')[2]


def connected(server) -> socket.socket:
    return socket.create_connection(('127.0.0.1', int(server.effective_port)), timeout=10)


def head(connection: socket.socket) -> bytes:
    """What comes until the other side has ended."""
    answer = b''
    while piece := connection.recv(65536):
        answer += piece
    return answer


def test_too_long_a_body_is_refused_before_a_byte_of_it(limited):
    with connected(limited) as connection:
        connection.sendall(f'PUT /dav/a HTTP/1.1\r\nHost: h\r\nContent-Length: {LIMIT + 1}\r\n\r\n'.encode())
        answer = head(connection)
    assert status(answer) == 413
    assert b'Connection: close' in answer


def test_the_longest_one_is_taken(limited):
    assert status(talk(limited, request(f'Content-Length: {LIMIT}', body=b'x' * LIMIT))) == 200


def test_who_waits_to_go_on_is_told_no_instead(limited):
    answer = talk(limited, request(f'Content-Length: {LIMIT + 1}', 'Expect: 100-continue'))
    assert answer.startswith(b'HTTP/1.1 413 ') and answer.count(b'HTTP/1.1') == 1


def test_the_body_is_no_request_and_the_answer_is_not_lost(limited):
    """A client that sends all of a large body before it reads gets one answer, to what it asked."""
    smuggled = request(method='DELETE', path='/inside')
    body = smuggled * ((2 * LIMIT) // len(smuggled))
    head_ = f'PUT /dav/a HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n'.encode()
    for _again in range(5):
        with connected(limited) as connection:
            connection.sendall(head_ + body)
            answer = head(connection)
        assert status(answer) == 413 and answer.count(b'HTTP/1.') == 1
        assert b'DELETE' not in answer


def test_chunks_are_refused_as_soon_as_they_are_too_many(limited):
    piece = b'x' * 65536
    chunk = f'{len(piece):x}\r\n'.encode() + piece + b'\r\n'
    answer = talk(limited, request('Transfer-Encoding: chunked', body=chunk * (LIMIT // len(piece) + 1)))
    assert status(answer) == 413, 'although the last chunk never came'


def test_the_finder_says_how_much_its_chunks_will_be(limited):
    fields = ('Transfer-Encoding: chunked', f'X-Expected-Entity-Length: {LIMIT + 1}')
    assert status(talk(limited, request(*fields))) == 413
    assert status(talk(limited, request(fields[0], 'X-Expected-Entity-Length: ²', body=b'0\r\n\r\n'))) == 200
    endless = f'X-Expected-Entity-Length: {"9" * 5000}'
    assert status(talk(limited, request(fields[0], endless, body=b'0\r\n\r\n'))) == 200


def test_a_length_beyond_all_numbers_is_refused(limited):
    assert status(talk(limited, request(f'Content-Length: {"9" * 18}'))) == 413
    assert status(talk(limited, request(f'Content-Length: {"9" * 5000}'))) == 400


def test_a_form_with_several_files_may_be_longer_than_one_file(limited):
    body = b'x' * (LIMIT + 1)
    fields = (f'Content-Length: {len(body)}', 'Content-Type: multipart/form-data; boundary=x')
    assert status(talk(limited, request(*fields, method='POST', body=body))) == 200


def test_more_than_a_person_may_have(rationed):
    answer = talk(rationed, request(f'Content-Length: {QUOTA + 1}', path='/dav/a'))
    assert status(answer) == 507
    assert b'<D:quota-not-exceeded/>' in answer


def test_more_than_the_disk_has(limited, monkeypatch):
    monkeypatch.setattr(shutil, 'disk_usage', lambda _path: SimpleNamespace(free=66 << 20))
    assert status(talk(limited, request(f'Content-Length: {3 << 20}', path='/dav/a'))) == 507
    assert status(talk(limited, request(f'Content-Length: {2 << 20}', body=b'x' * (2 << 20)))) == 200
    chunk = b'200000\r\n' + b'x' * (2 << 20) + b'\r\n0\r\n\r\n'
    assert status(talk(limited, request('Transfer-Encoding: chunked', body=chunk))) == 200
    monkeypatch.setattr(shutil, 'disk_usage', lambda _path: SimpleNamespace(free=63 << 20))
    assert status(talk(limited, request('Transfer-Encoding: chunked', body=chunk))) == 507


class TestInTheWordsOfTheDoor:
    def ask(self, server, path):
        answer = talk(server, request(f'Content-Length: {LIMIT + 1}', path=path))
        assert status(answer) == 413
        return answer

    def test_webdav(self, limited):
        answer = self.ask(limited, '/dav/%E6%94%B6%E9%9B%86/a')
        assert b'Content-Type: application/xml' in answer
        root = etree.fromstring(body_of(answer))
        assert root.tag == '{DAV:}error' and root[0].tag == '{urn:x-lantai}too-large'
        assert str(LIMIT) in root.xpath('string(*[2])')

    def test_api(self, limited):
        answer = self.ask(limited, '/api/v1/nodes/1/content')
        assert b'Content-Type: application/problem+json' in answer
        problem = json.loads(body_of(answer))
        assert problem['type'] == 'urn:lantai:too-large' and problem['status'] == 413

    def test_pages(self, limited):
        answer = self.ask(limited, '/upload/')
        assert b'Content-Type: text/plain; charset=utf-8' in answer
        assert 'more than' in body_of(answer).decode() and '字节' in body_of(answer).decode()


def test_a_refused_client_that_never_stops_is_cut_off(limited, monkeypatch):
    monkeypatch.setattr(serving, 'HEAR_OUT', 0.2)
    with connected(limited) as connection:
        connection.sendall(f'PUT /dav/a HTTP/1.1\r\nHost: h\r\nContent-Length: {LIMIT + 1}\r\n\r\n'.encode())
        assert status(head(connection)) == 413
        began = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() < began + 8:
                connection.sendall(b'x')
                time.sleep(0.02)


def test_one_that_sends_nothing_more_is_cut_off_as_well(limited, monkeypatch):
    monkeypatch.setattr(serving, 'HEAR_OUT', 0.2)
    with connected(limited) as connection:
        connection.sendall(f'PUT /dav/a HTTP/1.1\r\nHost: h\r\nContent-Length: {LIMIT + 1}\r\n\r\n'.encode())
        assert status(head(connection)) == 413
        until = time.monotonic() + 8
        while limited.active_channels and time.monotonic() < until:
            time.sleep(0.05)
        assert not limited.active_channels
