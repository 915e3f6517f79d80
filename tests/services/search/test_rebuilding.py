"""A new index while the old one answers; a missing or broken one is made again."""

import sqlite3
import threading

import pytest

from lantai.services.search.errors import IndexUnavailable
from lantai.services.search.rebuild import RebuildRunning
from tests.builders.indexes import search
from tests.builders.libraries import Shelf, check_consistent


def test_a_rebuild_finds_what_following_found(library):
    shelf = library.add('架', cls=Shelf)
    for n in range(30):
        library.add(f'第{n}号通知', shelf)
    library.follower.catch_up()
    before = library.found()
    assert library.rebuild() == 31
    assert library.found() == before
    assert len(library.found(text='号通知')) == 30
    # registered in order of identity, which is order of making (to the millisecond)
    assert list(search(library.index, sort='oldest').uids) == sorted(before)
    check_consistent(library.index)


def test_a_rebuild_takes_in_what_was_written_meanwhile_while_the_old_index_answers(library):
    first = library.add('甲书')
    library.follower.catch_up()
    seen = []

    def progress(done, total):
        if not seen:
            # both the tree and the old index go on
            second = library.add('乙书')
            library.retitle(first, '丙书')
            library.follower.catch_up()
            seen.append((second, library.found(text='丙书'), library.status()['rebuilding']))

    library.rebuild(progress)
    second, during, rebuilding = seen[0]
    assert during == {first} and rebuilding
    assert library.found(text='乙书') == {second}
    assert library.found(text='丙书') == {first}
    assert library.found(text='甲书') == set()
    assert library.status() == {'lag': 0, 'documents': 2, 'rebuilding': False}


def test_a_reader_goes_on_with_the_file_it_has_open(library):
    book = library.add('书')
    library.follower.catch_up()
    with library.index.reading() as connection:
        library.delete(book)
        library.follower.catch_up()
        library.rebuild()
        assert connection.execute('SELECT COUNT(*) FROM docs').fetchone()[0] == 1
    assert library.found() == set()
    assert len(list(library.index.folder.glob('search-*.db'))) == 1


def test_a_rebuild_that_is_stopped_leaves_the_old_index_and_no_litter(library):
    library.add('书')
    library.follower.catch_up()

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.rebuild(stop)
    assert len(library.found()) == 1
    assert len(list(library.index.folder.glob('search-*.db'))) == 1
    library.rebuild()


def test_two_rebuilds_at_once_are_refused(library):
    def progress(done, total):
        with pytest.raises(RebuildRunning):
            library.rebuild()

    library.rebuild(progress)


def test_an_erased_title_is_in_no_file_after_a_rebuild(library):
    book = library.add('绝无仅有之题名')
    library.add('另一个')
    library.follower.catch_up()
    library.delete(book)
    library.follower.catch_up()
    library.rebuild()
    library.index.close()
    content = b''.join(path.read_bytes() for path in library.index.folder.iterdir())
    assert '绝无仅有'.encode() not in content
    assert '绝无'.encode() not in content


@pytest.mark.parametrize('damage', ['missing', 'pointer', 'garbage', 'empty', 'version', 'torn'])
def test_a_missing_or_broken_index_is_said_to_be_and_made_again(library, damage):
    for n in range(50):
        library.add(f'第{n}号通知')
    library.follower.catch_up()
    library.index.close()
    path = library.index.folder / library.index.current()
    if damage == 'missing':
        path.unlink()
    elif damage == 'pointer':
        (library.index.folder / 'current').write_bytes(b'\xff\xfe/../x')
    elif damage == 'garbage':
        path.write_bytes(b'no database at all' * 1000)
    elif damage == 'empty':
        path.write_bytes(b'')
    elif damage == 'version':
        with sqlite3.connect(path) as connection:
            connection.execute('PRAGMA user_version = 1')
        connection.close()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:4096] + b'\xa5' * (len(data) - 4096))
    with pytest.raises(IndexUnavailable):
        library.found(text='通知')
    with pytest.raises(IndexUnavailable):
        library.follower.step()
    assert library.status() == {'lag': 50, 'documents': 0, 'rebuilding': True}
    library.rebuild()
    assert len(library.found(text='通知')) == 50
    assert library.status() == {'lag': 0, 'documents': 50, 'rebuilding': False}


def test_threads_read_while_one_writes_and_rebuilds(library):
    shelf = library.add('架', cls=Shelf)
    for n in range(20):
        library.add(f'第{n}号通知', shelf)
    library.follower.catch_up()
    wrong: list[str] = []
    done = threading.Event()

    def read():
        while not done.is_set():
            found = search(library.index, text='号通知', limit=100)
            # counted and listed at one moment
            if found.total != len(found.uids) or found.total < 20:
                wrong.append(f'{found.total} counted, {len(found.uids)} listed')

    readers = [threading.Thread(target=read) for _n in range(2)]
    for thread in readers:
        thread.start()
    try:
        for n in range(20, 30):
            library.add(f'第{n}号通知', shelf)
            library.follower.catch_up()
        library.rebuild()
    finally:
        done.set()
        for thread in readers:
            thread.join()
    assert wrong == []
    assert len(library.found(text='号通知')) == 30


def test_a_file_left_by_a_killed_rebuild_is_no_rebuild_and_goes_with_the_next(library):
    litter = library.index.folder / 'search-000099.db'
    litter.write_bytes(b'half')
    assert library.status()['rebuilding'] is False
    library.rebuild()
    assert not litter.exists()
    assert library.found() == set()


def test_a_reader_that_comes_at_the_moment_of_the_swap_gets_the_new_file(library, monkeypatch):
    library.add('书')
    library.follower.catch_up()
    library.index.close()
    stale = library.index.current()
    library.rebuild()
    current, asked = library.index.current, []

    def late():
        asked.append(1)
        return stale if len(asked) == 1 else current()

    monkeypatch.setattr(library.index, 'current', late)
    assert len(library.found()) == 1
