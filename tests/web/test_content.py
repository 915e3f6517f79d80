"""Giving out bytes: whole, in parts, unchanged, and never as a page of ours."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from pyramid.request import Request

from lantai.web.conditional import PreconditionFailed, parse_preconditions
from lantai.web.content import Content, content_response, disposition

DATA = bytes(range(100))
MODIFIED = datetime(2026, 3, 2, 9, 0, 0, 500, tzinfo=UTC)
ETAG = f'"{hashlib.sha256(DATA).hexdigest()}"'


def answer(method='GET', media_type='application/pdf', in_place=False, name='a.pdf', **headers: str):
    stream = io.BytesIO(DATA)
    content = Content(stream, len(DATA), hashlib.sha256(DATA).hexdigest(), media_type, name, MODIFIED)
    request = Request.blank(
        '/', method=method, headers={key.replace('_', '-'): value for key, value in headers.items()}
    )
    response = request.get_response(content_response(request, content, in_place=in_place))
    _ = response.body
    assert stream.closed
    return response


def test_the_whole():
    got = answer()
    assert (got.status_int, got.body, got.headers['ETag']) == (200, DATA, ETAG)
    assert (
        got.headers['Accept-Ranges'] == 'bytes'
        and got.headers['Last-Modified'] == 'Mon, 02 Mar 2026 09:00:00 GMT'
    )


def test_head_has_the_headers_of_get():
    got, head = answer(), answer('HEAD')
    assert head.body == b'' and dict(head.headers) == dict(got.headers)
    assert answer('HEAD', Range='bytes=0-1').status_int == 200


@pytest.mark.parametrize(
    ('headers', 'status', 'body'),
    [
        ({'Range': 'bytes=10-19'}, 206, DATA[10:20]),
        ({'Range': 'bytes=-5'}, 206, DATA[95:]),
        ({'Range': 'bytes=100-'}, 416, b''),
        ({'Range': 'bytes=0-1,5-6'}, 200, DATA),
        ({'Range': 'nonsense'}, 200, DATA),
        ({'Range': 'bytes=0-1', 'If_Range': ETAG}, 206, DATA[:2]),
        ({'Range': 'bytes=0-1', 'If_Range': '"other"'}, 200, DATA),
        ({'Range': 'bytes=0-1', 'If_Range': f'W/{ETAG}'}, 200, DATA),
        ({'Range': 'bytes=0-1', 'If_Range': 'Mon, 02 Mar 2026 09:00:00 GMT'}, 206, DATA[:2]),
        ({'Range': 'bytes=0-1', 'If_Range': 'Mon, 02 Mar 2026 09:00:01 GMT'}, 200, DATA),
        ({'If_None_Match': ETAG}, 304, b''),
        ({'If_None_Match': f'"x", W/{ETAG}'}, 304, b''),
        ({'If_None_Match': '*'}, 304, b''),
        ({'If_None_Match': '"x"', 'If_Modified_Since': 'Mon, 02 Mar 2026 09:00:00 GMT'}, 200, DATA),
        ({'If_Modified_Since': 'Mon, 02 Mar 2026 09:00:00 GMT'}, 304, b''),
        ({'If_Modified_Since': 'Mon, 02 Mar 2026 08:59:59 GMT'}, 200, DATA),
        ({'If_Modified_Since': 'nonsense'}, 200, DATA),
    ],
)
def test_parts_and_conditions(headers, status, body):
    got = answer(**headers)
    assert (got.status_int, got.body) == (status, body)
    if status == 206:
        assert got.headers['Content-Range'].endswith('/100') and got.content_length == len(body)
    if status == 416:
        assert got.headers['Content-Range'] == 'bytes */100'


@pytest.mark.parametrize(
    'media_type', ['text/html', 'image/svg+xml', 'application/xml', 'text/javascript', 'x', '']
)
@pytest.mark.parametrize('in_place', [False, True])
def test_what_a_browser_could_run_is_downloaded_and_sandboxed(media_type, in_place):
    got = answer(media_type=media_type, in_place=in_place)
    assert got.headers['X-Content-Type-Options'] == 'nosniff'
    assert got.headers['Content-Disposition'].startswith('attachment')
    assert got.headers['Content-Security-Policy'].startswith('sandbox')


def test_what_is_harmless_is_shown_where_wanted():
    assert answer(in_place=True).headers['Content-Disposition'].startswith('inline')
    assert answer().headers['Content-Disposition'].startswith('attachment')


@pytest.mark.parametrize('name', ['通知 "a".pdf', 'a\r\nSet-Cookie: x', 'a;b.txt', '𠮷'])
def test_any_name_makes_one_readable_header(name):
    value = disposition('attachment', name)
    assert value.isascii() and '\r' not in value and '\n' not in value and value.count('"') == 2


def test_writes_are_judged_too():
    conditions = parse_preconditions({'If-Match': '"a"'})
    with pytest.raises(PreconditionFailed):
        conditions.check(None, None)
    with pytest.raises(PreconditionFailed):
        conditions.check('"b"', MODIFIED)
    conditions.check('"a"', MODIFIED)
    with pytest.raises(PreconditionFailed):
        parse_preconditions({'If-None-Match': '*'}).check('"a"', MODIFIED)
    parse_preconditions({'If-None-Match': '*'}).check(None, None)
