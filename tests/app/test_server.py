"""The HTTP server in front of a small application, spoken to through plain sockets."""

import errno
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

from lantai.app.server import make_server
from lantai.store.folder import DataFolder


def echo(environ, start_response):
    body = environ['wsgi.input'].read()
    answer = f'{environ["REQUEST_METHOD"]} {environ.get("CONTENT_LENGTH", "-")} {len(body)}'.encode()
    if environ['PATH_INFO'] == '/slow':
        time.sleep(0.5)
    if environ['PATH_INFO'] == '/where':
        answer = os.readlink(f'/proc/self/fd/{environ["wsgi.input"].fileno()}').encode()
    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', str(len(answer)))])
    return [answer]


@pytest.fixture(scope='module')
def server(tmp_path_factory):
    folder = DataFolder(tmp_path_factory.mktemp('data'))
    folder.create()
    server = make_server(echo, '127.0.0.1', 0, 2, folder)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(10)
    assert not thread.is_alive()


def talk(server, data: bytes, *, finish: bool = False) -> bytes:
    with socket.create_connection(('127.0.0.1', int(server.effective_port)), timeout=10) as connection:
        connection.sendall(data)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        answer = b''
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b' ', 2)[1]) if answer else 0


def request(*fields: str, method='PUT', body: bytes = b'', path='/') -> bytes:
    return (
        '\r\n'.join((f'{method} {path} HTTP/1.1', 'Host: h', 'Connection: close', *fields, '', '')).encode()
        + body
    )


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ('fields', 'body', 'expected'),
        [
            (('Content-Length: 3', 'Content-Length: 3'), b'abc', 400),
            (('Content-Length: 3', 'content-length: 4'), b'abcd', 400),
            (('Content-Length: -1',), b'', 400),
            (('Content-Length: +3',), b'abc', 400),
            (('Content-Length: 3, 3',), b'abc', 400),
            (('Content-Length: x',), b'', 400),
            (('Content-Length: 3', 'Transfer-Encoding: chunked'), b'3\r\nabc\r\n0\r\n\r\n', 400),
            (('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), b'0\r\n\r\n', 400),
            (('Transfer-Encoding: gzip, chunked',), b'0\r\n\r\n', 501),
            (('Transfer-Encoding: chunked',), b'zz\r\nabc\r\n', 400),
            (('Transfer-Encoding: chunked',), b'3\r\nabcd\r\n0\r\n\r\n', 400),
            (('Host: other',), b'', 400),
            (('If: (<urn:a:1>)', 'If: (<urn:a:2>)'), b'', 400),
            (tuple(f'X-{n}: 1' for n in range(250)), b'', 431),
            (('X: ' + 'x' * 70_000,), b'', 431),
        ],
    )
    def test_lengths_and_fields(self, server, fields, body, expected):
        answer = talk(server, request(*fields, body=body))
        assert status(answer) == expected
        assert b'connection: close' in answer.lower()

    def test_a_transfer_coding_in_the_old_protocol(self, server):
        assert status(talk(server, b'PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')) == 400

    def test_a_long_address(self, server):
        assert status(talk(server, request(path='/' + 'x' * 17_000))) == 414

    def test_nothing_that_follows_a_refused_request_is_read_as_another(self, server):
        second = request(method='DELETE', path='/smuggled')
        answer = talk(
            server, request('Content-Length: 3', 'Transfer-Encoding: chunked', body=b'0\r\n\r\n' + second)
        )
        assert answer.count(b'HTTP/1.1') + answer.count(b'HTTP/1.0') == 1


class TestBodies:
    def test_a_counted_body(self, server):
        assert talk(server, request('Content-Length: 5', body=b'12345')).endswith(b'PUT 5 5')

    def test_chunks_arrive_with_their_length(self, server):
        answer = talk(server, request('Transfer-Encoding: chunked', body=b'3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'))
        assert answer.endswith(b'PUT 5 5')

    @pytest.mark.parametrize(
        'data',
        [
            request('Content-Length: 10', body=b'12345'),
            request('Transfer-Encoding: chunked', body=b'5\r\n12345\r\n'),
            request('Transfer-Encoding: chunked', body=b'9\r\n12345'),
        ],
    )
    def test_a_broken_off_body_never_reaches_the_application(self, server, data):
        assert talk(server, data, finish=True) == b''

    def test_a_client_that_waits_is_told_to_go_on(self, server):
        with socket.create_connection(('127.0.0.1', int(server.effective_port)), timeout=10) as connection:
            connection.sendall(request('Content-Length: 3', 'Expect: 100-continue'))
            assert connection.recv(1000).startswith(b'HTTP/1.1 100')
            connection.sendall(b'abc')
            assert connection.recv(1000).startswith(b'HTTP/1.1 200')

    def test_a_large_body_is_spooled_beside_the_contents(self, server, tmp_path_factory):
        answer = talk(server, request(f'Content-Length: {3 << 20}', body=b'x' * (3 << 20), path='/where'))
        assert b'/contents/incoming/' in answer


def test_a_signal_ends_it_after_what_is_running(tmp_path):
    program = f"""
import sys
sys.path.insert(0, {os.getcwd()!r})
from tests.app.test_server import echo
from lantai.app.server import make_server
from lantai.store.folder import DataFolder
folder = DataFolder({str(tmp_path)!r})
folder.create()
server = make_server(echo, '127.0.0.1', 0, 2, folder)
server.stop_on_signals()
print(server.effective_port, flush=True)
server.run()
print('ended', flush=True)
"""
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, '-c', program], stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        port = int(process.stdout.readline())
        with socket.create_connection(('127.0.0.1', port), timeout=10) as connection:
            connection.sendall(request(path='/slow', method='GET'))
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
            assert connection.recv(1000).startswith(b'HTTP/1.1 200')
        assert process.stdout.readline() == 'ended\n'
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_full_disk_is_told(server, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, 'full')

    monkeypatch.setattr('lantai.app.spool._nameless', full)
    answer = talk(server, request(f'Content-Length: {2 << 20}', body=b'x' * (2 << 20)))
    assert status(answer) == 507
    assert status(talk(server, request('Content-Length: 1', body=b'x'))) == 200


def test_a_client_that_leaves_while_it_is_told_to_go_on_stops_nobody_else(server):
    for _number in range(20):
        connection = socket.create_connection(('127.0.0.1', int(server.effective_port)), timeout=10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        connection.sendall(
            request(f'Content-Length: {4 << 20}', 'Expect: 100-continue', body=b'x' * (2 << 20))
        )
        connection.close()
    assert status(talk(server, request('Content-Length: 1', body=b'x'))) == 200
