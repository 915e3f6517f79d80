"""curl: uploads as scripts do them, counted and chunked, with digests and ranges."""

import base64
import hashlib

import pytest

from tests.builders.office import PASSWORD
from tests.doors.dav.clients import program, run
from tests.doors.dav.conftest import INBOX


@pytest.fixture
def curl(tmp_path):
    command = program('curl')

    def call(*arguments: str) -> str:
        return run(command, '-s', '-u', f'clerk:{PASSWORD}', *arguments, home=tmp_path)

    return call


def test_up_and_down(curl, address, tmp_path):
    data = bytes(range(256)) * 20_000
    (tmp_path / 'x.bin').write_bytes(data)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    status = ('-o', 'answer', '-w', '%{http_code}')
    url = f'{address}{INBOX}/x.bin'
    assert curl(*status, '-T', 'x.bin', '-H', f'Content-Digest: sha-256=:{digest}:', url) == '201'
    assert curl(*status, '-T', 'x.bin', '-H', 'Transfer-Encoding: chunked', url) == '204'
    assert curl(*status, '-T', 'x.bin', '-H', 'Content-Digest: sha-256=:AAAA:', url) == '400'
    assert curl(*status, '-T', 'x.bin', '-H', 'Expect: 100-continue', url) == '204'
    curl('-o', 'back', url)
    assert (tmp_path / 'back').read_bytes() == data
    curl('-o', 'part', '-r', '1000-1999', url)
    assert (tmp_path / 'part').read_bytes() == data[1000:2000]
    assert 'Connection: keep-alive' not in curl('-I', url)
    assert curl('-I', url).lower().count('repr-digest: sha-256=:' + digest.lower()) == 1


def test_the_listing_of_a_large_folder_streams(curl, address, acting):
    from lantai.features.records import deposit

    with acting('clerk') as act:
        for number in range(300):
            deposit.put(act, act.repository['收集'], f'{number:04}.txt', act.site.contents.receive([b'x']))
    out = curl('-i', '-X', 'PROPFIND', '-H', 'Depth: 1', f'{address}{INBOX}/')
    assert 'Transfer-Encoding: chunked' in out and 'Content-Length' not in out
    assert out.count('<D:response>') == 301 and out.rstrip().endswith('</D:multistatus>')


def test_a_wrong_password(address, tmp_path):
    out = run(program('curl'), '-si', '-u', 'clerk:wrong', f'{address}{INBOX}/', home=tmp_path)
    assert out.startswith('HTTP/1.1 401') and 'Www-Authenticate: Basic realm="Lantai", charset="UTF-8"' in out
