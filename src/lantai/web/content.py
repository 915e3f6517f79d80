"""The answer that gives out the bytes of a component, for WebDAV, API and pages alike.

Bytes leave as they came. What a browser could run (HTML, SVG, XML and whatever is not known to be
harmless) is never shown in place of our own pages: it is downloaded, and sandboxed besides.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from urllib.parse import quote

from pyramid.request import Request
from pyramid.response import Response

from lantai.web.conditional import parse_date, parse_preconditions
from lantai.web.ranges import ByteRange, Unsatisfiable, parse_range

BLOCK = 256 * 1024
#: what a browser shows without running anything of it
SHOWN_IN_PLACE = frozenset(
    {
        'application/pdf',
        'text/plain',
        'image/png',
        'image/jpeg',
        'image/gif',
        'image/webp',
        'image/tiff',
        'image/bmp',
    }
)
_SHOWN_FAMILIES = ('audio/', 'video/')
_MEDIA_TYPE = re.compile(r'[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:; *charset=[A-Za-z0-9_.:-]+)?')


@dataclass(frozen=True)
class Content:
    """What is given out: plain values, so that nothing of the database is needed while it streams."""

    stream: IO[bytes]
    size: int
    sha256: str
    media_type: str
    name: str
    modified: datetime

    @property
    def etag(self) -> str:
        """Strong, and the same in every door: the digest of the bytes."""
        return content_etag(self.sha256)


def content_etag(sha256: str) -> str:
    """The entity tag of a content: strong, the same wherever the same bytes are."""
    return f'"{sha256}"'


def content_response(request: Request, content: Content, *, in_place: bool = False) -> Response:
    """200, 206, 304 or 416 for GET and HEAD. `in_place` lets a browser show what is harmless.

    Takes over `content.stream`: it is closed when the answer has been sent.
    """
    response = Response()
    _describe(response, content, in_place)
    if parse_preconditions(request.headers).unchanged(content.etag, content.modified):
        content.stream.close()
        response.status_int = 304
        response.headers.pop('Content-Length', None)
        response.headers.pop('Content-Type', None)
        return response
    try:
        part = (
            parse_range(request.headers.get('Range'), content.size)
            if _range_counts(request, content)
            else None
        )
    except Unsatisfiable:
        content.stream.close()
        response.status_int = 416
        response.headers['Content-Range'] = f'bytes */{content.size}'
        response.headers.pop('Repr-Digest')
        response.body = b''
        return response
    whole = ByteRange(0, content.size)
    if part is not None:
        response.status_int = 206
        response.headers['Content-Range'] = part.content_range(content.size)
    if request.method == 'HEAD':
        content.stream.close()
        response.app_iter = ()
    else:
        response.app_iter = _stream(request, content.stream, part or whole)
    response.content_length = (part or whole).length
    return response


def _describe(response: Response, content: Content, in_place: bool) -> None:
    media_type = (
        content.media_type if _MEDIA_TYPE.fullmatch(content.media_type or '') else 'application/octet-stream'
    )
    shown = media_type.split(';')[0] in SHOWN_IN_PLACE or media_type.startswith(_SHOWN_FAMILIES)
    headers = response.headers
    headers['Content-Type'] = media_type
    headers['ETag'] = content.etag
    headers['Repr-Digest'] = f'sha-256=:{base64.b64encode(bytes.fromhex(content.sha256)).decode()}:'
    headers['Accept-Ranges'] = 'bytes'
    headers['X-Content-Type-Options'] = 'nosniff'
    headers['Content-Disposition'] = disposition(
        'inline' if in_place and shown else 'attachment', content.name
    )
    headers['Cache-Control'] = 'private, no-cache'
    if not shown:
        headers['Content-Security-Policy'] = "sandbox; default-src 'none'"
    response.last_modified = content.modified


def disposition(kind: str, name: str) -> str:
    """A `Content-Disposition` whose name every browser reads, whatever characters it has (RFC 6266)."""
    plain = re.sub(r'[^A-Za-z0-9 ._()-]', '_', name)
    return f'{kind}; filename="{plain}"; filename*=UTF-8\'\'{quote(name, safe="")}'


def _range_counts(request: Request, content: Content) -> bool:
    """A range with `If-Range` counts only for exactly the version it was asked of (strong comparison)."""
    if_range = request.headers.get('If-Range')
    if request.method != 'GET':
        return False
    if if_range is None:
        return True
    if_range = if_range.strip()
    if if_range.startswith(('"', 'W/')):
        return if_range == content.etag
    return parse_date(if_range) == content.modified.replace(microsecond=0)


def _stream(request: Request, stream: IO[bytes], part: ByteRange):
    stream.seek(part.start)
    wrapper = request.environ.get('wsgi.file_wrapper')
    if wrapper is not None and hasattr(wrapper, 'prepare'):
        # waitress sends such a file from its own loop, up to Content-Length, and frees the thread
        return wrapper(stream, BLOCK)
    return _Part(stream, part.length)


class _Part:
    """A stretch of a file, block by block."""

    def __init__(self, stream: IO[bytes], length: int):
        self._stream = stream
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0:
            data = self._stream.read(min(BLOCK, self._left))
            if not data:
                return
            self._left -= len(data)
            yield data

    def close(self) -> None:
        self._stream.close()
