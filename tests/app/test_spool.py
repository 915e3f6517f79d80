"""Bodies on their way in."""

import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.app import spool as module
from lantai.app.spool import IN_MEMORY, Spool
from lantai.store.contents import Contents
from lantai.store.folder import DataFolder


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path)
    folder.create()
    return folder


def test_a_small_body_stays_in_memory(folder):
    spool = Spool(folder.incoming)
    spool.append(b'abc')
    spool.append(b'def')
    assert (spool.getfile().read(), len(spool), spool.descriptor) == (b'abcdef', 6, None)
    spool.close()


def test_a_large_body_lies_in_a_file_without_a_name(folder):
    spool = Spool(folder.incoming)
    for _number in range(5):
        spool.append(b'x' * (IN_MEMORY // 2))
    assert list(folder.incoming.iterdir()) == []
    assert len(spool.getfile().read()) == len(spool) == IN_MEMORY * 5 // 2
    spool.close()


@given(pieces=st.lists(st.binary(max_size=9), max_size=12))
def test_what_goes_in_comes_out(tmp_path_factory, pieces):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, 'IN_MEMORY', 10)
        spool = Spool(tmp_path_factory.getbasetemp())
        for piece in pieces:
            spool.append(piece)
        assert spool.getfile().read() == b''.join(pieces)
        assert len(spool) == len(b''.join(pieces))
        spool.close()


def test_it_becomes_a_content_without_being_copied(folder):
    spool, data = Spool(folder.incoming), os.urandom(IN_MEMORY + 100)
    spool.append(data)
    received = Contents(folder).adopt(spool.descriptor, len(spool), algorithms=('md5',))
    assert received.path.stat().st_ino == os.fstat(spool.descriptor).st_ino
    spool.close()
    assert received.path.read_bytes() == data
    assert received.digests == {
        'sha256': hashlib.sha256(data).hexdigest(),
        'md5': hashlib.md5(data, usedforsecurity=False).hexdigest(),
    }
    received.discard()
    assert list(folder.incoming.iterdir()) == []


def test_where_a_file_cannot_get_a_name_it_is_copied(folder):
    with (folder.path / 'elsewhere').open('w+b') as named:
        os.unlink(named.name)
        named.write(b'gone')
        named.flush()
        assert Contents(folder).adopt(named.fileno(), 4) is None
