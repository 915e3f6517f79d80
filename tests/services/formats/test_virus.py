"""The scanner: what it answers is believed, that it does not answer is said."""

import socket
import struct
import threading

import pytest

from lantai.services.formats.virus import _EICAR, scan, scanner_version
from tests.services.formats.test_identify import zip_bytes


class Scanner:
    """A clamd that answers as told and keeps what it was sent."""

    def __init__(self, answer: bytes):
        self.answer = answer
        self.received = b''
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.address = f'127.0.0.1:{self._listener.getsockname()[1]}'
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        connection, _ = self._listener.accept()
        with connection, connection.makefile('rb') as stream:
            command = b''
            while not command.endswith(b'\0'):
                command += stream.read(1)
            if command == b'zINSTREAM\0':
                while size := struct.unpack('>I', stream.read(4))[0]:
                    self.received += stream.read(size)
            connection.sendall(self.answer)

    def close(self):
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def scanner():
    started = []

    def start(answer: bytes) -> Scanner:
        started.append(Scanner(answer))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / 'content'
    path.write_bytes(b'x' * 600_000)
    return path


def test_without_a_scanner_the_answer_is_not_run(file):
    verdict = scan(file)
    assert (verdict.result, verdict.reason) == ('not_run', 'no-scanner')


@pytest.mark.parametrize('data', [_EICAR, _EICAR + b'\r\n', b'  ' + _EICAR, zip_bytes(x__com=_EICAR)])
def test_the_test_string_is_always_found(tmp_path, data):
    path = tmp_path / 'eicar'
    path.write_bytes(data)
    assert (scan(path).result, scan(path).reason) == ('fail', 'virus')


def test_a_text_that_quotes_the_test_string_is_no_virus(tmp_path):
    path = tmp_path / 'text'
    path.write_bytes(b'The string is: ' + _EICAR)
    assert scan(path).result == 'not_run'


def test_the_scanner_gets_every_byte_and_its_word_counts(scanner, file):
    clean = scanner(b'stream: OK\0')
    assert scan(file, clean.address).result == 'pass'
    assert clean.received == file.read_bytes()
    verdict = scan(file, scanner(b'stream: Win.Test.X FOUND\0').address)
    assert (verdict.result, verdict.facts['virus']) == ('fail', 'Win.Test.X')


@pytest.mark.parametrize('answer', [b'INSTREAM size limit exceeded. ERROR\0', b'', b'nonsense'])
def test_an_odd_answer_is_not_run(scanner, file, answer):
    assert scan(file, scanner(answer).address).result == 'not_run'


def test_a_silent_scanner_is_given_up_after_the_timeout(file):
    with socket.create_server(('127.0.0.1', 0)) as silent:
        verdict = scan(file, f'127.0.0.1:{silent.getsockname()[1]}', timeout=0.2)
    assert (verdict.result, verdict.reason) == ('not_run', 'scanner-unavailable')


@pytest.mark.parametrize('address', ['127.0.0.1:1', 'unix:/nowhere/clamd.ctl', 'nonsense', 'host:port'])
def test_a_scanner_that_is_not_there_is_not_run(file, address):
    assert scan(file, address, timeout=1).reason == 'scanner-unavailable'


def test_the_version_is_asked(scanner):
    assert scanner_version(scanner(b'ClamAV 1.4.3/27800/Mon\0').address) == 'ClamAV 1.4.3/27800/Mon'
    assert scanner_version('') == ''


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / 'nowhere', '127.0.0.1:1')
