"""The texts of files are searched by whoever may read them, after what the descriptions say."""

from __future__ import annotations

import pytest

from lantai.features.ingest import arranging
from lantai.features.records import deposit, lookup, places
from lantai.features.searching.service import search
from lantai.services.eventlog.sealer import seal_all
from lantai.services.extraction.work import Extraction, Wanted
from lantai.services.search import operation
from lantai.services.search.operation import Attendant
from lantai.services.search.query import Query
from lantai.services.security import policy
from lantai.services.security.actor import machine_user
from lantai.services.security.permissions import Permission
from lantai.services.security.rules import Clause, shipped_table
from lantai.services.workflow import engine
from tests.builders import papers
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')


@pytest.fixture
def reading(indexed):
    """Reads what came in, and takes it into the index."""
    extraction, attendant = Extraction(indexed), Attendant(indexed)

    def read() -> None:
        seal_all(indexed.database, indexed.keys, indexed.clock, indexed.folder.run)
        while extraction.step():
            pass
        while attendant.step():
            pass
        attendant.feed_all()

    yield read
    extraction.close()


@pytest.fixture
def put(acting):
    def put(name: str, data: bytes | str, title: str = '无关', who: str = 'clerk', **metadata) -> str:
        content = data.encode() if isinstance(data, str) else data
        with acting(who) as act:
            described = {'title': title, 'author': '办公室', 'date': '2026-03-01', **metadata}
            return deposit.put(
                act, lookup.find(act, SERIES), name, body(act, content), metadata=described
            ).node.uid

    return put


@pytest.fixture
def found(acting):
    def find(text: str, who: str = 'clerk', **asked) -> list[str]:
        with acting(who) as act:
            return [hit.node.uid for hit in search(act, Query(text=text, **asked)).hits]

    return find


def set_state(site, uid: str, state: str) -> None:
    site.transact(
        lambda act: engine.change_state(act, act.repository.by_uid(uid), state, 'file'), machine_user('test')
    )


def test_a_title_is_found_at_once_and_the_text_after_it_was_read(put, found, reading):
    uid = put('甲.pdf', papers.pdf('消防演练方案'), '关于演习的通知')
    assert found('演习') == [uid]
    assert found('消防演练') == []
    reading()
    assert found('消防演练') == [uid]


@pytest.mark.parametrize(
    'asked', ['消防演练', '演练', 'Budget 2026', 'budget', 'ge', '防 演练', '防演', '消防 习']
)
def test_any_run_of_two_characters_is_found_as_in_titles(put, found, reading, asked):
    uid = put('甲.txt', '消防\n演练，Budget 2026', '演习')
    reading()
    assert found(asked) == ([uid] if asked not in ('防 演练',) else [])


def test_some_terms_may_be_in_the_title_and_the_rest_in_the_text(put, found, reading):
    uid = put('甲.txt', '明天消防演练', '安全检查通知')
    put('乙.txt', '明天消防演练', '另一件')
    reading()
    assert found('检查 演练') == [uid]
    assert found('演练 检查 明天') == [uid]
    assert found('演练 检查 后天') == []


def test_descriptions_come_before_texts_and_pages_go_over_both(put, found, reading, acting):
    in_texts = [put(f'{n}.txt', '全文里的消防', f'第{n}件') for n in range(5)]
    in_titles = [put(f't{n}.txt', '全文里的消防', f'消防{n}') for n in range(3)]
    reading()
    expected = in_titles[::-1] + in_texts[::-1]
    assert found('消防') == expected
    forwards, backwards = [], []
    with acting('clerk') as act:
        cursor = ''
        while cursor is not None:
            page = search(act, Query(text='消防', limit=2, cursor=cursor))
            assert (page.total, page.facets['state']) == (8, {'draft': 8})
            forwards += [hit.node.uid for hit in page.hits]
            last, cursor = page, page.next
        cursor = last.previous
        while cursor is not None:
            page = search(act, Query(text='消防', limit=2, cursor=cursor))
            backwards = [hit.node.uid for hit in page.hits] + backwards
            cursor = page.previous
    assert forwards == expected
    assert backwards == expected[: len(backwards)] and len(backwards) == 6
    assert found('消防', sort='oldest') == in_titles + in_texts


def test_filters_hold_for_texts_too(put, found, reading, site):
    uid = put('甲.txt', '消防演练')
    other = put('乙.txt', '消防演练')
    set_state(site, other, 'filed')
    reading()
    assert found('消防', state='draft') == [uid]
    assert found('消防', state='filed') == [other]
    assert found('消防', year='1999') == []
    assert found('消防', type='series') == []


def test_nobody_finds_by_text_what_he_may_not_read(put, found, reading):
    put('甲.txt', '消防演练', '消防')
    reading()
    for person in ('clerk2', 'reader', 'outsider', 'jjc_clerk', 'appraiser', 'sysadmin'):
        assert found('演练', person) == [], person
    for person in ('clerk', 'unitarchivist', 'manager', 'archivist'):
        assert len(found('演练', person)) == 1, person


