"""The reading goes along the log, ends where it should, and is taken up again after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lantai.app.opening import open_site
from lantai.features.records import deposit, places
from lantai.features.records.lookup import by_uid, find
from lantai.services.eventlog.sealer import seal_all
from lantai.services.extraction import work
from lantai.services.extraction.work import Extraction, Wanted
from lantai.services.jobs.children import Crashed, TooMuchMemory, TooSlow
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.derived import TextFacts, TextState
from lantai.store.folder import DataFolder
from tests.builders import papers
from tests.builders.office import body, make_office

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
ROOT = Path(__file__).parents[3]


@pytest.fixture
def extraction(site):
    """The reading of the office; closed at the end."""
    made = Extraction(site)
    yield made
    made.close()


def put(acting, name: str, data: bytes) -> str:
    """The key of a new content."""
    with acting('clerk') as act:
        return deposit.put(act, find(act, SERIES), name, body(act, data)).component.content_key


def read_all(site, extraction) -> None:
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    while extraction.step():
        pass


def test_new_contents_get_their_text_and_their_previews(site, acting, extraction):
    text = put(acting, '甲.txt', '防火安全'.encode())
    pdf = put(acting, '乙.pdf', papers.pdf('会议纪要'))
    picture = put(acting, '丙.png', papers.picture())
    assert site.contents.texts.facts(text).state == TextState.WAITING
    read_all(site, extraction)
    contents = site.contents
    assert contents.texts.read(text) == '防火安全'
    assert contents.texts.read(pdf).strip() == '会议纪要'
    assert contents.texts.facts(picture).state == TextState.NOTHING
    assert [contents.previews.holds(key) for key in (text, pdf, picture)] == [False, True, True]
    assert contents.previews.path(pdf, 'small').read_bytes().startswith(b'\xff\xd8\xff')
    assert extraction.step() == 0


def test_nothing_of_it_is_readable_by_others_or_in_the_database(site, acting, extraction):
    key = put(acting, '甲.txt', '防火安全'.encode())
    read_all(site, extraction)
    (path,) = site.contents.texts.paths(key)
    assert path.is_relative_to(site.folder.path / 'texts')
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


def test_replaced_content_takes_its_text_along_and_gets_a_new_one(site, acting, extraction):
    first = put(acting, '甲.pdf', papers.pdf('第一稿内容'))
    read_all(site, extraction)
    second = put(acting, '甲.pdf', papers.pdf('第二稿内容'))
    assert not site.contents.holds_anything_of(first)
    read_all(site, extraction)
    assert '第二稿' in site.contents.texts.read(second)
    assert not work.holds_text_of(site, first)


def test_a_deleted_file_leaves_neither_text_nor_preview(site, acting, extraction):
    key = put(acting, '甲.pdf', papers.pdf('会议纪要'))
    read_all(site, extraction)
    with acting('clerk') as act:
        places.delete(act, by_uid(act, key.rpartition('.')[0]).item)
    assert not site.contents.holds_anything_of(key)
    assert not [path for path in site.contents.texts.files()] and not list(site.contents.previews.files())


def test_a_deletion_that_is_rolled_back_leaves_everything(site, acting, extraction):
    key = put(acting, '甲.pdf', papers.pdf('会议纪要'))
    read_all(site, extraction)
    with pytest.raises(ZeroDivisionError), acting('clerk') as act:
        places.delete(act, by_uid(act, key.rpartition('.')[0]).item)
        raise ZeroDivisionError
    assert work.holds_text_of(site, key) and site.contents.previews.holds(key)


def test_what_is_deleted_while_it_is_read_leaves_nothing(site, acting, extraction, monkeypatch):
    key = put(acting, '甲.txt', b'text of it')
    real = extraction._child.compute

    def compute(function, *args, **limits):
        found = real(function, *args, **limits)
        if function == work.EXTRACT:
            with acting('clerk') as act:
                places.delete(act, by_uid(act, key.rpartition('.')[0]).item)
        return found

    monkeypatch.setattr(extraction._child, 'compute', compute)
    read_all(site, extraction)
    assert not site.contents.holds_anything_of(key)


def test_forgetting_is_at_once_and_for_good(site, acting, extraction):
    key = put(acting, '甲.pdf', papers.pdf('会议纪要'))
    read_all(site, extraction)
    assert work.holds_text_of(site, key)
    work.forget(site, [key])
    assert not work.holds_text_of(site, key)


def test_a_sweep_removes_what_no_content_stands_behind(site, acting, extraction):
    kept = put(acting, '甲.pdf', papers.pdf('会议纪要'))
    gone = put(acting, '乙.pdf', papers.pdf('会议纪要'))
    read_all(site, extraction)
    site.contents.path(gone).unlink()
    # what a crash of the writing leaves
    (path,) = site.contents.texts.paths(gone)
    path.with_name(f'{path.name}.new-1').write_text('half')
    work.sweep_texts(site)
    assert work.holds_text_of(site, kept) and site.contents.previews.holds(kept)
    assert len(list(site.contents.texts.files())) == 1 == len(list(site.contents.previews.files()))


@pytest.mark.parametrize(('error', 'reason'), [(TooSlow, 'too-slow'), (TooMuchMemory, 'too-large')])
def test_a_file_over_its_limits_fails_and_the_next_is_read(
    site, acting, extraction, monkeypatch, error, reason
):
    bad = put(acting, '甲.txt', b'bad')
    good = put(acting, '乙.txt', b'good')
    calls = failing(extraction, monkeypatch, bad, site, error)
    read_all(site, extraction)
    assert site.contents.texts.facts(bad) == TextFacts(
        TextState.FAILED, reason, 1, reader=work.READER_VERSION
    )
    assert calls == [bad] and site.contents.texts.read(good) == 'good'


def test_a_file_that_crashes_its_reader_is_tried_three_times(site, acting, extraction, monkeypatch):
    bad = put(acting, '甲.txt', b'bad')
    calls = failing(extraction, monkeypatch, bad, site, Crashed)
    read_all(site, extraction)
    facts = site.contents.texts.facts(bad)
    assert (facts.state, facts.reason, facts.attempts, len(calls)) == (TextState.FAILED, 'crashed', 3, 3)


def failing(extraction, monkeypatch, key: str, site, error) -> list[str]:
    calls: list[str] = []
    real = extraction._child.compute

    def compute(function, path, *args, **limits):
        if function == work.EXTRACT and path == str(site.contents.path(key)):
            calls.append(key)
            raise error()
        return real(function, path, *args, **limits)

    monkeypatch.setattr(extraction._child, 'compute', compute)
    return calls


def test_a_file_that_ends_the_program_is_given_up_after_three_starts(site, acting, extraction):
    key = put(acting, '甲.txt', b'deadly')
    # three processes began and none came to an end
    site.contents.texts.keep(key, TextFacts(TextState.TRYING, attempts=work.MOST_ATTEMPTS))
    extraction.make(Wanted(key, '甲.txt'))
    facts = site.contents.texts.facts(key)
    assert (facts.state, facts.reason) == (TextState.FAILED, 'crashed')


def test_a_half_written_text_is_made_again(site, acting, extraction):
    key = put(acting, '甲.txt', b'whole')
    (path,) = site.contents.texts.paths(key)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"state": "do')
    extraction.make(Wanted(key, '甲.txt'))
    assert site.contents.texts.read(key) == 'whole'


def test_where_all_texts_are_lost_they_are_made_again(site, acting, extraction):
    # as after a backup was put back: what can be made again is not in it
    key = put(acting, '甲.txt', b'whole')
    read_all(site, extraction)
    shutil.rmtree(site.folder.texts)
    read_all(site, extraction)
    assert site.contents.texts.read(key) == 'whole'


def test_two_processes_do_not_read_at_once(site, acting, extraction):
    import fcntl

    put(acting, '甲.txt', b'text')
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    with open(site.folder.run / 'texts.lock', 'w') as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert extraction.step() == 0
    assert extraction.step() > 0


READER = """
import sys
from lantai.app.opening import open_site
from lantai.services.extraction.work import Extraction
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
site = open_site(DataFolder(sys.argv[1]), Settings())
reading = Extraction(site)
print('ready', flush=True)
while reading.step():
    pass
