"""Junk of desktops: works for whoever left it, and is never a record."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from lantai.doors.dav import scratch
from lantai.doors.dav.junk import is_junk
from tests.doors.dav.conftest import INBOX, lockinfo, setting


@pytest.mark.parametrize(
    'name',
    [
        '._a.txt',
        '._.',
        '.DS_Store',
        'Thumbs.db',
        'THUMBS.DB',
        'ehthumbs.db',
        'desktop.ini',
        '~$报告.docx',
        '.~lock.a.odt#',
        '.Spotlight-V100',
        '.Trashes',
        '.metadata_never_index',
        '.fseventsd',
        '.TemporaryItems',
        '.~报告.docx',
    ],
)
def test_junk(name):
    assert is_junk(name)


@pytest.mark.parametrize(
    'name',
    [
        '_.x',
        'Thumbs.db.txt',
        '~文件.txt',
        '.profile',
        '.文件.txt',
        '..隐.txt',
        '~WRL0001.tmp',
        '~WRD1.tmp',
        'a._b',
        '.goutputstream-XX',
        'a.txt.sb-1234-abcd',
        'xdesktop.ini',
        '.DS_Store2',
    ],
)
def test_look_alikes_are_records(name):
    assert not is_junk(name)


def test_the_life_of_a_twin(dav, acting):
    twin = f'{INBOX}/._a.txt'
    assert dav('PROPFIND', twin, Depth='0').status_int == 404
    assert dav('PUT', twin).status_int == 201
    token = dav.lock(twin)
    assert dav('PUT', twin, b'other').status_int == 423
    assert dav('PUT', twin, b'resource fork', If_=f'(<{token}>)').status_int == 204
    assert dav.prop(twin, '{DAV:}getcontentlength').text == '13'
    assert dav('HEAD', twin).content_length == 13
    assert dav('UNLOCK', twin, Lock_Token=f'<{token}>').status_int == 204
    assert dav('GET', twin).body == b'resource fork'
    assert dav('GET', twin, Range='bytes=0-1').body == b're'
    assert dav('MOVE', twin, Destination=f'{INBOX}/._b.txt').status_int == 201
    assert dav('GET', twin).status_int == 404
    assert dav.names(INBOX) == []
    assert dav('DELETE', f'{INBOX}/._b.txt').status_int == 204
    assert dav('DELETE', f'{INBOX}/._b.txt').status_int == 404
    with acting('clerk') as act:
        assert act.repository['收集'].is_empty()


def test_it_is_seen_by_its_maker_alone(dav):
    dav('PUT', f'{INBOX}/.DS_Store', b'x')
    assert dav.as_('clerk2')('GET', f'{INBOX}/.DS_Store').status_int == 404
    assert dav.as_('clerk2')('PUT', f'{INBOX}/.DS_Store', b'y').status_int == 201
    assert dav('GET', f'{INBOX}/.DS_Store').body == b'x'


def test_it_needs_a_folder_to_lie_in(dav):
    assert dav('PUT', f'{INBOX}/none/.DS_Store', b'x').status_int == 409


def test_a_junk_folder_holds_junk(dav):
    assert dav('MKCOL', f'{INBOX}/.Trashes').status_int == 201
    assert dav('MKCOL', f'{INBOX}/.Trashes/501').status_int == 201
    assert dav('PUT', f'{INBOX}/.Trashes/501/x', b'x').status_int == 201
    assert dav('DELETE', f'{INBOX}/.Trashes').status_int == 204
    assert dav('GET', f'{INBOX}/.Trashes/501/x').status_int == 404


def test_renaming_into_and_out_of_it(dav):
    owner, real = f'{INBOX}/{quote("~$a.docx")}', f'{INBOX}/a.docx'
    dav('PUT', owner, b'x')
    assert dav('MOVE', owner, Destination=real).status_int == 201
    assert dav.names(INBOX) == [real]
    assert dav('MOVE', real, Destination=owner).status_int == 201
    assert dav.names(INBOX) == []
    assert dav('GET', owner).body == b'x'


def test_properties_and_locks_on_it(dav):
    path = f'{INBOX}/desktop.ini'
    assert dav('LOCK', path, lockinfo()).status_int == 201
    body = setting('<w:A xmlns:w="urn:w">1</w:A>')
    assert dav('PROPPATCH', path, body).status_int == 423
    token = dav.prop(path, '{DAV:}lockdiscovery').findtext('.//{DAV:}locktoken/{DAV:}href')
    assert ' 200 ' in dav('PROPPATCH', path, body, If_=f'(<{token}>)').text
    assert dav.prop(path, '{urn:w}A').text == '1'


def test_it_lasts_an_hour(dav, monkeypatch):
    dav('PUT', f'{INBOX}/.DS_Store', b'x')
    now = scratch.time.time()
    monkeypatch.setattr(scratch.time, 'time', lambda: now + timedelta(hours=1, seconds=5).total_seconds())
    assert dav('GET', f'{INBOX}/.DS_Store').status_int == 404


def test_it_is_small_and_not_many(dav, monkeypatch):
    assert dav('PUT', f'{INBOX}/.DS_Store', b'x' * (scratch.MAX_BYTES + 1)).status_int == 413
    monkeypatch.setattr(scratch, 'MAX_ENTRIES', 2)
    assert [dav('PUT', f'{INBOX}/._{n}', b'x').status_int for n in range(3)] == [201, 201, 507]
