"""`backup`, `restore` and `pack` as an administrator calls them: beside a server and alone, and killed."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
import ZEO

from tests.builders.office import PASSWORD
from tests.builders.repositories import MACHINE, contents, office_in, upload
from tests.builders.serving import Server, environment, run, serving

SERIES = 'Z109/WS/2026/D30/BGS'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with office_in(tmp_path / 'data') as site:
        for n in range(30):
            upload(site, f'{n:02}.txt', b'body %d' % n)
    return tmp_path / 'data'


class Uploader(threading.Thread):
    """Uploads one file after the other until it is told to stop, and remembers what was acknowledged."""

    def __init__(self, server: Server, number: int) -> None:
        super().__init__()
        self.server, self.number = server, number
        self.acknowledged: dict[str, str] = {}
        self.failed: list[Exception] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        token = base64.b64encode(f'clerk:{PASSWORD}'.encode()).decode()
        n = 0
        while not self.stopping.is_set():
            name, body = f'up-{self.number}-{n}.bin', f'{self.number}.{n}'.encode() * 100
            request = Request(
                f'{self.server.url}/api/v1/content/{SERIES}/{name}',
                body,
                {'Authorization': f'Basic {token}', 'Content-Type': 'application/octet-stream'},
                method='PUT',
            )
            try:
                urlopen(request, timeout=60).close()
            except (URLError, HTTPError, ConnectionError, TimeoutError) as error:
                self.failed.append(error)
                return
            self.acknowledged[name] = hashlib.sha256(body).hexdigest()
            n += 1


def test_beside_a_server_that_takes_uploads_all_of_it_works(data: Path, tmp_path: Path) -> None:
    with serving(data) as server:
        uploaders = [Uploader(server, number) for number in range(3)]
        for uploader in uploaders:
            uploader.start()
        while sum(len(uploader.acknowledged) for uploader in uploaders) < 10:
            assert all(uploader.is_alive() for uploader in uploaders)
            time.sleep(0.02)
        early = {name: digest for each in uploaders for name, digest in dict(each.acknowledged).items()}
        report = json.loads(run('backup', str(tmp_path / 'backup'), '--json', data=data))
        packed = json.loads(run('pack', '--json', data=data))
        assert 'not empty' in run('backup', str(tmp_path / 'backup'), data=data, status=2)
        for uploader in uploaders:
            uploader.stopping.set()
            uploader.join()
        assert [uploader.failed for uploader in uploaders] == [[], [], []]
        assert run('restore', str(tmp_path / 'backup'), data=data, status=2)
        assert json.loads(run('verify', '--json', data=data))['ok']
    assert report['problems'] == [] and report['with_keys'] is True
    assert packed['after'] <= packed['before']
    assert not (data / 'objects' / 'Data.fs.old').exists()
    run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again')
    verified = json.loads(run('verify', '--json', data=tmp_path / 'again'))
    assert verified['ok'], verified['problems']
    assert verified['checked']['contents'] == report['contents']
    status = json.loads(run('index', 'status', '--json', data=tmp_path / 'again'))
    assert status['lag'] == 0 and status['documents'] > report['contents']
    with office_in(tmp_path / 'again') as again:
        there = {name: hashlib.sha256(body).hexdigest() for name, body in contents(again).items()}
    # what was acknowledged before the backup began is in it
    assert early.items() <= there.items()
    with serving(tmp_path / 'again') as server:
        uploader = Uploader(server, 9)
        uploader.start()
        while not uploader.acknowledged and uploader.is_alive():
            time.sleep(0.02)
        uploader.stopping.set()
        uploader.join()
        assert uploader.acknowledged and not uploader.failed


def test_exit_codes_tell_wrong_use_from_what_does_not_hold(data: Path, tmp_path: Path) -> None:
    run('restore', str(tmp_path / 'nothing'), data=tmp_path / 'again', status=2)
    run('backup', str(tmp_path / 'backup'), data=data)
    lost = next((tmp_path / 'backup' / 'contents').rglob('*.1*'))
    lost.write_bytes(b'something else')
    said = run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again', status=1)
    assert lost.name in said
    assert not any((tmp_path / 'again').iterdir())
    (tmp_path / 'again' / 'mine.txt').write_text('not to be touched')
    assert 'not empty' in run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again', status=2)
    assert [path.name for path in (tmp_path / 'again').iterdir()] == ['mine.txt']
    assert run('backup', str(data / 'inside'), data=data, status=2)
    assert not (data / 'inside').exists()


def test_a_content_that_is_lost_makes_the_backup_exit_1_and_be_complete_all_the_same(
    data: Path, tmp_path: Path
) -> None:
    with office_in(data) as site:
        lost = upload(site, 'lost.txt', b'lost')
        site.contents.path(lost).unlink()
    report = json.loads(run('backup', str(tmp_path / 'backup'), '--json', data=data, status=1))
    assert report['problems'] == [{'code': 'content-missing', 'content': lost}]
    run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again')
    run('verify', data=tmp_path / 'again', status=1)


def test_without_keys_it_is_restored_and_sealed_when_they_are_there_again(data: Path, tmp_path: Path) -> None:
    run('backup', str(tmp_path / 'backup'), '--without-keys', data=data)
    assert not (tmp_path / 'backup' / 'keys.json').exists()
    said = run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again')
    assert 'keys' in said
    run('verify', data=tmp_path / 'again')
    assert run('verify', data=tmp_path / 'again', LANTAI_KEYS=str(data / 'keys'))
    status = json.loads(
        run('index', 'status', '--json', data=tmp_path / 'again', LANTAI_KEYS=str(data / 'keys'))
    )
    assert status['lag'] == 0


KILLED = """
import os, signal, sys
from pathlib import Path
from lantai.features.operation import backup, layout
from tests.builders.repositories import MACHINE, office_in

