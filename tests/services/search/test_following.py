"""The index says what the tree says: after every change, after a crash, while it is rebuilt."""

import os
import signal
import subprocess
import sys

import pytest

from lantai.services.eventlog.events import Event
from lantai.services.search import layout
from lantai.services.search.documents import AccessClass, Document
from lantai.services.search.writer import Writer
from tests.builders.indexes import make_index, search
from tests.builders.libraries import Book, Shelf, check_consistent


def statements(library, change) -> list[str]:
    """The statements that taking in a change runs on the index."""
    seen: list[str] = []
    with library.index.writing() as writer:
        writer._connection.set_trace_callback(seen.append)
    change()
    library.follower.catch_up()
    with library.index.writing() as writer:
        writer._connection.set_trace_callback(None)
    return seen


def test_what_is_made_changed_and_deleted_is_followed(library):
    shelf = library.add('架', cls=Shelf)
    book = library.add('关于开展检查的通知', shelf)
    library.follower.catch_up()
    assert library.found(text='检查') == {book}
    library.retitle(book, '关于防汛的函')
    library.follower.catch_up()
    assert library.found(text='检查') == set()
    assert library.found(text='防汛') == {book}
    library.delete(book)
    library.follower.catch_up()
    assert library.found(text='防汛') == set()
    assert library.found() == {shelf}
    check_consistent(library.index)


def test_deleting_a_shelf_deletes_what_stood_on_it_and_nothing_moved_away_before(library):
    first, second = library.add('一', cls=Shelf), library.add('二', cls=Shelf)
    inner = library.add('内', first, cls=Shelf)
    stays, goes, deep = library.add('留', first), library.add('去', first), library.add('深', inner)
    library.follower.catch_up()
    library.move(stays, second)
    library.delete(first)
    library.follower.catch_up()
    assert library.found() == {second, stays}
    assert {inner, goes, deep}.isdisjoint(library.found())
    check_consistent(library.index)


def test_moving_a_shelf_touches_one_row_and_moves_all_that_stands_on_it(library):
    top, other = library.add('上', cls=Shelf), library.add('下', cls=Shelf)
    moved = library.add('架', top, cls=Shelf)
    books = {library.add(f'书{n}', moved) for n in range(20)}
    library.follower.catch_up()
    seen = statements(library, lambda: library.move(moved, other))
    assert not [line for line in seen if line.startswith('INSERT INTO hits') and '书' in line]
    assert len([line for line in seen if line.startswith('UPDATE docs')]) == 1
    assert library.found(container=other, type='item') == books
    assert library.found(container=top) == set()
    check_consistent(library.index)


def test_an_event_that_changes_nothing_searched_writes_no_terms(library):
    book = library.add('书')
    library.follower.catch_up()
    seen = statements(library, lambda: library.retitle(book, '书'))
    assert not [line for line in seen if 'hits' in line or line.startswith('UPDATE docs')]


def test_a_shelf_whose_topic_changes_takes_its_branch_along(library):
    shelf = library.add('架', cls=Shelf)
    inner = library.add('内', shelf, cls=Shelf)
    book = library.add('书', shelf)
    library.follower.catch_up()

    def change(repository):
        node = repository.by_uid(shelf)
        node.topic = '2021'
        return node

    library.do(change)
    library.follower.catch_up()
    assert library.found(year='2021') == {book}
    assert library.found() == {shelf, inner, book}


def test_a_copied_shelf_is_found_with_all_that_came_along(library):
    """One event tells of the copy; what is on it has none of its own."""
    source = library.add('源', cls=Shelf)

    def copy(repository):
        shelf = Shelf()
        shelf.title = '副本'
        repository.add(shelf, shelf.uid)
        repository.objects[shelf.uid] = shelf
        for _n in range(3):
            book = Book()
            book.title = '副本书'
            shelf.add(book, book.uid)
            repository.objects[book.uid] = book
        return shelf

    library.do(copy, Event.NODE_COPY)
    library.follower.catch_up()
    assert len(library.found(text='副本书')) == 3
    assert source in library.found()


