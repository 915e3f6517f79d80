"""Finding: every run of a title, every filter, every page, against a plain list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.services.search.cutting import letters, terms_of
from lantai.services.search.documents import AccessClass, Document
from lantai.services.search.errors import BadCursor, BadQuery
from lantai.services.search.index import SearchIndex
from tests.builders.indexes import (
    DRAFT,
    FILED,
    OPENED,
    OTHER_FONDS,
    OTHER_UNIT,
    make_index,
    pages,
    search,
    seeing,
)

TITLES = (
    '关于开展政务服务大厅窗口调整试点工作的通知',
    '关于印发《保税区管理局公文处理办法》的通知（试行）',
    '保税管〔2021〕18号',
    'Annual report 2021 (final) ANNUAL-REPORT_v2',
    '关於發布國家標準的通知',
    '一季度收发文登记表',
    '🎉🎉庆祝晚会',
    '中',
)


@pytest.fixture(scope='module')
def titles(tmp_path_factory):
    documents = [Document(f'u{n}', FILED, title) for n, title in enumerate(TITLES)]
    index = make_index(tmp_path_factory.mktemp('titles'), documents)
    yield index
    index.close()


@settings(max_examples=300)
@given(st.integers(0, len(TITLES) - 1), st.data())
def test_every_run_of_a_title_is_found(titles, number, data):
    title = TITLES[number]
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    run = title[start:end]
    if terms_of(run):
        assert f'u{number}' in search(titles, text=run).uids


def test_every_run_of_two_or_more_visible_characters_is_something_to_ask_for():
    for title in TITLES:
        for start in range(len(title) - 1):
            run = title[start : start + 2]
            assert terms_of(run) or run.isspace()


def test_only_titles_that_hold_the_run_are_found(titles):
    for run in ('通知', '2021', '18', 'report', 'REPO', '国家标准', '試點', 'ort2', '区管', '🎉🎉', '中'):
        wanted = {
            f'u{n}'
            for n, title in enumerate(TITLES)
            if (letters(run) or run) in (letters(title) if letters(run) else title)
        }
        assert set(search(titles, text=run).uids) == wanted, run


def test_all_parts_must_be_there(titles):
    assert search(titles, text='通知 办法').uids == ('u1',)
    assert search(titles, text='通知 没有').uids == ()


@pytest.mark.parametrize(
    'text', ['"', '*', 'NEAR(a b)', 'a AND', '(', 'title:x', "'", '^a', '-', '\x00', '\u202e']
)
def test_no_text_is_a_wrong_statement(titles, text):
    search(titles, text=text)


def test_blank_text_restricts_nothing_and_text_of_nothing_visible_finds_nothing(titles):
    assert search(titles, text='  ').total == len(TITLES)
    assert search(titles, text='\u200b').total == 0


# --- filters, orders and pages against a plain list

CLASSES = (FILED, OPENED, OTHER_UNIT, OTHER_FONDS, DRAFT)
DOCUMENTS = st.lists(
    st.builds(
        dict,
        access=st.sampled_from(CLASSES),
        title=st.sampled_from(['通知', '请示通知', '第2号', '第10号', 'report']),
        container=st.sampled_from(['c1', 'c2', 'c1a']),
        maker=st.sampled_from(['clerk', 'clerk2']),
        year=st.sampled_from(['2020', '2021']),
        period=st.sampled_from(['D10', 'D30', 'Y']),
        date=st.sampled_from(['', '2020-03-02', '2021-03-02', '2021-12-31']),
    ),
    max_size=12,
)
CHAINS = {'c1': ('c1', 'root'), 'c2': ('c2', 'root'), 'c1a': ('c1a', 'c1', 'root')}
ASKED = st.fixed_dictionaries(
    {},
    optional={
        'text': st.sampled_from(['通知', '号', '请示 通知']),
        'state': st.sampled_from(['filed', 'draft']),
        'fonds': st.sampled_from(['Z109', 'Z110']),
        'unit': st.just('BGS'),
        'year': st.just('2021'),
        'period': st.just('D30'),
        'maker': st.just('clerk'),
        'container': st.sampled_from(['c1', 'c2', 'c1a', 'nowhere']),
        'date_from': st.just('2020-03-02'),
        'date_to': st.sampled_from(['2021-03-02', '2021']),
        'sort': st.sampled_from(['newest', 'oldest', 'date', '-date']),
        'limit': st.sampled_from([1, 2, 50]),
    },
)


def documents_of(rows) -> list[Document]:
    return [
        Document(
            f'u{n:02}',
            row['access'],
            row['title'],
            CHAINS[row['container']],
            row['maker'],
            row['year'],
            row['period'],
            row['date'],
        )
        for n, row in enumerate(rows)
    ]


def plainly(documents: list[Document], asked: dict, visible) -> list[Document]:
    """The same answer by looking at every document."""
    found = [
        document
        for document in documents
        if visible(document)
        and all(letters(part) in letters(document.title) for part in asked.get('text', '').split())
        and all(
            getattr(document.access, name) == asked[name]
            for name in ('state', 'fonds', 'unit')
            if name in asked
        )
        and all(
            getattr(document, name) == asked[name] for name in ('year', 'period', 'maker') if name in asked
        )
        and asked.get('container', 'root') in document.chain
        and document.date >= asked.get('date_from', '')
        and ('date_to' not in asked or (document.date and document.date <= asked['date_to'] + '~'))
    ]
    sort = asked.get('sort', 'newest')
    if 'date' in sort:
        found.sort(key=lambda document: (document.date, document.uid))
    return found[::-1] if sort in ('newest', '-date') else found


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, ASKED, st.booleans())
def test_pages_totals_and_facets_are_those_of_a_plain_list(tmp_path_factory, rows, asked, bounded):
    documents = documents_of(rows)
    index = make_index(tmp_path_factory.mktemp('plain'), documents)
    try:
        look = seeing(OPENED, OTHER_UNIT, own=[DRAFT], maker='clerk2', container='c1' if bounded else None)
        wanted = plainly(
            documents,
            asked,
            lambda document: (
                (
                    document.access in (OPENED, OTHER_UNIT)
                    or (document.access == DRAFT and document.maker == 'clerk2')
                )
                and (not bounded or 'c1' in document.chain)
            ),
        )
        assert pages(index, look, **asked) == [document.uid for document in wanted]
        found = search(index, look, **asked)
        assert found.total == len(wanted) and not found.more
        for name in ('year', 'period'):
            values = [getattr(document, name) for document in wanted]
            assert found.facets.get(name, {}) == {value: values.count(value) for value in values}
        states = [document.access.state for document in wanted]
        assert found.facets.get('state', {}) == {value: states.count(value) for value in states}
    finally:
        index.close()


def test_going_back_gives_the_pages_before(tmp_path):
    index = make_index(
        tmp_path, [Document(f'u{n}', FILED, '通知', date=f'2021-01-0{n % 3}') for n in range(9)]
    )
    for sort in ('newest', 'oldest', 'date', '-date'):
        first = search(index, sort=sort, limit=4)
        second = search(index, sort=sort, limit=4, cursor=first.next)
        third = search(index, sort=sort, limit=4, cursor=second.next)
        assert third.next is None and first.previous is None
        assert search(index, sort=sort, limit=4, cursor=third.previous).uids == second.uids
        again = search(index, sort=sort, limit=4, cursor=second.previous)
        assert again.uids == first.uids and again.previous is None
    index.close()


def test_counting_stops_at_a_thousand_hits(tmp_path):
    index = make_index(tmp_path, [Document(f'u{n}', FILED, '通知') for n in range(1005)])
    found = search(index, text='通知')
    assert (found.total, found.more) == (1000, True)
    assert search(index).total == 1005
    index.close()


def test_children_go_by_title_code_and_time_of_change(tmp_path):
    titles = ['第10号', '第2号', '办法', '一览', 'b', 'A']
    index = make_index(
        tmp_path,
        [
            Document(f'u{n}', FILED, title, ('c', 'root'), code=f'X-{20 - n}', modified=f'2021-01-0{n + 1}')
            for n, title in enumerate(titles)
        ]
        + [Document('below', FILED, '下级', ('d', 'c', 'root'))],
    )
    children = {'container': 'c', 'children': True}
    by_title = [titles[int(uid[1:])] for uid in pages(index, sort='title', limit=2, **children)]
    assert by_title == ['A', 'b', '办法', '第2号', '第10号', '一览']
    assert pages(index, sort='code', **children) == ['u5', 'u4', 'u3', 'u2', 'u1', 'u0']
    assert pages(index, sort='-modified', limit=4, **children) == ['u5', 'u4', 'u3', 'u2', 'u1', 'u0']
    assert search(index, sort='title', state='filed', **children).total == 6
    index.close()


def test_a_reader_who_sees_little_finds_it_among_very_much(tmp_path):
    rare = AccessClass('item', 'Z109', 'filed', 'RSC')
    many = [Document(f'u{n}', FILED, '通知') for n in range(300)]
    index = make_index(tmp_path, [*many, Document('mine', rare, '通知')])
    found = search(index, seeing(rare), text='通知')
    assert (found.uids, found.total) == (('mine',), 1)
    assert found.facets['unit'] == {'RSC': 1}
    index.close()


def test_who_sees_nothing_gets_nothing(tmp_path):
    index = make_index(tmp_path, [Document('u', FILED, '通知')])
    for asked in ({}, {'text': '通知'}, {'state': 'filed'}, {'maker': 'clerk'}):
        found = search(index, seeing(), **asked)
        assert (found.total, found.more, found.uids) == (0, False, ())
        assert not any(found.facets.values())
    index.close()


@pytest.mark.parametrize('cursor', ['x', '!!', 'W10', 'bnVsbA', '4pyT', 'WyJkYXRlIiwxLDEsMF0', 'a' * 9000])
def test_a_cursor_that_is_none_is_refused(titles: SearchIndex, cursor):
    with pytest.raises(BadCursor):
        search(titles, cursor=cursor)


def test_a_cursor_of_another_order_is_refused(titles):
    cursor = search(titles, limit=1).next
    with pytest.raises(BadCursor):
        search(titles, cursor=cursor, sort='date')


@pytest.mark.parametrize(
    'asked', [{'limit': -1}, {'limit': 501}, {'sort': 'x'}, {'sort': 'title'}, {'text': 'a' * 256}]
)
def test_a_query_out_of_bounds_is_refused(titles, asked):
    with pytest.raises(BadQuery):
        search(titles, **asked)


@pytest.mark.parametrize(
    'asked', [{}, {'text': '通知'}, {'state': 'filed'}, {'text': '保税', 'sort': '-date'}]
)
def test_no_page_at_all_has_the_figures_of_one(titles, asked):
    with_page, without = search(titles, **asked), search(titles, limit=0, **asked)
    assert (without.total, without.more, without.facets) == (
        with_page.total,
        with_page.more,
        with_page.facets,
    )
    assert without.uids == () and without.next is None and with_page.uids
