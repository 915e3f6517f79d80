"""Virus scanning: the test string always, everything else by the clamd that the settings name."""

import re
import socket
import struct
import zipfile
from pathlib import Path

from lantai.services.formats.containers import ZIP_MAGIC
from lantai.services.formats.results import Verdict, failed, not_run, passed

#: the string of the anti-virus trade for trying a scanner out; written in two halves so that this file holds
#: none
_EICAR = rb'X5O!P%@AP[4\PZX54(P^)7CC)7}$' + rb'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
EICAR_NAME = 'Eicar-Test-Signature'

_CHUNK = 256 * 1024
_MAX_MEMBERS = 1000
_FOUND = re.compile(r'^stream: (?P<name>.+) FOUND$')
#: seconds without an answer from the scanner
TIMEOUT = 30.0


def scan(path: str | Path, scanner: str = '', timeout: float = TIMEOUT) -> Verdict:
    """Look for viruses. `scanner`: `unix:/path/of/socket`, `host:port`, or empty when there is none.

    Without a scanner only the test string is found and the answer is `not_run`, never `pass`.
    A scanner that does not answer is `not_run` with the reason `scanner-unavailable`.
    """
    if _is_test_file(Path(path)):
        return failed('virus', virus=EICAR_NAME, scanner='built-in')
    if not scanner:
        return not_run('no-scanner')
    try:
        return _ask(Path(path), scanner, timeout)
    except FileNotFoundError as error:
        if error.filename == str(path):
            raise
        return not_run('scanner-unavailable', scanner=scanner)
    except (OSError, ValueError) as error:
        return not_run('scanner-unavailable', scanner=scanner, error=type(error).__name__)


def scanner_version(scanner: str, timeout: float = TIMEOUT) -> str:
    """Return engine and signature version as the scanner states them; empty when it cannot be asked."""
    if not scanner:
        return ''
    try:
        with _connect(scanner, timeout) as connection:
            connection.sendall(b'zVERSION\0')
            return _answer(connection)
    except (OSError, ValueError):
        return ''


def _ask(path: Path, scanner: str, timeout: float) -> Verdict:
    with path.open('rb') as stream, _connect(scanner, timeout) as connection:
        connection.sendall(b'zINSTREAM\0')
        while data := stream.read(_CHUNK):
            connection.sendall(struct.pack('>I', len(data)) + data)
        connection.sendall(struct.pack('>I', 0))
        answer = _answer(connection)
    if answer == 'stream: OK':
        return passed(scanner=scanner)
    if found := _FOUND.match(answer):
        return failed('virus', virus=found['name'], scanner=scanner)
    return not_run('scanner-refused', scanner=scanner, answer=answer[:200])


def _connect(scanner: str, timeout: float) -> socket.socket:
    if scanner.startswith('unix:'):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        try:
            connection.connect(scanner.removeprefix('unix:'))
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = scanner.rpartition(':')
    return socket.create_connection((host.strip('[]') or '127.0.0.1', int(port)), timeout)


def _answer(connection: socket.socket) -> str:
    data = b''
    while b'\0' not in data and len(data) < 4096 and (more := connection.recv(4096)):
        data += more
    return data.split(b'\0')[0].decode('utf-8', 'replace').strip()


def _is_test_file(path: Path) -> bool:
    with path.open('rb') as stream:
        head = stream.read(256)
    if head.lstrip().startswith(_EICAR):
        return True
    return head.startswith(ZIP_MAGIC) and _holds_test_file(path)


def _holds_test_file(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist()[:_MAX_MEMBERS]:
                if 68 <= entry.file_size <= 256:
                    with archive.open(entry) as part:
                        if part.read(256).lstrip().startswith(_EICAR):
                            return True
    # A package that cannot be opened is the readability check's finding; see containers.zip_formats for the
    # list.
    except Exception:
        return False
    return False
