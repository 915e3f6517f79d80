"""A WebDAV client without a network, and the same application behind the real server."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import pytest
from lxml import etree
from webob import Request, Response

from lantai.app import main as application
from lantai.app.server import Server, make_server
from lantai.services.site import Site
from tests.builders.davoffice import door_alone
from tests.builders.office import PASSWORD

INBOX = '/dav/%E6%94%B6%E9%9B%86'
OPEN = '/dav/Z109/WS/2026/D30/BGS'
CLOSED = '/dav/Z109/WS/2026/D30/JJC'
D = '{DAV:}'


@dataclass
class Dav:
    """Sends requests of one person straight into the application, addresses as given, byte for byte."""

    app: Callable
    person: str | None

    def __call__(self, method: str, path: str, body: bytes | str = b'', **headers: str) -> Response:
        """Header names with underscores for hyphens; `If_=` is the header `If`."""
        body = body.encode() if isinstance(body, str) else body
        environ = {
            'REQUEST_METHOD': method,
            'REQUEST_URI': path,
            'SCRIPT_NAME': '',
            'PATH_INFO': unquote_to_bytes(path.partition('?')[0]).decode('latin-1'),
            'QUERY_STRING': '',
            'SERVER_NAME': 'h',
            'SERVER_PORT': '80',
            'HTTP_HOST': 'h',
            'SERVER_PROTOCOL': 'HTTP/1.1',
            'REMOTE_ADDR': '127.0.0.1',
            'wsgi.version': (1, 0),
            'wsgi.url_scheme': 'http',
            'wsgi.input': io.BytesIO(body),
            'wsgi.input_terminated': True,
            'webob.is_body_seekable': True,
            'wsgi.errors': io.StringIO(),
            'wsgi.multithread': True,
            'wsgi.multiprocess': False,
            'wsgi.run_once': False,
            'CONTENT_LENGTH': str(len(body)),
        }
        if self.person is not None:
            pair = base64.b64encode(f'{self.person}:{PASSWORD}'.encode()).decode()
            environ['HTTP_AUTHORIZATION'] = f'Basic {pair}'
        for name, value in headers.items():
            environ['HTTP_' + name.strip('_').upper()] = value
        answer = Request(environ).get_response(self.app)
        _ = answer.body  # reads all of it, and closes what it came from
        return answer

    def as_(self, person: str | None) -> Dav:
        return Dav(self.app, person)

    def names(self, path: str) -> list[str]:
        """The hrefs of the members of a collection."""
        answer = self('PROPFIND', path, Depth='1')
        assert answer.status_int == 207, answer.text
        root = etree.fromstring(answer.body)
        return [href.text for href in root.iterfind(f'{D}response/{D}href')][1:]

    def prop(self, path: str, name: str, **headers: str) -> etree._Element | None:
        """One property of a resource; None when it has none of that name."""
        namespace, local = name[1:].split('}')
        body = f'<D:propfind xmlns:D="DAV:"><D:prop><p:{local} xmlns:p="{namespace}"/></D:prop></D:propfind>'
        answer = self('PROPFIND', path, body, Depth='0', **headers)
        assert answer.status_int == 207, answer.text
        stat = etree.fromstring(answer.body).find(f'.//{D}propstat')
        return stat.find(f'{D}prop')[0] if ' 200 ' in stat.findtext(f'{D}status') else None

    def lock(self, path: str, *, scope: str = 'exclusive', **headers: str) -> str:
        """Locks, and gives the token."""
        answer = self('LOCK', path, lockinfo(scope), **headers)
        assert answer.status_int in (200, 201), answer.text
        return answer.headers['Lock-Token'].strip('<>')


def lockinfo(scope: str = 'exclusive', owner: str = '<D:href>me</D:href>') -> str:
    return (
        f'<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:{scope}/></D:lockscope>'
        f'<D:locktype><D:write/></D:locktype><D:owner>{owner}</D:owner></D:lockinfo>'
    )


def setting(inner: str) -> str:
    """The body of a PROPPATCH that sets these properties."""
    return f'<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop>{inner}</D:prop></D:set></D:propertyupdate>'


def condition(answer: Response) -> str:
    """The condition of a refusal, which must be a well-formed DAV:error with both sentences."""
    assert answer.content_type == 'application/xml', answer.text
    root = etree.fromstring(answer.body)
    assert root.tag == f'{D}error' and root.prefix == 'D'
    languages = [text.get('{http://www.w3.org/XML/1998/namespace}lang') for text in root.iterfind('{*}text')]
    assert languages == ['zh-CN', 'en']
    return etree.QName(root[0]).localname


@pytest.fixture
def app(site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """The application with this door alone, and the pages whose addresses it shares."""
    monkeypatch.setattr(application, 'includes', door_alone)
    return application.main(site)


@pytest.fixture
def dav(app: Callable) -> Dav:
    """The clerk's client."""
    return Dav(app, 'clerk')


@pytest.fixture
def served(site: Site, app: Callable) -> Iterator[Server]:
    """The application behind the real server, with eight threads."""
    server = make_server(app, '127.0.0.1', 0, 8, site.folder)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def address(served: Server) -> str:
    return f'http://127.0.0.1:{served.effective_port}'
