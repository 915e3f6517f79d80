"""One request of a WebDAV client, read before anything is done: address, conditions, depth, destination."""

from collections.abc import Callable
from typing import Any, TypeVar

from pyramid.request import Request

from lantai.base.errors import TooLarge
from lantai.base.i18n import _
from lantai.base.safexml import MAX_BYTES
from lantai.doors.dav.conditions import parse_if, submitted_tokens
from lantai.doors.dav.errors import UnsupportedBody
from lantai.doors.dav.paths import DavPath, href, parse_path, parse_reference
from lantai.services.act import Act
from lantai.services.security.actor import Actor
from lantai.web.conditional import BadHeader, parse_preconditions
from lantai.web.security import address_of

T = TypeVar('T')
INFINITY = 'infinity'


class Call:
    """Everything a method needs of its request. Raises the refusals of whatever cannot be read."""

    def __init__(self, request: Request, actor: Actor) -> None:
        self.request = request
        self.site = request.site
        self.actor = actor
        self.prefix = request.script_name
        self.path = parse_path(raw_path(request), self.prefix)
        self.if_lists = parse_if(request.headers.get('If'))
        self.tokens = submitted_tokens(self.if_lists)
        self.preconditions = parse_preconditions(request.headers)

    def header(self, name: str) -> str | None:
        return self.request.headers.get(name)

    def href(self, path: DavPath, collection: bool) -> str:
        return href(path.segments, collection, self.prefix)

    def write(self, change: Callable[[Act], T]) -> T:
        """Runs `change` in the committing thread, again after a conflict; it gives plain values."""
        return self.site.committer.run(change, self.actor, door='dav', address=address_of(self.request))

    def depth(self, default: str = INFINITY, allowed: tuple[str, ...] = ('0', '1', INFINITY)) -> str:
        """The `Depth` header; raises BadHeader for one that the method does not know."""
        value = (self.header('Depth') or default).strip().lower()
        if value not in allowed:
            raise BadHeader(_('This depth is not possible here'))
        return value

    def destination(self) -> DavPath:
        """Where COPY and MOVE go; raises BadAddress, OtherServer."""
        return self.reference(self.header('Destination') or '')

    def reference(self, value: str) -> DavPath:
        return parse_reference(value, self.request.host, self.prefix)

    def overwrite(self) -> bool:
        value = (self.header('Overwrite') or 'T').strip().upper()
        if value not in ('T', 'F'):
            raise BadHeader(_('Overwrite is T or F'))
        return value == 'T'

    def xml(self) -> bytes:
        """The body of a method that takes XML; raises TooLarge over one megabyte."""
        body = self.request.environ['wsgi.input'].read(
            MAX_BYTES + 1
            if self.request.content_length is None
            else min(self.request.content_length, MAX_BYTES + 1)
        )
        if len(body) > MAX_BYTES:
            raise TooLarge(_('The XML has more than ${n} bytes', mapping={'n': MAX_BYTES}))
        return body

    def no_body(self) -> None:
        """Refuses a body where the method gives it no meaning (RFC 4918 section 8.4)."""
        length: Any = self.request.content_length
        if length or (length is None and self.request.environ['wsgi.input'].read(1)):
            raise UnsupportedBody()


def raw_path(request: Request) -> str:
    """The path as the client sent it. A server that does not tell gets its own decoding undone."""
    uri = request.environ.get('REQUEST_URI') or request.environ.get('RAW_URI')
    if uri is None:
        from urllib.parse import quote

        path = request.environ.get('SCRIPT_NAME', '') + request.environ.get('PATH_INFO', '')
        return quote(path.encode('latin-1'), safe="/!$&'()*+,;=:@~-._")
    if '://' in uri.split('/', 1)[0] + uri[:16] and not uri.startswith('/'):
        uri = '/' + uri.split('://', 1)[1].partition('/')[2]
    return '/' + uri.lstrip('/') if uri.startswith('//') else uri
