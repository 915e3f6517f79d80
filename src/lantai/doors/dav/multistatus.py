"""Answers in XML: the parts of a 207, as text that is written piece by piece.

Every element of the protocol has the prefix `D:`: Windows reads nothing else. Values are XML text already;
`text()` makes it of plain text.
"""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<D:multistatus xmlns:D="DAV:" xmlns:L="urn:x-lantai" xmlns:oc="http://owncloud.org/ns">\n'
)
TAIL = '</D:multistatus>\n'
PREFIXES = {'DAV:': 'D', 'urn:x-lantai': 'L', 'http://owncloud.org/ns': 'oc'}
_NOT_XML = re.compile('[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')


def text(value: str) -> str:
    """Plain text as XML text; characters that XML cannot hold become U+FFFD."""
    value = _NOT_XML.sub('\ufffd', value)
    return value.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


def element(name: str, inner: str = '') -> str:
    """An element of a Clark name around XML text, with the door's prefix or a namespace of its own."""
    namespace, local = split(name)
    prefix = PREFIXES.get(namespace)
    if prefix:
        tag, declared = f'{prefix}:{local}', ''
    elif namespace:
        tag, declared = f'x:{local}', f' xmlns:x="{text(namespace).replace(chr(34), "&quot;")}"'
    else:
        tag, declared = local, ''
    return f'<{tag}{declared}>{inner}</{tag}>' if inner else f'<{tag}{declared}/>'


def split(name: str) -> tuple[str, str]:
    """Namespace and local part of a Clark name."""
    if name.startswith('{'):
        namespace, local = name[1:].split('}', 1)
        return namespace, local
    return '', name


def propstat(properties: str, status: int, condition: str = '') -> str:
    """Properties that share a status; `condition` is the element that says why."""
    error = f'<D:error>{condition}</D:error>' if condition else ''
    return (
        f'<D:propstat><D:prop>{properties}</D:prop><D:status>{status_line(status)}</D:status>{error}'
        '</D:propstat>'
    )


def response(href: str, parts: str) -> str:
    """One resource: `parts` are its propstats."""
    return f'<D:response><D:href>{text(href)}</D:href>{parts}</D:response>\n'


def status_line(status: int) -> str:
    """A status as it stands inside a 207."""
    return f'HTTP/1.1 {status} {HTTPStatus(status).phrase}'


def document(responses: Iterable[str]) -> Iterator[bytes]:
    """The whole 207, piece by piece."""
    yield HEAD.encode()
    for one in responses:
        yield one.encode()
    yield TAIL.encode()