def test_to_see_a_record_is_not_to_read_it(put, found, reading, site, acting):
    uid = put('甲.txt', '消防演练', '看得见的题名')
    set_state(site, uid, 'transferred')
    reading()
    # the content is gone for most, the description is seen, and nothing is found by what it said
    assert found('看得见', 'appraiser') == [uid]
    assert found('演练', 'appraiser') == []
    with acting('appraiser') as act:
        results = search(act, Query(text='演练'))
        assert (results.total, results.facets['state']) == (0, {})


def test_a_class_that_is_seen_and_not_read_is_not_counted(put, reading, site, acting, monkeypatch):
    uid = put('甲.txt', '消防演练', '看得见的题名')
    set_state(site, uid, 'filed')
    reading()
    table = {**shipped_table()}
    table['item', 'filed'] = {**table['item', 'filed'], 'leader': (Clause('', frozenset({Permission.SEE})),)}
    monkeypatch.setattr(policy, 'shipped_table', lambda: table)
    with acting('leader') as act:
        assert search(act, Query(text='看得见')).total == 1
        results = search(act, Query(text='演练'))
        assert (results.total, results.hits, results.facets['state']) == (0, [], {})
        assert search(act, Query(text='看得见 演练')).total == 0


def test_a_changed_state_keeps_the_text_found(put, found, reading, site):
    uid = put('甲.txt', '消防演练')
    reading()
    set_state(site, uid, 'filed')
    reading()
    assert found('演练', 'leader') == [uid]


def test_a_replaced_file_is_found_by_what_it_says_now(put, found, reading):
    uid = put('甲.txt', '消防演练')
    reading()
    put('甲.txt', '防汛预案')
    reading()
    assert (found('演练'), found('防汛')) == ([], [uid])


def test_what_was_deleted_is_found_no_more(put, found, reading, acting, site):
    uid = put('甲.txt', '消防演练')
    reading()
    with acting('clerk') as act:
        places.delete(act, lookup.by_uid(act, uid))
    reading()
    assert found('演练') == []
    with site.index.reading() as connection:
        for table in ('passages', 'wanting'):
            assert connection.execute(f'SELECT COUNT(*) FROM {table}').fetchone() == (0,)
        # the very terms that were given were taken out again
        assert connection.execute("SELECT COUNT(*) FROM words WHERE words MATCH '消防'").fetchone() == (0,)


def test_a_file_that_moves_to_another_record_is_found_there(put, found, reading, acting):
    first = put('甲.txt', '消防演练', '第一件')
    second = put('乙.txt', '防汛预案', '第二件')
    reading()
    with acting('clerk') as act:
        arranging.join(act, lookup.by_uid(act, first), [lookup.by_uid(act, second)])
    reading()
    assert found('防汛') == [first] == found('演练') == found('演练 防汛')


def test_a_rebuilt_index_has_the_texts_at_once(put, found, reading, site):
    uid = put('甲.txt', '消防演练')
    late = put('乙.txt', '防汛预案')
    reading()
    with site.reading() as act:
        # one that was not read yet when the index was built
        (component,) = act.repository.by_uid(late).components
        site.contents.texts.forget(component.content_key)
    operation.rebuild(site, machine_user('test'))
    assert (found('演练'), found('防汛')) == ([uid], [])
    extraction = Extraction(site)
    extraction.make(Wanted(component.content_key, '乙.txt'))
    extraction.close()
    Attendant(site).feed_all()
    assert found('防汛') == [late]


def test_a_hit_shows_where_it_stands(put, reading, acting):
    put('甲.txt', '开头。' * 5000 + '这里说到消防演练的事。' + '结尾。' * 5000, '题名')
    reading()
    with acting('clerk') as act:
        (hit,) = search(act, Query(text='消防演练')).hits
    assert (hit.field, hit.file) == ('text', '甲.txt')
    assert [piece for piece, marked in hit.snippet if marked] == ['消防演练']
    quoted = ''.join(piece for piece, _marked in hit.snippet)
    assert '这里说到' in quoted and len(quoted) < 120


def test_what_is_restricted_is_found_and_not_quoted(put, reading, acting, site):
    uid = put('甲.txt', '消防演练', '题名')
    reading()

    def restrict(act):
        item = act.repository.by_uid(uid)
        item.access = {**item.access, 'openness': 'controlled'}

    site.transact(restrict)
    with acting('clerk') as act:
        (hit,) = search(act, Query(text='演练')).hits
    assert (hit.field, hit.snippet) == ('text', ())


def test_the_page_quotes_the_text_and_marks_it(put, reading, signed_in):
    put('甲.txt', '<script>alert(1)</script> 消防演练', '题名')
    reading()
    page = signed_in('clerk', 'zh-CN').get('/search', {'q': '演练'})
    (row,) = page.html.select('table.list tbody tr')
    assert '全文' in row.get_text() and '甲.txt' in row.get_text()
    assert [mark.get_text() for mark in row.select('mark')] == ['演练']
    assert '<script>alert(1)' not in page.text
