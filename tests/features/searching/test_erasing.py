"""After a content was forgotten and the index built anew, nothing of its text is left in any file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lantai.features.records import deposit, lookup
from lantai.services.eventlog.sealer import seal_all
from lantai.services.extraction import work
from lantai.services.extraction.work import Extraction
from lantai.services.search import operation
from lantai.services.search.operation import Attendant
from lantai.services.security.actor import machine_user
from lantai.services.workflow import engine
from tests.builders import papers
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
MARKER = 'zqxjkvwyzq'


def holding(folder: Path, *needles: bytes) -> list[str]:
    """The files below a folder in which one of these stands."""
    return [
        path.name
        for path in folder.rglob('*')
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


def vocabulary(site) -> set[str]:
    """Every term of the index in use; its bytes would tell nothing, for terms are packed in its file."""
    connection = sqlite3.connect(site.folder.index / site.index.current())
    found: set[str] = set()
    for table in ('hits', 'words'):
        connection.execute(f'CREATE VIRTUAL TABLE temp.of_{table} USING fts5vocab(main, {table}, row)')
        found |= {term for (term,) in connection.execute(f'SELECT term FROM temp.of_{table}')}
    connection.close()
    return found


def test_a_destroyed_text_is_in_no_file_and_in_no_index(indexed, acting):
    site = indexed
    with acting('clerk') as act:
        kept = deposit.put(act, lookup.find(act, SERIES), '留.txt', body(act, '防汛预案'.encode())).node.uid
        put = deposit.put(
            act, lookup.find(act, SERIES), '毁.docx', body(act, papers.docx(f'前文{MARKER}后文销毁词'))
        )
        uid, key = put.node.uid, put.component.content_key
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    extraction = Extraction(site)
    while extraction.step():
        pass
    extraction.close()
    operation.bring_up(site)
    Attendant(site).feed_all()
    terms = (MARKER.encode(), MARKER[:3].encode(), '销毁词'.encode(), '毁词'.encode())
    assert holding(site.folder.texts, *terms)
    assert {'zqx', '毁词'} <= vocabulary(site)
    before = site.index.current()

    def destroy(act):
        engine.change_state(act, act.repository.by_uid(uid), 'destroyed', 'destroy')
        act.site.contents.forget(act.manager, key)

    site.transact(destroy, machine_user('test'))
    operation.rebuild(site, machine_user('test'))
    assert not work.holds_text_of(site, key) and not site.contents.holds_anything_of(key)
    assert holding(site.folder.path, *terms) == []
    assert not {'zqx', 'xjk', 'wyz', '毁词'} & vocabulary(site) and '防汛' in vocabulary(site)
    assert [path.name for path in site.folder.index.glob('search-*.db')] == [site.index.current()] != [before]
    with site.index.reading() as connection:
        left = connection.execute('SELECT key FROM passages').fetchall()
    with site.reading() as act:
        assert [component.content_key for component in act.repository.by_uid(kept).components] == [
            key for (key,) in left
        ]
