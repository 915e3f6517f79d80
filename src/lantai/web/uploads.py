"""A body that is to become a file: taken in whole, counted, compared with every digest declared.

For every door that takes bytes (WebDAV, API). Nothing is stored here: what comes back is a temporary
file that a use case keeps, or `discard()` removes.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO

from pyramid.request import Request

from lantai.base.digests import CHUNK
from lantai.base.errors import Malformed, TooLarge, UnsupportedType
from lantai.base.i18n import _
from lantai.store.contents import Contents, Received
from lantai.web.conditional import BadHeader

_STRUCTURED = re.compile(r'[ \t]*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):(?:;[^,]*)?[ \t]*')
_RFC9530 = {'sha-256': 'sha256', 'sha-512': 'sha512'}
_RFC3230 = {'md5': 'md5', 'sha': 'sha1', 'sha-256': 'sha256', 'sha-512': 'sha512', 'adler32': 'adler32'}
_OWNCLOUD = {'sha1': 'sha1', 'sha256': 'sha256', 'md5': 'md5', 'adler32': 'adler32'}
_HEX_LENGTH = {'md5': 32, 'sha1': 40, 'sha256': 64, 'sha512': 128, 'adler32': 8}
#: where the server puts the file it has spooled a body to; an object with `descriptor` and a length
SPOOL = 'lantai.spool'
#: client times outside these are nonsense and ignored (1970 to 2200)
_LAST_MTIME = 7_258_118_400


class DigestMismatch(Malformed):
    name = 'digest-mismatch'
    title = _('What arrived is not what was sent; please send it again')


class Incomplete(Malformed):
    name = 'incomplete-body'
    title = _('The file did not arrive whole; nothing was stored')


class PartialUpload(Malformed):
    name = 'partial-upload'
    title = _('A file is taken only whole, not in parts')


def declared_digests(headers: Mapping[str, str]) -> dict[str, set[str]]:
    """Hex digests that the sender says the body has, by algorithm of `base.digests`.

    Reads `Content-Digest`, `Repr-Digest`, `Digest`, `Content-MD5` and `OC-Checksum`. Algorithms that are not
    known are left out; a header that cannot be read is refused (BadHeader).
    """
    found: dict[str, set[str]] = {}
    for header in ('Content-Digest', 'Repr-Digest'):
        for name, value in _structured(headers.get(header)):
            if name in _RFC9530:
                _note(found, _RFC9530[name], _from_base64(value))
    for name, value in _pairs(headers.get('Digest'), ',', '='):
        if name in _RFC3230:
            _note(found, _RFC3230[name], value.lower() if name == 'adler32' else _from_base64(value))
    if headers.get('Content-MD5'):
        _note(found, 'md5', _from_base64(headers['Content-MD5'].strip()))
    for name, value in _pairs(headers.get('OC-Checksum'), ' ', ':'):
        if name in _OWNCLOUD:
            _note(found, _OWNCLOUD[name], value.lower())
    return found


def _structured(header: str | None) -> Iterator[tuple[str, str]]:
    for part in (header or '').split(',') if header and header.strip() else ():
        match = _STRUCTURED.fullmatch(part)
        if match is None:
            raise BadHeader(_('A digest in the header cannot be read'))
        yield match.group(1), match.group(2)


def _pairs(header: str | None, separator: str, equals: str) -> Iterator[tuple[str, str]]:
    for part in (header or '').split(separator):
        if part.strip():
            name, found, value = part.strip().partition(equals)
            if not found or not value.strip():
                raise BadHeader(_('A digest in the header cannot be read'))
            yield name.strip().lower(), value.strip()


def _from_base64(value: str) -> str:
    try:
        return base64.b64decode(value.encode('ascii'), validate=True).hex()
    except (binascii.Error, UnicodeEncodeError):
        raise BadHeader(_('A digest in the header cannot be read')) from None


def _note(found: dict[str, set[str]], algorithm: str, value: str) -> None:
    if not re.fullmatch(f'[0-9a-f]{{{_HEX_LENGTH[algorithm]}}}', value):
        raise BadHeader(_('A digest in the header cannot be read'))
    found.setdefault(algorithm, set()).add(value)


def client_mtime(headers: Mapping[str, str]) -> datetime | None:
    """The time of the file at its sender (`X-OC-Mtime`, seconds since 1970); None when absent or nonsense."""
    return parse_mtime(headers.get('X-OC-Mtime'))


def parse_mtime(value: str | None) -> datetime | None:
    """Seconds since 1970 as clients send them, in UTC; None for anything else."""
    if not value or not re.fullmatch(r'\d{1,12}(\.\d{1,9})?', value.strip(), re.ASCII):
        return None
    seconds = float(value)
    return datetime.fromtimestamp(int(seconds), UTC) if 0 < seconds < _LAST_MTIME else None


@contextmanager
def received_body(
    request: Request, contents: Contents, *, limit: int | None = None, algorithms: tuple[str, ...] = ()
) -> Iterator[Received]:
    """The body of `request` as a checked temporary file, removed again unless a use case has kept it.

    `limit` is in bytes; `algorithms` are digests wanted beside SHA-256. Raises PartialUpload,
    UnsupportedType, TooLarge, OverQuota, Incomplete, DigestMismatch, BadHeader.
    """
    received = receive_body(request, contents, limit=limit, algorithms=algorithms)
    try:
        yield received
    finally:
        received.discard()


def receive_body(
    request: Request, contents: Contents, *, limit: int | None = None, algorithms: tuple[str, ...] = ()
) -> Received:
    """As `received_body`, but the caller discards."""
    headers = request.headers
    if 'Content-Range' in headers:
        raise PartialUpload()
    if headers.get('Content-Encoding', 'identity').strip().lower() not in ('', 'identity'):
        raise UnsupportedType(_('Files are taken without a content encoding'))
    declared = declared_digests(headers)
    length = request.content_length
    if limit is not None and length is not None and length > limit:
        raise TooLarge(_('The file has more than ${n} bytes', mapping={'n': limit}))
    wanted = tuple(dict.fromkeys((*declared, *algorithms)))
    received = _adopted(request, contents, limit, wanted) or contents.receive(
        _Body(request.environ['wsgi.input'], length), limit=limit, algorithms=wanted
    )
    try:
        _compare(received, declared, headers.get('X-Expected-Entity-Length'))
    except Malformed:
        received.discard()
        raise
    return received


def _adopted(
    request: Request, contents: Contents, limit: int | None, algorithms: tuple[str, ...]
) -> Received | None:
    """A large body that the server spooled beside the contents; None for all others."""
    spool = request.environ.get(SPOOL)
    if spool is None or spool.descriptor is None:
        return None
    if limit is not None and len(spool) > limit:
        raise TooLarge(_('The file has more than ${n} bytes', mapping={'n': limit}))
    return contents.adopt(spool.descriptor, len(spool), algorithms=algorithms)


def _compare(received: Received, declared: dict[str, set[str]], expected_length: str | None) -> None:
    if expected_length is not None and expected_length.strip() != str(received.size):
        raise Incomplete()
    for algorithm, values in declared.items():
        if values != {received.digests[algorithm]}:
            raise DigestMismatch()


class _Body:
    """The body as a stream that refuses to end before the length that was announced."""

    def __init__(self, stream: IO[bytes], length: int | None):
        self._stream = stream
        self._left = length

    def read(self, size: int = CHUNK) -> bytes:
        if self._left == 0:
            return b''
        try:
            data = self._stream.read(size if self._left is None else min(size, self._left))
        except (OSError, EOFError) as error:
            raise Incomplete() from error
        if self._left is not None:
            if not data:
                raise Incomplete()
            self._left -= len(data)
        return data
