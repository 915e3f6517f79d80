"""davfs2: a folder of the machine that is WebDAV underneath, where the machine allows FUSE."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from tests.builders.office import PASSWORD
from tests.doors.dav.clients import fill, program, run
from tests.doors.dav.conftest import INBOX


@pytest.fixture
def drive(address: str) -> Iterator[Path]:
    mount, umount = program('mount.davfs'), program('umount')
    if not os.access('/dev/fuse', os.W_OK) or os.geteuid() != 0:
        pytest.skip('mounting needs FUSE and the rights of root')
    # not below pytest's own folder, which davfs2's user may not enter
    home = Path(tempfile.mkdtemp(prefix='lantai-davfs-'))
    home.chmod(0o755)
    drive, cache = home / 'drive', home / 'cache'
    drive.mkdir()
    cache.mkdir()
    # mount.davfs looks at it as several users, one after the other
    cache.chmod(0o777)
    (home / 'secrets').write_text(f'"{drive}" clerk {PASSWORD}\n')
    (home / 'secrets').chmod(0o600)
    (home / 'conf').write_text(
        f'buf_size 64\ndelay_upload 0\ncache_dir {cache}\nsecrets {home / "secrets"}\n'
    )
    try:
        out = run(
            mount,
            f'{address}{unquote(INBOX)}/',
            str(drive),
            '-o',
            f'conf={home / "conf"}',
            home=home,
            check=False,
        )
        if not os.path.ismount(drive):
            if 'fuse' in out.lower() or 'permitted' in out.lower():
                pytest.skip(f'this machine does not mount: {out}')
            pytest.fail(out)
        yield drive
    finally:
        if os.path.ismount(drive):
            run(umount, str(drive), home=home)
        shutil.rmtree(home)


def test_work_on_a_mounted_drive(drive, dav, tmp_path):
    files = fill(tmp_path / 'source')
    shutil.copytree(tmp_path / 'source', drive / 'tree')
    (drive / 'note.txt').write_text('one\n')
    with (drive / 'note.txt').open('a') as note:
        note.write('two\n')
    (drive / 'note.txt').rename(drive / '笔记.txt')
    (drive / 'tree' / 'large.bin').unlink()
    assert (drive / '笔记.txt').read_text() == 'one\ntwo\n'
    assert sorted(os.listdir(drive / 'tree')) == ['a', '照片', '通知.txt']
    run(program('umount'), str(drive), home=tmp_path)

    assert dav('GET', f'{INBOX}/{quote("笔记.txt")}').body == b'one\ntwo\n'
    for name, data in files.items():
        if name != 'large.bin':
            assert dav('GET', f'{INBOX}/tree/{quote(name)}').body == data
