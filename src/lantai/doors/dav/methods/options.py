"""OPTIONS: what this server can do. Windows asks the root of the host before it looks at the share."""

from pyramid.request import Request
from pyramid.response import Response

from lantai.doors.dav.call import Call
from lantai.doors.dav.refusals import ALLOW


def options(_call: Call) -> Response:
    """OPTIONS below the door."""
    return capabilities()


def options_at_root(_request: Request) -> Response:
    """For anybody: it tells nothing but that WebDAV is spoken here."""
    return capabilities()


def capabilities() -> Response:
    """What the door can do: WebDAV class 1 and 2, and the methods."""
    response = Response(status=200)
    response.headers.pop('Content-Type', None)
    response.headers.update(
        {
            'DAV': '1, 2',
            'MS-Author-Via': 'DAV',
            'Allow': ALLOW,
            'Accept-Ranges': 'bytes',
            'Content-Length': '0',
        }
    )
    return response
