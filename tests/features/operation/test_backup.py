"""A backup is what the repository was at one commit, or says that it is none."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
import ZEO

from lantai.base.errors import DomainError
from lantai.features.operation import backup, layout
from lantai.features.operation.alone import alone
from lantai.features.operation.backup import back_up
from lantai.features.operation.errors import (
    BackupDamaged,
    NoBackup,
    NotEmpty,
    OperationRunning,
    WrongPlace,
)
from lantai.features.operation.restore import restore_files
from lantai.features.verification.service import verify
from lantai.services.eventlog.log import event_log
from lantai.services.site import Site
from lantai.store.copying import looking_into
from lantai.store.folder import DataFolder
from tests.builders.repositories import MACHINE, contents, office_in, remove, series, upload


@pytest.fixture
def site(tmp_path: Path):
    with office_in(tmp_path / 'data') as site:
        yield site


def restored(source: Path, target: Path) -> DataFolder:
    folder = DataFolder(target)
    with folder.making():
        restore_files(source, folder)
    return folder


def test_what_was_there_is_there_again_and_verifies(site: Site, tmp_path: Path) -> None:
    for n in range(5):
        upload(site, f'{n}.txt', b'body %d' % n)
    expected = contents(site)
    made = back_up(site, tmp_path / 'backup', MACHINE)
    assert made.problems == [] and made.statement.contents == 5
    restored(tmp_path / 'backup', tmp_path / 'again')
    with office_in(tmp_path / 'again') as again:
        assert contents(again) == expected
        report = verify(again, MACHINE)
        assert report.ok, report.problems
        assert again.keys.active == site.keys.active


def test_a_backup_is_noted_in_the_log_with_its_commit(site: Site, tmp_path: Path) -> None:
    made = back_up(site, tmp_path / 'backup', MACHINE)
    with site.database.reading() as repository:
        leaves = [
            json.loads(leaf) for queue in event_log(repository).queues.values() for _n, leaf in queue.since(0)
        ]
    noted = [leaf for leaf in leaves if leaf['act'] == 'backup']
    assert [leaf['commit'] for leaf in noted] == [made.statement.commit]
    assert noted[0]['actor'] == 'os:test'


def test_uploads_that_go_on_are_in_it_whole_or_not_at_all(site: Site, tmp_path: Path) -> None:
    stop, acknowledged = threading.Event(), []

    def work(number: int) -> None:
        n = 0
        while not stop.is_set():
            name = f'{number}-{n}.txt'
            upload(site, name, name.encode() * 50)
            acknowledged.append(name)
            if n % 3 == 2:
                # another content in place of one, and a record withdrawn: contents that go away meanwhile
                upload(site, f'{number}-{n - 1}.txt', b'replaced')
                remove(site, f'{number}-{n - 2}.txt')
            n += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        while len(acknowledged) < 20:
            time.sleep(0.01)
        before = len(acknowledged)
        made = back_up(site, tmp_path / 'backup', MACHINE)
        assert made.problems == []
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(acknowledged) > before, 'nobody wrote while the backup was made'
    restored(tmp_path / 'backup', tmp_path / 'again')
    with office_in(tmp_path / 'again') as again:
        assert verify(again, MACHINE).ok
        assert len(contents(again)) == made.statement.contents
        assert {*again.contents.keys()} == {
            component.content_key for item in _items(again) for component in item
        }


def _items(site: Site) -> list[list]:
    with site.reading(MACHINE) as act:
        return [list(item.values()) for item in series(act).values() if item.type == 'item']


def test_a_content_taken_away_while_it_is_copied_brings_the_objects_up_to_now(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ('first.txt', 'gone.txt', 'last.txt'):
        upload(site, name, name.encode())
    named, looks = backup._named_contents, []

    def removing(repository):
        looks.append(repository)
        found = list(named(repository))
        if len(looks) == 1:
            remove(site, 'gone.txt')
        return iter(found)

    monkeypatch.setattr(backup, '_named_contents', removing)
    made = back_up(site, tmp_path / 'backup', MACHINE)
    assert len(looks) == 2 and made.problems == [] and made.statement.contents == 2
    restored(tmp_path / 'backup', tmp_path / 'again')
    with office_in(tmp_path / 'again') as again:
        assert set(contents(again)) == {'first.txt', 'last.txt'}
        assert verify(again, MACHINE).ok


def test_a_content_withdrawn_after_it_was_copied_is_not_kept_when_the_objects_were_brought_up(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = upload(site, 'a-secret.txt', b'withdrawn')
    upload(site, 'b.txt', b'stays')
    upload(site, 'c-gone.txt', b'gone')
    copy_file = layout.copy_file

    def copying(source, target):
        found = copy_file(source, target)
        if target.name == secret:
            remove(site, 'a-secret.txt')
            remove(site, 'c-gone.txt')
        return found

    monkeypatch.setattr(layout, 'copy_file', copying)
    made = back_up(site, tmp_path / 'backup', MACHINE)
    assert made.statement.contents == 1
    assert not list((tmp_path / 'backup').rglob(secret))


def test_a_content_that_is_missing_or_rotten_is_named_and_the_rest_is_copied(
    site: Site, tmp_path: Path
) -> None:
    lost, rotten = upload(site, 'lost.txt', b'lost'), upload(site, 'rotten.txt', b'rotten')
    upload(site, 'good.txt', b'good')
    site.contents.path(lost).unlink()
    site.contents.path(rotten).write_bytes(b'ROTTEN')
    made = back_up(site, tmp_path / 'backup', MACHINE)
    assert sorted(made.problems) == [('content-differs', rotten), ('content-missing', lost)]
    restored(tmp_path / 'backup', tmp_path / 'again')
    with office_in(tmp_path / 'again') as again:
        problems = {problem.code for problem in verify(again, MACHINE).problems}
        assert problems == {'content-missing', 'content-different'}


def test_keys_lie_in_one_file_or_nowhere(site: Site, tmp_path: Path) -> None:
    private = (site.keys.folder / f'{site.keys.active}.pem').read_text().splitlines()[1]
    back_up(site, tmp_path / 'with', MACHINE)
    back_up(site, tmp_path / 'without', MACHINE, with_keys=False)
    holding = [
        path.name
        for path in tmp_path.glob('with*/**/*')
        if path.is_file() and private in path.read_bytes().decode('latin-1')
    ]
    assert holding == [layout.KEYS]
    assert (tmp_path / 'with' / layout.KEYS).stat().st_mode & 0o077 == 0
    restored(tmp_path / 'without', tmp_path / 'again')
    with office_in(tmp_path / 'again') as again:
        assert again.keys.key_ids() == []
        assert verify(again, MACHINE).ok, 'the log knows the public keys'


def test_a_file_of_keys_that_is_kept_elsewhere_is_no_damage(site: Site, tmp_path: Path) -> None:
    back_up(site, tmp_path / 'backup', MACHINE)
    (tmp_path / 'backup' / layout.KEYS).unlink()
    folder = DataFolder(tmp_path / 'again')
    with folder.making():
        assert restore_files(tmp_path / 'backup', folder)[1] is False


def test_only_a_folder_that_is_absent_or_empty_is_filled(site: Site, tmp_path: Path) -> None:
    (tmp_path / 'full').mkdir()
    (tmp_path / 'full' / 'something').touch()
    (tmp_path / 'file').touch()
    (tmp_path / 'empty').mkdir()
    for name in ('full', 'file'):
        with pytest.raises(NotEmpty):
            back_up(site, tmp_path / name, MACHINE)
    with pytest.raises(WrongPlace):
        back_up(site, site.folder.path / 'backup', MACHINE)
    back_up(site, tmp_path / 'empty', MACHINE)
    with pytest.raises(NotEmpty):
        back_up(site, tmp_path / 'empty', MACHINE)


def test_two_at_once_are_refused(site: Site, tmp_path: Path) -> None:
    with alone(site.folder.run), pytest.raises(OperationRunning):
        back_up(site, tmp_path / 'backup', MACHINE)
    assert not (tmp_path / 'backup').exists()


def test_one_that_broke_off_is_no_backup(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(site, 'a.txt', b'a')

    def full(_source, _target):
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(layout, 'copy_file', full)
    with pytest.raises(OSError):
        back_up(site, tmp_path / 'backup', MACHINE)
    assert (tmp_path / 'backup' / layout.UNFINISHED).exists()
    with pytest.raises(NoBackup):
        layout.read_statement(tmp_path / 'backup')


def change(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_every_file_that_is_damaged_or_missing_is_named_and_nothing_is_left(
    site: Site, tmp_path: Path
) -> None:
    keys = [upload(site, f'{n}.txt', b'body %d' % n) for n in range(4)]
    back_up(site, tmp_path / 'backup', MACHINE)
    places = [layout.place_of_content(key) for key in keys]
    change(tmp_path / 'backup' / places[1])
    (tmp_path / 'backup' / places[3]).unlink()
    with pytest.raises(BackupDamaged) as caught:
        restored(tmp_path / 'backup', tmp_path / 'again')
    assert {condition.field for condition in caught.value.conditions} == {places[1], places[3]}
    assert DataFolder(tmp_path / 'again').is_empty() and list((tmp_path / 'again').iterdir()) == []


@pytest.mark.parametrize(
    'name', [layout.OBJECTS, layout.LIST, layout.STATEMENT, layout.KEYS, layout.SETTINGS]
)
def test_one_bit_anywhere_is_damage(site: Site, tmp_path: Path, name: str) -> None:
    upload(site, 'a.txt', b'a')
    back_up(site, tmp_path / 'backup', MACHINE)
    change(tmp_path / 'backup' / name)
    with pytest.raises(DomainError) as caught:
        restored(tmp_path / 'backup', tmp_path / 'again')
    assert isinstance(caught.value, BackupDamaged | NoBackup)
    if isinstance(caught.value, BackupDamaged):
        assert caught.value.conditions


def test_a_list_made_anew_does_not_pass_for_the_one_that_was_signed(site: Site, tmp_path: Path) -> None:
    key = upload(site, 'a.txt', b'a')
    back_up(site, tmp_path / 'backup', MACHINE)
    place = layout.place_of_content(key)
    (tmp_path / 'backup' / place).write_bytes(b'forged')
    statement, signature = layout.read_statement(tmp_path / 'backup')
    entries = [
        layout.Entry(place, *layout.digest_of(tmp_path / 'backup' / place)) if entry.place == place else entry
        for entry in layout.read_list(tmp_path / 'backup', statement)
    ]
    forged = layout.Statement(
        **{**vars(statement), 'files': layout.write_list(tmp_path / 'backup', entries)[0]}
    )
    layout.write_statement(tmp_path / 'backup', forged, signature)
    with pytest.raises(BackupDamaged) as caught:
        restored(tmp_path / 'backup', tmp_path / 'again')
    assert [condition.field for condition in caught.value.conditions] == [layout.STATEMENT]


@pytest.mark.parametrize(
    'place', ['../../evil', '/etc/evil', 'contents/../evil', 'contents/aa/bb/x', 'keys/active']
)
def test_a_list_leads_nowhere_else(place: str) -> None:
    assert not layout.is_place(place)


def test_objects_on_a_server_are_copied_as_they_were(tmp_path: Path) -> None:
    address, stop = ZEO.server(path=str(tmp_path / 'server.fs'))
    try:
        with office_in(tmp_path / 'data', f'zeo://127.0.0.1:{address[1]}') as site:
            upload(site, 'a.txt', b'a')
            upload(site, 'b.txt', b'b')
            remove(site, 'b.txt')
            made = back_up(site, tmp_path / 'backup', MACHINE)
            commit = site.database.db.storage.lastTransaction()
        assert int(made.statement.commit, 16) < int.from_bytes(commit), 'the note of the backup comes after'
        with looking_into(tmp_path / 'backup' / layout.OBJECTS) as repository:
            assert 'a.txt' in repository['Z109']['WS']['2026']['D30']['BGS']
        restored(tmp_path / 'backup', tmp_path / 'again')
        with office_in(tmp_path / 'again') as again:
            assert contents(again) == {'a.txt': b'a'}
            assert verify(again, MACHINE).ok
    finally:
        stop()
