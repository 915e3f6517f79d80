"""Content files: whole and named if and only if the transaction commits."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import transaction

from lantai.base.errors import OverQuota, TooLarge
from lantai.store.contents import ContentMissing, Contents
from lantai.store.folder import DataFolder

KEY = '01a20e40-bfc3-718c-bc56-e6deea8ec5fe.1'


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    folder = DataFolder(tmp_path)
    folder.create()
    return Contents(folder)


@pytest.fixture
def manager() -> transaction.TransactionManager:
    made = transaction.TransactionManager(explicit=True)
    made.begin()
    return made


def files(contents: Contents) -> set[str]:
    return {path.name for path in contents.root.rglob('*') if path.is_file()}


def test_a_committed_body_is_there_byte_for_byte(contents, manager):
    received = contents.receive([b'ab', b'', b'c'])
    contents.keep(manager, received, KEY)
    assert files(contents) == {received.path.name}
    manager.commit()
    assert contents.path(KEY).read_bytes() == b'abc'
    assert files(contents) == {KEY}
    assert received.size == 3
    assert received.sha256 == 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'


def test_a_hook_after_the_commit_does_not_take_the_body_away(contents, manager):
    contents.keep(manager, contents.receive([b'abc']), KEY)
    # the transaction machinery calls `abort` on everything after such hooks have run
    manager.get().addAfterCommitHook(lambda committed: None)
    manager.commit()
    assert contents.path(KEY).read_bytes() == b'abc'


def test_an_aborted_body_keeps_only_its_temporary_name_until_discarded(contents, manager):
    received = contents.receive([b'abc'])
    contents.keep(manager, received, KEY)
    manager.abort()
    with pytest.raises(ContentMissing):
        contents.open(KEY)
    received.discard()
    assert files(contents) == set()


class Failing:
    """A data manager that refuses after the contents were named."""

    def sortKey(self) -> str:
        return '~'

    def abort(self, _t): ...
    def tpc_begin(self, _t): ...
    def commit(self, _t): ...
    def tpc_finish(self, _t): ...
    def tpc_abort(self, _t): ...

    def tpc_vote(self, _t):
        raise RuntimeError('the database refused')


def test_a_commit_that_fails_late_can_be_tried_again_with_the_same_body(contents, manager):
    received = contents.receive([b'abc'])
    contents.keep(manager, received, KEY)
    manager.get().join(Failing())
    with pytest.raises(RuntimeError):
        manager.commit()
    manager.abort()
    assert files(contents) == {received.path.name}
    manager.begin()
    contents.keep(manager, received, KEY)
    manager.commit()
    assert contents.path(KEY).read_bytes() == b'abc'


def test_a_savepoint_rolled_back_names_nothing(contents, manager):
    first, second = contents.receive([b'1']), contents.receive([b'2'])
    contents.keep(manager, first, KEY)
    savepoint = manager.savepoint()
    contents.keep(manager, second, KEY.replace('.1', '.2'))
    savepoint.rollback()
    manager.commit()
    second.discard()
    assert files(contents) == {KEY}


def test_forgotten_content_goes_with_the_commit_not_before(contents, manager):
    contents.keep(manager, contents.receive([b'abc']), KEY)
    manager.commit()
    manager.begin()
    contents.forget(manager, KEY)
    assert files(contents) == {KEY}
    manager.commit()
    assert files(contents) == set()


def broken_off() -> Iterator[bytes]:
    yield b'half'
    raise ConnectionError('the client vanished')


class Finishing:
    """A data manager that notes which files were there when it finished, as a database would."""

    def __init__(self, key: str, contents: Contents) -> None:
        self.key, self.contents, self.seen = key, contents, None

    def sortKey(self) -> str:
        return self.key

    def abort(self, _t): ...
    def tpc_begin(self, _t): ...
    def commit(self, _t): ...
    def tpc_vote(self, _t): ...
    def tpc_abort(self, _t): ...

    def tpc_finish(self, _t):
        self.seen = files(self.contents)


@pytest.mark.parametrize(
    'key', ['/srv/lantai/objects/Data.fs:1', 'MappingStorage:2', 'zodb:3', '1:(host)', 'relstorage']
)
def test_the_database_finishes_before_forgotten_bytes_go(contents, manager, key):
    contents.keep(manager, contents.receive([b'abc']), KEY)
    manager.commit()
    manager.begin()
    contents.forget(manager, KEY)
    database = Finishing(key, contents)
    manager.get().join(database)
    manager.commit()
    assert database.seen == {KEY}
    assert files(contents) == set()


def test_a_body_that_breaks_off_leaves_nothing(contents):
    with pytest.raises(ConnectionError):
        contents.receive(broken_off())
    assert files(contents) == set()


def test_a_body_over_the_limit_leaves_nothing(contents):
    with pytest.raises(TooLarge):
        contents.receive([b'x' * 11], limit=10)
    assert files(contents) == set()


def test_a_full_disk_is_said_and_leaves_nothing(contents, monkeypatch):
    def full() -> Iterator[bytes]:
        yield b'half'
        raise OSError(errno.ENOSPC, 'no space')

    with pytest.raises(OverQuota):
        contents.receive(full())
    assert files(contents) == set()


def test_the_sweeper_takes_what_no_commit_names_when_it_is_old(contents, manager):
    contents.keep(manager, contents.receive([b'kept']), KEY)
    orphan = KEY.replace('.1', '.9')
    contents.keep(manager, contents.receive([b'orphan']), orphan)
    manager.commit()
    left = contents.receive([b'left by a crash'])
    assert contents.sweep(lambda key: key == KEY) == 0
    for path in (left.path, contents.path(orphan), contents.path(KEY)):
        os.utime(path, (0, 0))
    assert contents.sweep(lambda key: key == KEY) == 2
    assert files(contents) == {KEY}


def test_a_disk_that_fills_up_in_the_middle_of_a_write_stores_nothing(tmp_path, monkeypatch):
    from io import FileIO

    from lantai.store import contents as module

    class Filling(FileIO):
        def write(self, data):
            if self.tell() >= 10:
                raise OSError(errno.ENOSPC, 'full')
            return super().write(bytes(data)[: 10 - self.tell()])

    folder = DataFolder(tmp_path)
    folder.create()
    monkeypatch.setattr(module.os, 'fdopen', lambda descriptor, mode, buffering: Filling(descriptor, mode))
    with pytest.raises(OverQuota):
        Contents(folder).receive([b'123456', b'1234567'])
    assert list(folder.incoming.iterdir()) == []
