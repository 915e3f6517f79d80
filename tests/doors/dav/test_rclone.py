"""rclone: copying, checking and synchronising a tree, in both of the dialects people configure."""

import os
import shutil

import pytest

from tests.builders.office import PASSWORD
from tests.doors.dav.clients import fill, program, run
from tests.doors.dav.conftest import INBOX


@pytest.fixture(params=['other', 'owncloud'])
def rclone(request, address, tmp_path):
    """Runs rclone with the remote `r:` in that dialect."""
    command = program('rclone')
    home = tmp_path / 'home'
    home.mkdir()
    secret = run(command, 'obscure', PASSWORD, home=home).strip().splitlines()[-1]
    (home / 'rclone.conf').write_text(
        f'[r]\ntype = webdav\nurl = {address}{INBOX}\nvendor = {request.param}\n'
        f'user = clerk\npass = {secret}\n'
    )

    def call(*arguments: str) -> str:
        return run(command, '--config', str(home / 'rclone.conf'), *arguments, home=home)

    call.dialect = request.param
    return call


def test_copy_check_and_sync(rclone, tmp_path):
    source, back = tmp_path / 'source', tmp_path / 'back'
    files = fill(source)
    for name in files:
        os.utime(source / name, (1_580_702_706, 1_580_702_706))
    rclone('copy', str(source), 'r:tree')
    rclone('check', str(source), 'r:tree')
    rclone('check', '--download', str(source), 'r:tree')

    assert 'Copied' not in rclone('copy', '-v', str(source), 'r:tree'), 'the second time nothing is sent'
    rclone('copy', 'r:tree', str(back))
    assert {name: (back / name).read_bytes() for name in files} == files
    if rclone.dialect == 'owncloud':
        assert all(int((back / name).stat().st_mtime) == 1_580_702_706 for name in files)

    shutil.rmtree(source / 'a')
    (source / '通知.txt').write_bytes(b'changed and longer or shorter')
    rclone('sync', str(source), 'r:tree')
    rclone('check', str(source), 'r:tree')
    assert 'Copied' not in rclone('sync', '-v', str(source), 'r:tree')
    left = [line.split(maxsplit=1)[1] for line in rclone('ls', 'r:tree').splitlines()]
    assert sorted(left) == sorted(
        str(path.relative_to(source)) for path in source.rglob('*') if path.is_file()
    )


def test_moving_streaming_and_removing(rclone, tmp_path):
    (tmp_path / 'x.txt').write_bytes(b'hello')
    rclone('copy', str(tmp_path / 'x.txt'), 'r:d')
    rclone('moveto', 'r:d/x.txt', 'r:d/移动.txt')
    rclone('copyto', 'r:d/移动.txt', 'r:d/deep/er/copy.txt')
    assert rclone('cat', 'r:d/deep/er/copy.txt') == 'hello'
    assert rclone('cat', '--offset', '1', '--count', '3', 'r:d/移动.txt') == 'ell'
    rclone('purge', 'r:d')
    assert rclone('lsf', 'r:').split() == []


def test_a_sum_that_is_wrong_stores_nothing(dav):
    import hashlib

    right = hashlib.sha1(b'hello', usedforsecurity=False).hexdigest()
    assert dav('PUT', f'{INBOX}/x', b'hellO', OC_Checksum=f'SHA1:{right}').status_int == 400
    assert dav.names(INBOX) == []
    assert dav('PUT', f'{INBOX}/x', b'hello', OC_Checksum=f'SHA1:{right}', X_OC_Mtime='1').status_int == 201
    sums = dav.prop(f'{INBOX}/x', '{http://owncloud.org/ns}checksums')[0].text
    assert f'SHA1:{right}' in sums and 'MD5:' in sums
