"""Addresses of the WebDAV tree: from the bytes a client sent to names, and back.

An address is decoded exactly once, and only here: `%2541` stays `%41`, a plus is a plus, and a slash that was
sent as `%2F` is part of a name (and refused) instead of a separator. Nothing of the web framework's path
handling is used, so `@@view`, `index.html` and `__parent__` are ordinary names.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from lantai.base.errors import Malformed
from lantai.base.i18n import _
from lantai.base.names import check_name
from lantai.doors.dav.errors import OtherServer

ROOT = 'dav'
_ESCAPE = re.compile(rb'%([0-9A-Fa-f]{2})')
_BAD_ESCAPE = re.compile(rb'%(?![0-9A-Fa-f]{2})')
_DEFAULT_PORTS = {'http': '80', 'https': '443'}


class BadAddress(Malformed):
    name = 'bad-address'
    title = _('The address cannot be read')


@dataclass(frozen=True)
class DavPath:
    """Names below the root of the tree; `slash` tells whether the client ended the address with a slash."""

    segments: tuple[str, ...] = ()
    slash: bool = False

    @property
    def parent(self) -> 'DavPath':
        return DavPath(self.segments[:-1], True)

    @property
    def name(self) -> str:
        return self.segments[-1] if self.segments else ''


def parse_path(raw: str, prefix: str = '') -> DavPath:
    """The names in the path of an address, as sent (percent-encoded, one character a byte).

    `prefix` is the part in front of `/dav` when the application is mounted below the root of its host.
    Raises BadAddress, or `bad-name` of the names' own rules.
    """
    if '#' in raw:
        raise BadAddress(_('A fragment is no part of an address here'))
    path = raw.partition('?')[0]
    if not path.startswith('/'):
        raise BadAddress(_('The address does not begin with a slash'))
    try:
        pieces = [_decode(piece) for piece in path.encode('latin-1').split(b'/')[1:]]
    except UnicodeEncodeError:
        raise BadAddress(_('The address is not percent-encoded')) from None
    mount = [piece for piece in prefix.split('/') if piece] + [ROOT]
    names = [piece for piece in pieces if piece]
    if names[: len(mount)] != mount:
        raise OtherServer(_('The address is outside the WebDAV tree'))
    names = names[len(mount) :]
    return DavPath(tuple(check_name(name) for name in names), path.endswith('/'))


def _decode(piece: bytes) -> str:
    if _BAD_ESCAPE.search(piece):
        raise BadAddress(_('The address holds a broken percent sign'))
    decoded = _ESCAPE.sub(lambda match: bytes((int(match.group(1), 16),)), piece)
    try:
        return decoded.decode('utf-8')
    except UnicodeDecodeError:
        raise BadAddress(_('The address is not UTF-8')) from None


def parse_reference(value: str, host: str, prefix: str = '') -> DavPath:
    """The names in an absolute address or absolute path, as in `Destination` and in a tagged `If`.

    `host` is what the client called this server (its `Host` header). Only host and port are compared,
    because a proxy in front may have taken the TLS off. Raises OtherServer (502) when it names another.
    """
    value = value.strip(' \t')
    if not value or any(character <= ' ' or character == '\x7f' for character in value):
        raise BadAddress(_('The address is missing or cannot be read'))
    if value.startswith('/') and not value.startswith('//'):
        return parse_path(value, prefix)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise BadAddress(_('The address cannot be read')) from None
    if parts.fragment or '#' in value:
        raise BadAddress(_('A fragment is no part of an address here'))
    scheme = parts.scheme.lower()
    if not scheme or not parts.hostname:
        raise BadAddress(_('The address cannot be read'))
    if scheme not in _DEFAULT_PORTS:
        raise OtherServer(_('The address is on another server'))
    named = parts.hostname.lower() + (f':{port}' if port and str(port) != _DEFAULT_PORTS[scheme] else '')
    if named != _normal_host(host):
        raise OtherServer(_('The address is on another server'))
    return parse_path(parts.path or '/', prefix)


def _normal_host(host: str) -> str:
    host = host.strip().lower()
    for port in _DEFAULT_PORTS.values():
        host = host.removesuffix(':' + port)
    return host.strip('[]') if host.endswith(']') else host.replace('[', '').replace(']', '')


def href(segments: tuple[str, ...], collection: bool, prefix: str = '') -> str:
    """The address of a member in an answer: percent-encoded ASCII, collections end in a slash."""
    return (
        base_href(prefix)
        + '/'.join(quote(name, safe='') for name in segments)
        + ('/' if collection and segments else '')
    )


def base_href(prefix: str = '') -> str:
    """The address of the root of the door."""
    return f'{quote(prefix)}/{ROOT}/'