print('done', flush=True)
reading.close()
site.close()
"""


def test_a_reading_killed_in_the_middle_goes_on_where_it_was(tmp_path):
    folder = DataFolder(tmp_path / 'data')
    with_texts = open_site(folder, Settings(argon2_time=1, argon2_memory_kib=8), create=True)
    with_texts.transact(make_office, machine_user('test'), door='cli')

    def fill(act):
        return [
            deposit.put(
                act, find(act, SERIES), f'{n}.pdf', body(act, papers.pdf(f'第{n}号文件'))
            ).component.content_key
            for n in range(60)
        ]

    keys = with_texts.transact(fill, machine_user('test'))
    seal_all(with_texts.database, with_texts.keys, with_texts.clock, folder.run)
    with_texts.close()

    def start() -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, '-c', READER, str(folder.path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, 'PYTHONPATH': f'{ROOT / "src"}{os.pathsep}{ROOT}'},
        )

    texts = with_texts.contents.texts
    killed = start()
    assert killed.stdout.readline() == 'ready\n'
    while not any(texts.facts(key).is_final for key in keys):
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    before = {key: os.stat(texts.paths(key)[0]).st_ino for key in keys if texts.facts(key).is_final}
    assert 0 < len(before) < len(keys)
    again = start()
    assert again.communicate(timeout=60)[0] == 'ready\ndone\n'
    assert [texts.read(key).strip() for key in keys] == [f'第{n}号文件' for n in range(60)]
    # what was done is not done again
    assert {key: os.stat(texts.paths(key)[0]).st_ino for key in before} == before
