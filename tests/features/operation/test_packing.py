"""Packing gives back what nobody refers to, and nothing else; whenever it is killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import ZEO
from ZODB.FileStorage import FileStorage

from lantai.features.operation.alone import alone
from lantai.features.operation.errors import OperationRunning
from lantai.features.operation.packing import pack_now
from lantai.features.records import service
from lantai.features.verification.service import verify
from lantai.services.act import Act
from lantai.services.eventlog.log import event_log
from lantai.services.jobs.worker import work_off
from lantai.services.site import Site
from lantai.store import packing
from tests.builders.repositories import MACHINE, contents, office_in, remove, series, upload
from tests.builders.serving import environment

MARK = '压缩之后不应再有的题名'


@pytest.fixture
def site(tmp_path: Path):
    with office_in(tmp_path / 'data') as site:
        yield site


def retitle(site: Site, name: str, title: str) -> None:
    site.transact(lambda act: _edit(act, name, title), MACHINE)


def _edit(act: Act, name: str, title: str) -> None:
    service.edit(act, series(act)[name], {'title': title})


def holding(folder: Path, mark: str) -> set[str]:
    """The files below a folder that hold a text."""
    return {path.name for path in folder.rglob('*') if path.is_file() and mark.encode() in path.read_bytes()}


def test_earlier_revisions_are_in_no_file_any_more_and_the_log_is_whole(site: Site) -> None:
    for n in range(5):
        upload(site, f'{n}.txt', b'%d' % n)
    retitle(site, '0.txt', MARK)
    retitle(site, '0.txt', 'another title')
    work_off(site)
    assert 'Data.fs' in holding(site.folder.objects, MARK)
    with site.database.reading() as repository:
        events = event_log(repository).size
    before = contents(site)
    packed = pack_now(site)
    assert packed.after < packed.before and packed.local
    assert holding(site.folder.objects, MARK) == set()
    assert packing.leftovers(site.folder.objects / 'Data.fs') == []
    assert contents(site) == before
    with site.database.reading() as repository:
        assert event_log(repository).size == events
    assert verify(site, MACHINE).ok


def test_what_an_earlier_pack_and_a_crash_have_left_goes(site: Site) -> None:
    for ending in ('.old', '.tr0', '.tr1'):
        (site.folder.objects / f'Data.fs{ending}').write_text(MARK)
    pack_now(site)
    pack_now(site)
    assert holding(site.folder.objects, MARK) == set()
    assert {path.name for path in site.folder.objects.iterdir()} <= {
        'Data.fs', 'Data.fs.index', 'Data.fs.lock', 'Data.fs.tmp',
    }  # fmt: skip


def test_people_go_on_writing_while_it_is_packed(site: Site) -> None:
    stop, acknowledged, failures = threading.Event(), [], []

    def work(number: int) -> None:
        n = 0
        try:
            while not stop.is_set():
                upload(site, f'{number}-{n}.txt', b'%d' % n)
                acknowledged.append(f'{number}-{n}.txt')
                n += 1
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for _n in range(5):
        pack_now(site)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(acknowledged) > 20
    assert set(contents(site)) == set(acknowledged)
    work_off(site)
    assert verify(site, MACHINE).ok


def test_one_at_a_time_and_who_has_to_waits(site: Site) -> None:
    with alone(site.folder.run):
        with pytest.raises(OperationRunning):
            pack_now(site, wait=False)
        waiting = threading.Thread(target=pack_now, args=(site,))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_reference_to_nothing_is_found_and_the_file_from_before_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(site, 'a.txt', b'a')
    storage = site.database.db.storage
    assert packing.dangling(storage, lambda _done, _total: None) == []
    with site.reading(MACHINE) as act:
        lost = series(act)['a.txt']._p_oid
    del storage._index[lost]
    broken = packing.dangling(storage, lambda _done, _total: None)
    assert broken and all(each.endswith(f' -> {int.from_bytes(lost):x}') for each in broken)
    monkeypatch.setattr(packing, 'dangling', lambda *_: broken)
    with pytest.raises(packing.ReferencesBroken):
        packing.pack(_Packless(site.database), lambda _done, _total: None)


class _Packless:
    """A database whose pack does nothing: what comes after it is looked at."""

    def __init__(self, database) -> None:
        self.db = self
        self.storage = database.db.storage

    def pack(self, t: float) -> None:
        (Path(self.storage.getName() + '.old')).touch()


KILLED = """
import os, signal, sys
from pathlib import Path
from lantai.features.operation.packing import pack_now
from lantai.store import packing
from tests.builders.repositories import office_in
import ZODB.FileStorage.fspack as fspack

place = sys.argv[2]
def die(*_args, **_kw):
    os.kill(os.getpid(), signal.SIGKILL)
rename, renames = os.rename, []
def counted(source, target):
    if str(source).startswith(str(Path(sys.argv[1]) / 'objects' / 'Data.fs')) and 'index' not in str(source):
        renames.append(source)
        if place == f'before rename {len(renames)}':
            die()
    rename(source, target)
with office_in(Path(sys.argv[1])) as site:
    os.rename = counted
    if place == 'while copying':
        fspack.FileStoragePacker.copyOne = die
        fspack.FileStoragePacker.copyDataRecords = die
    if place == 'after the renames':
        packing.dangling = die
    if place == 'before cleaning up':
        packing._clean_up = die
    pack_now(site)
"""


@pytest.mark.parametrize(
    'place',
    ['while copying', 'before rename 1', 'before rename 2', 'after the renames', 'before cleaning up'],
)
def test_killed_anywhere_it_leaves_everything_and_the_next_one_cleans_up(tmp_path: Path, place: str) -> None:
    with office_in(tmp_path / 'data') as site:
        for n in range(5):
            upload(site, f'{n}.txt', b'%d' % n)
        remove(site, '0.txt')
        retitle(site, '1.txt', MARK)
        retitle(site, '1.txt', 'another title')
        expected = contents(site)
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', KILLED, str(tmp_path / 'data'), place],
        env=environment(),
        timeout=120,
        check=False,
    )
    assert done.returncode == -9
    with office_in(tmp_path / 'data') as site:
        assert contents(site) == expected
        work_off(site)
        assert verify(site, MACHINE).ok
        pack_now(site)
        assert holding(site.folder.objects, MARK) == set()
        assert contents(site) == expected


def test_objects_on_a_server_are_packed_by_it(tmp_path: Path) -> None:
    address, stop = ZEO.server(path=str(tmp_path / 'server.fs'))
    try:
        with office_in(tmp_path / 'data', f'zeo://127.0.0.1:{address[1]}') as site:
            upload(site, 'a.txt', b'a')
            retitle(site, 'a.txt', MARK)
            retitle(site, 'a.txt', 'another title')
            packed = pack_now(site)
            assert not packed.local
            assert contents(site) == {'a.txt': b'a'}
            assert verify(site, MACHINE).ok
    finally:
        stop()
    server = FileStorage(str(tmp_path / 'server.fs'), read_only=True)
    server.close()
    assert MARK.encode() not in (tmp_path / 'server.fs').read_bytes()
