"""The committing thread: parallel changes share commits; one that fails costs only itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ZODB.POSException import ConflictError

from lantai.base.clock import SystemClock
from lantai.store.committer import Committer
from lantai.store.database import Database
from lantai.store.folder import DataFolder
from lantai.store.storage import open_storage
from lantai.store.tree import Container, Repository


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    folder = DataFolder(tmp_path)
    folder.create()
    made = Database(open_storage(None, folder, create=True))
    made.initialise(lambda: Repository('test', SystemClock()))
    yield made
    made.close()


@pytest.fixture
def committer(database: Database) -> Iterator[Committer]:
    made = Committer(database)
    yield made
    made.stop()


def adding(name: str):
    def change(repository, _manager):
        node = Container()
        repository.add(node, name)
        return node.uid

    return change


def test_two_hundred_parallel_additions_to_one_container_all_succeed(database, committer):
    with ThreadPoolExecutor(16) as pool:
        uids = list(pool.map(lambda n: committer.run(adding(f'n{n}')), range(200)))
    assert len(set(uids)) == 200
    with database.reading() as repository:
        assert repository.count() == 200
        assert {node.uid for node in repository.values()} == set(uids)


def test_of_parallel_claims_to_one_name_exactly_one_succeeds(database, committer):
    def claim(_n):
        try:
            return committer.run(adding('same'))
        except KeyError:
            return None

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(claim, range(50)))
    assert sum(outcome is not None for outcome in outcomes) == 1
    with database.reading() as repository:
        assert repository.count() == 1


def test_a_change_that_fails_leaves_nothing_and_spares_its_neighbours(database, committer):
    def half_done(repository, _manager):
        repository.add(Container(), 'half')
        raise ValueError('refused')

    def try_half(_n):
        with pytest.raises(ValueError):
            committer.run(half_done)

    with ThreadPoolExecutor(8) as pool:
        good = [pool.submit(committer.run, adding(f'g{n}')) for n in range(20)]
        bad = [pool.submit(try_half, n) for n in range(20)]
        for each in good + bad:
            each.result()
    with database.reading() as repository:
        assert sorted(node.name for node in repository.values()) == sorted(f'g{n}' for n in range(20))


def test_a_conflict_with_somebody_else_is_tried_again(database, committer):
    tries = []

    def conflicting(repository, manager):
        tries.append(1)
        if len(tries) < 3:
            raise ConflictError('somebody was quicker')
        return adding('late')(repository, manager)

    assert committer.run(conflicting)
    assert len(tries) == 3


def test_stopping_answers_what_still_waits(database):
    committer = Committer(database)
    waiting = [threading.Thread(target=committer.run, args=(adding(f'w{n}'),)) for n in range(30)]
    for thread in waiting:
        thread.start()
    for thread in waiting:
        thread.join()
    committer.stop()
    with database.reading() as repository:
        assert repository.count() == 30
