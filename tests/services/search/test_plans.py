"""How queries come to their rows among a hundred thousand documents: never by sorting all of them."""

from __future__ import annotations

import pytest

from lantai.services.search.documents import AccessClass, Document
from lantai.services.search.finding import SMALL, find
from lantai.services.search.layout import FACTOR
from lantai.services.search.query import Query
from tests.builders.indexes import everything, make_index, seeing

N = 100_000
UNITS = tuple(f'U{n}' for n in range(10))
FILED = tuple(AccessClass('item', 'Z109', 'filed', unit) for unit in UNITS)
DRAFT = AccessClass('item', 'Z109', 'draft', 'U0', own=True)


def documents():
    for n in range(N):
        year = str(2000 + n * 25 // N)
        shelf = f'{year}-{n % 10}'
        yield Document(
            f'{n:06}',
            DRAFT if n % 1000 == 0 else FILED[n % 10],
            f'关于第{n}号检查的通知',
            (shelf, year, 'Z109', 'root'),
            maker=f'p{n % 50}',
            year=year,
            period=('D10', 'D30', 'Y')[n % 3],
            date=f'{year}-{n % 12 + 1:02}-{n % 28 + 1:02}',
        )


@pytest.fixture(scope='module')
def index(tmp_path_factory):
    index = make_index(tmp_path_factory.mktemp('large'), documents())
    yield index
    index.close()


def plans(index, look=everything, **asked) -> list[str]:
    """The plan of every statement that a query runs, one text for each."""
    with index.reading() as connection:
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        find(connection, Query(**asked), look)
        connection.set_trace_callback(None)
        return [
            ' | '.join(row[3] for row in connection.execute(f'EXPLAIN QUERY PLAN {statement}'))
            for statement in statements
            if statement.startswith('SELECT')
        ]


@pytest.mark.parametrize(
    'asked',
    [
        {'text': '检查'},
        {'text': '检查 通知', 'year': '2010', 'period': 'D30'},
        {'text': '18号', 'sort': '-date'},
        {},
        {'sort': '-date'},
        {'period': 'D30', 'sort': 'date'},
        {'year': '2003'},
        {'state': 'draft'},
        {'maker': 'p7'},
        {'date_from': '2003-01-01', 'date_to': '2003-03', 'sort': 'date'},
        {'container': '2003'},
        {'container': '2003-4', 'children': True, 'sort': 'title'},
        {'container': '2003-4', 'children': True, 'sort': '-date'},
        {'container': '2003-4', 'children': True, 'sort': 'code', 'state': 'filed'},
    ],
)
def test_no_query_goes_through_all_documents_without_an_order(index, asked):
    for plan in plans(index, **asked):
        # reading the documents in order until a page is full is fine; reading all to sort them is not
        assert 'SCAN d ' not in plan + ' ' or 'TEMP B-TREE' not in plan, plan
        assert 'AUTOMATIC' not in plan, plan


def test_pages_of_a_large_container_need_no_sorting(index):
    for sort in ('title', '-title', 'code', '-modified', 'date'):
        asked = {'container': '2003-4', 'children': True, 'sort': sort}
        page = next(plan for plan in plans(index, **asked) if 'docs_by' in plan)
        assert 'TEMP B-TREE' not in page, page


def test_a_person_who_sees_little_is_answered_by_what_they_see(index):
    clerk = seeing(own=[DRAFT], maker='p0')
    assert any('docs_by_maker' in plan for plan in plans(index, clerk))
    with index.reading() as connection:
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        found = find(connection, Query(text='检查'), seeing(DRAFT))
        connection.set_trace_callback(None)
    # the text index itself passes over the rest
    assert any('access : (' in statement for statement in statements)
    assert found.total == N // 1000


def test_every_way_to_a_page_gives_the_same_page(index):
    """Gathering and sorting, walking in order, following an index: the same rows, to the end of the list."""
    with index.reading() as connection:
        rows = connection.execute('SELECT uid, year, period, date, id FROM docs').fetchall()
    for asked, keep in (
        ({'period': 'D30'}, lambda row: row[2] == 'D30'),
        ({'year': '2003'}, lambda row: row[1] == '2003'),
        ({'year': '2003', 'period': 'Y'}, lambda row: row[1] == '2003' and row[2] == 'Y'),
        ({'date_from': '2024-06'}, lambda row: row[3] >= '2024-06'),
        ({'text': '通知', 'year': '2007'}, lambda row: row[1] == '2007'),
        ({'text': '号检查'}, lambda row: True),
    ):
        wanted = [row for row in rows if keep(row)]
        for sort in ('newest', '-date'):
            by_date = [(row[3], row[4] // FACTOR, row[0]) for row in wanted]
            by_row = [(row[4] // FACTOR, row[0]) for row in wanted]
            expected = [row[-1] for row in sorted(by_date if sort == '-date' else by_row, reverse=True)]
            with index.reading() as connection:
                found = find(connection, Query(sort=sort, limit=500, **asked), everything)
                again = find(connection, Query(sort=sort, limit=500, cursor=found.next, **asked), everything)
            assert [*found.uids, *again.uids] == expected[:1000], (asked, sort)
    assert SMALL < N


ALL_DRAFTS = tuple(AccessClass('item', 'Z109', 'draft', unit, own=True) for unit in UNITS)


@pytest.fixture(scope='module')
def drafts(tmp_path_factory):
    """Many drafts of many people, with a word in all of them."""
    index = make_index(
        tmp_path_factory.mktemp('drafts'),
        (
            Document(f'{n:06}', ALL_DRAFTS[n % 10], f'第{n}号检查', ('shelf',), maker=f'p{n % 97}')
            for n in range(5000)
        ),
    )
    yield index
    index.close()


def statements(index, look, **asked) -> list[str]:
    with index.reading() as connection:
        found: list[str] = []
        connection.set_trace_callback(found.append)
        find(connection, Query(**asked), look)
        connection.set_trace_callback(None)
    return found


def test_who_sees_only_their_own_of_many_is_looked_up_by_name(drafts):
    look = seeing(own=ALL_DRAFTS, maker='p7')
    with drafts.reading() as connection:
        (maker,) = connection.execute("SELECT id FROM makers WHERE name = 'p7'").fetchone()
        found = find(connection, Query(text='检查'), look)
    assert set(found.uids) <= {f'{n:06}' for n in range(5000) if n % 97 == 7}
    assert found.total == len([n for n in range(5000) if n % 97 == 7])
    asked = [each for each in statements(drafts, look, text='检查') if 'hits MATCH' in each]
    assert asked and all(f'"m{maker}"' in each for each in asked)


def test_who_made_nothing_finds_nothing_of_their_own_and_what_they_may_see_all_the_same(drafts):
    assert find_in(drafts, seeing(own=ALL_DRAFTS, maker='nobody')).total == 0
    shared = find_in(drafts, seeing(ALL_DRAFTS[3], own=ALL_DRAFTS[:3], maker='nobody'))
    assert shared.total == 500
    own_too = find_in(drafts, seeing(ALL_DRAFTS[3], own=ALL_DRAFTS[:3], maker='p7'))
    assert own_too.total == 500 + len([n for n in range(5000) if n % 97 == 7 and n % 10 < 3])


def find_in(index, look):
    with index.reading() as connection:
        return find(connection, Query(text='检查'), look)