def test_lag_is_counted_in_log_entries(library):
    assert library.status() == {'lag': 0, 'documents': 0, 'rebuilding': False}
    for n in range(3):
        library.add(f'书{n}')
    assert library.status()['lag'] == 3
    library.follower.step()
    assert library.status() == {'lag': 0, 'documents': 3, 'rebuilding': False}


def test_a_crash_between_the_log_and_the_index_loses_nothing(library, monkeypatch):
    library.add('甲书')
    library.add('乙书')
    put = Writer.put
    calls = []

    def broken(self, document):
        calls.append(document.title)
        if len(calls) == 2:
            raise RuntimeError('killed')
        put(self, document)

    monkeypatch.setattr(Writer, 'put', broken)
    with pytest.raises(RuntimeError):
        library.follower.step()
    monkeypatch.undo()
    # neither rows nor position of the half-done batch are there
    assert library.found() == set()
    assert library.status()['lag'] == 2
    library.follower.catch_up()
    assert len(library.found()) == 2
    check_consistent(library.index)


KILLED = """
import os, signal, sys
from pathlib import Path
from lantai.services.search.documents import AccessClass, Document
from lantai.services.search.index import SearchIndex

index = SearchIndex(Path(sys.argv[1]))
for batch in range(1, 1000):
    with index.writing() as writer, writer.batch():
        for n in range(5):
            writer.put(Document(f'u{batch}-{n}', AccessClass('item', 'Z109', 'filed'), f'通知{batch}'))
        writer.position = batch
        if batch == 20:
            print('ready', flush=True)
"""


def test_after_kill_9_rows_and_position_are_of_one_moment(tmp_path):
    index = make_index(tmp_path / 'index')
    script = tmp_path / 'killed.py'
    script.write_text(KILLED, 'utf-8')
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, str(script), str(index.folder)], stdout=subprocess.PIPE, env=environment
    )
    with process:
        assert process.stdout.readline() == b'ready\n'
        process.send_signal(signal.SIGKILL)
    position = index.position
    assert position >= 19
    found = search(index, text='通知')
    assert found.total == min(position * 5, 1000)
    check_consistent(index)
    # and the lock died with its holder
    with index.writing(wait=False) as writer:
        assert writer is not None
    index.close()


def test_only_one_process_writes_at_a_time(tmp_path):
    index = make_index(tmp_path / 'index')
    program = (
        'import sys, pathlib; from lantai.services.search.index import SearchIndex\n'
        'with SearchIndex(pathlib.Path(sys.argv[1])).writing(wait=False) as writer: print(writer is None)'
    )
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(sys.path)}
    command = [sys.executable, '-c', program, str(index.folder)]
    with index.writing():
        assert subprocess.check_output(command, env=environment) == b'True\n'
    assert subprocess.check_output(command, env=environment) == b'False\n'
    index.close()


def test_a_document_put_twice_changes_nothing_and_one_of_another_class_keeps_its_place(tmp_path):
    index = make_index(
        tmp_path, [Document(f'u{n}', AccessClass('item', 'Z109', 'draft'), '通知') for n in range(3)]
    )
    with index.writing() as writer, writer.batch():
        writer.put(Document('u1', AccessClass('item', 'Z109', 'draft'), '通知'))
        writer.put(Document('u0', AccessClass('item', 'Z109', 'filed'), '通知'))
    assert search(index).uids == ('u2', 'u1', 'u0')
    assert search(index, state='filed', text='通知').uids == ('u0',)
    check_consistent(index)
    index.close()


def test_the_live_index_never_rewrites_itself_in_one_commit(library):
    with library.index.reading() as connection:
        settings = dict(connection.execute('SELECT k, v FROM hits_config'))
    assert settings['crisismerge'] == 2000
    assert layout.SCHEMA.count('content=') == 2
    library.follower.idle()
