"""A request that is tried again after a conflict reads the same body again."""

import io

from lantai.web.requests import SeekableRequest


def test_the_next_try_reads_the_body_from_its_start():
    environ = SeekableRequest.blank('/', method='POST').environ
    environ['wsgi.input'], environ['CONTENT_LENGTH'] = io.BytesIO(b'{"name":"file"}'), '15'
    first = SeekableRequest(environ)
    assert first.body_file.read() == b'{"name":"file"}'
    second = SeekableRequest(environ)
    assert second.body_file.read() == b'{"name":"file"}'
    assert SeekableRequest(environ).environ['wsgi.input'].read() == b'{"name":"file"}'