place, copied = sys.argv[3], []
copy_file, write_statement = layout.copy_file, layout.write_statement
def die():
    os.kill(os.getpid(), signal.SIGKILL)
def copying(source, target):
    found = copy_file(source, target)
    copied.append(target)
    if place == 'half of the contents' and len(copied) == 15:
        die()
    return found
def stating(*args):
    if place == 'before the statement':
        die()
    write_statement(*args)
    if place == 'after the statement':
        die()
layout.copy_file, layout.write_statement = copying, stating
with office_in(Path(sys.argv[1])) as site:
    backup.back_up(site, Path(sys.argv[2]), MACHINE)
"""


@pytest.mark.parametrize(
    ('place', 'whole'),
    [('half of the contents', False), ('before the statement', False), ('after the statement', True)],
)
def test_killed_it_is_a_backup_or_clearly_none(data: Path, tmp_path: Path, place: str, whole: bool) -> None:
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', KILLED, str(data), str(tmp_path / 'backup'), place],
        env=environment(),
        timeout=120,
        check=False,
    )
    assert done.returncode == -9
    said = run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again', status=0 if whole else 2)
    if whole:
        run('verify', data=tmp_path / 'again')
    else:
        assert 'no backup' in said and not (tmp_path / 'again').exists()
    # nothing of it is in the way of the next one
    run('backup', str(tmp_path / 'next'), data=data)
    run('verify', data=data)


def test_a_killed_restore_is_begun_anew_by_the_next(data: Path, tmp_path: Path) -> None:
    run('backup', str(tmp_path / 'backup'), data=data)
    killed = (
        'import os, signal, sys\n'
        'from lantai.features.operation import restore\n'
        'from lantai.app.command import main\n'
        'restore._check = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)\n'
        'main(sys.argv[1:])\n'
    )
    words = ['restore', str(tmp_path / 'backup'), '--data', str(tmp_path / 'again')]
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', killed, *words], env=environment(), timeout=120, check=False
    )
    assert done.returncode == -9 and (tmp_path / 'again' / 'objects').exists()
    assert run('serve', '--listen', '127.0.0.1:0', data=tmp_path / 'again', status=2)
    run('restore', str(tmp_path / 'backup'), data=tmp_path / 'again')
    run('verify', data=tmp_path / 'again')
    with office_in(tmp_path / 'again') as again, office_in(data) as site:
        assert contents(again) == contents(site)
        assert again.transact(lambda act: act.actor.id, MACHINE) == 'os:test'


def test_it_is_restored_into_an_empty_server_and_into_no_other(data: Path, tmp_path: Path) -> None:
    run('backup', str(tmp_path / 'backup'), data=data)
    address, stop = ZEO.server(path=str(tmp_path / 'server.fs'))
    try:
        storage = f'zeo://127.0.0.1:{address[1]}'
        run('restore', str(tmp_path / 'backup'), '--storage', storage, data=tmp_path / 'again')
        assert not (tmp_path / 'again' / 'objects' / 'Data.fs').exists()
        report = json.loads(run('verify', '--json', '--storage', storage, data=tmp_path / 'again'))
        assert report['ok'] and report['checked']['contents'] == 30
        run('backup', str(tmp_path / 'second'), '--storage', storage, data=tmp_path / 'again')
        run('pack', '--storage', storage, data=tmp_path / 'again')
        said = run(
            'restore', str(tmp_path / 'backup'), '--storage', storage, data=tmp_path / 'third', status=2
        )
        assert 'not empty' in said and not any((tmp_path / 'third').iterdir())
    finally:
        stop()
    run('restore', str(tmp_path / 'second'), data=tmp_path / 'fourth')
    run('verify', data=tmp_path / 'fourth')
