"""Bodies are taken whole or not at all, and compared with every digest their sender declared."""

import base64
import hashlib
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyramid.request import Request

from lantai.base.errors import DomainError, Malformed, TooLarge, UnsupportedType
from lantai.store.contents import Contents
from lantai.store.folder import DataFolder
from lantai.web.conditional import BadHeader
from lantai.web.uploads import (
    DigestMismatch,
    Incomplete,
    PartialUpload,
    client_mtime,
    declared_digests,
    receive_body,
    received_body,
)

DATA = '档案'.encode() * 100
SHA256, SHA512 = hashlib.sha256(DATA), hashlib.sha512(DATA)
MD5, SHA1 = (hashlib.new(name, DATA, usedforsecurity=False) for name in ('md5', 'sha1'))
ADLER32 = f'{zlib.adler32(DATA):08x}'


def b64(digest) -> str:
    return base64.b64encode(digest.digest()).decode()


@pytest.fixture
def contents(tmp_path):
    folder = DataFolder(tmp_path)
    folder.create()
    yield Contents(folder)
    assert list(folder.incoming.iterdir()) == [], 'a temporary file was left behind'


def request(headers=None, body: bytes = DATA, length: int | None = -1) -> Request:
    made = Request.blank('/', method='PUT', headers=headers or {})
    made.environ['wsgi.input'] = io.BytesIO(body)
    if length is None:
        made.environ.pop('CONTENT_LENGTH', None)
    else:
        made.environ['CONTENT_LENGTH'] = str(len(body) if length == -1 else length)
    return made


RIGHT = [
    {'Content-Digest': f'sha-256=:{b64(SHA256)}:'},
    {'Repr-Digest': f'sha-512=:{b64(SHA512)}:, sha-256=:{b64(SHA256)}:'},
    {'Content-Digest': 'unixsum=:AAAA:'},
    {'Digest': f'SHA-256={b64(SHA256)},MD5={b64(MD5)}'},
    {'Digest': f'SHA={b64(SHA1)}, adler32={ADLER32}, unixcksum=1'},
    {'Content-MD5': b64(MD5)},
    {'OC-Checksum': f'SHA1:{SHA1.hexdigest()}'},
    {'OC-Checksum': f'SHA256:{SHA256.hexdigest().upper()} ADLER32:{ADLER32} NEW:x'},
    {'X-Expected-Entity-Length': str(len(DATA))},
    {'Content-Encoding': 'identity'},
]


@pytest.mark.parametrize('headers', RIGHT)
def test_what_agrees_is_received(contents, headers):
    with received_body(request(headers), contents) as received:
        assert received.path.read_bytes() == DATA
        assert (received.size, received.sha256) == (len(DATA), SHA256.hexdigest())


@pytest.mark.parametrize('headers', RIGHT[:2] + RIGHT[3:8])
def test_what_differs_is_refused(contents, headers):
    with pytest.raises(DigestMismatch):
        receive_body(request(headers, DATA + b'x'), contents)


@pytest.mark.parametrize(
    'headers',
    [
        {'Content-Digest': 'nonsense'},
        {'Content-Digest': 'sha-256=:***:'},
        {'Content-Digest': 'sha-256=:AAAA:'},
        {'Digest': 'sha-256'},
        {'Digest': 'sha-256='},
        {'Content-MD5': '漢'},
        {'OC-Checksum': 'SHA1'},
        {'OC-Checksum': 'SHA1:zz'},
    ],
)
def test_an_unreadable_digest_is_refused(headers):
    with pytest.raises(BadHeader):
        declared_digests(headers)


@given(
    st.dictionaries(
        st.sampled_from(['Content-Digest', 'Digest', 'OC-Checksum', 'Content-MD5']), st.text(max_size=30)
    )
)
def test_nothing_but_a_refusal_comes_of_nonsense(headers):
    try:
        declared_digests(headers)
    except DomainError:
        pass


def test_two_sums_that_contradict_each_other(contents):
    other = base64.b64encode(hashlib.sha256(b'other').digest()).decode()
    with pytest.raises(DigestMismatch):
        receive_body(
            request({'Content-Digest': f'sha-256=:{b64(SHA256)}:', 'Digest': f'sha-256={other}'}), contents
        )


@pytest.mark.parametrize(
    ('headers', 'refusal'),
    [
        ({'Content-Range': 'bytes 0-9/100'}, PartialUpload),
        ({'Content-Encoding': 'gzip'}, UnsupportedType),
        ({'X-Expected-Entity-Length': '7'}, Incomplete),
    ],
)
def test_parts_and_encodings_are_refused(contents, headers, refusal):
    with pytest.raises(refusal):
        receive_body(request(headers), contents)


def test_a_body_that_ends_early(contents):
    with pytest.raises(Incomplete):
        receive_body(request(length=len(DATA) + 1), contents)


def test_a_body_of_unknown_length(contents):
    with received_body(request(length=None), contents) as received:
        assert received.size == len(DATA)


def test_nothing_beyond_the_length_is_read(contents):
    with received_body(request(body=DATA + b'next request', length=len(DATA)), contents) as received:
        assert received.size == len(DATA)


@pytest.mark.parametrize('length', [-1, None])
def test_too_large(contents, length):
    with pytest.raises(TooLarge):
        receive_body(request(length=length), contents, limit=10)


def test_a_stream_that_fails(contents):
    broken = request()
    broken.environ['wsgi.input'] = io.BufferedReader(_Failing())
    with pytest.raises(Malformed):
        receive_body(broken, contents)


class _Failing(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, _buffer):
        raise OSError('connection lost')


@pytest.mark.parametrize(
    ('value', 'second'),
    [
        ('1580702706', 1580702706),
        ('1580702706.5', 1580702706),
        ('0', None),
        ('-1', None),
        ('x', None),
        ('9' * 12, None),
    ],
)
def test_client_times(value, second):
    found = client_mtime({'X-OC-Mtime': value})
    assert (int(found.timestamp()) if found else None) == second
