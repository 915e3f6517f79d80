"""Texts of files in the index, by plain documents: order, limits, and what is left when they go."""

from __future__ import annotations

import pytest

from lantai.services.search.building import NewFile
from lantai.services.search.cutting import terms_of
from lantai.services.search.documents import Document
from lantai.services.search.finding import find
from lantai.services.search.index import SearchIndex
from lantai.services.search.passages import passage, texts_of, wanting
from lantai.services.search.query import CAP, Query
from tests.builders.indexes import DRAFT, FILED, everything, make_index, seeing


def filed(n: int, title: str = '', *contents: str) -> Document:
    return Document(f'u{n}', FILED, title or f'第{n}件', maker='clerk', contents=contents or (f'{n}.1',))


@pytest.fixture
def index(tmp_path):
    index = make_index(tmp_path)
    yield index
    index.close()


def ask(index, text: str, look=everything, inside=everything, **asked):
    with index.reading() as connection:
        return find(connection, Query(text=text, **asked), look, inside)


def take_in(index, documents: list[Document], texts: dict[str, str]) -> None:
    with index.writing() as writer, writer.batch():
        for document in documents:
            writer.put(document)
        for key, text in texts.items():
            writer.passages.take_in(key, text)


def test_of_a_very_common_text_the_newest_are_found(index):
    take_in(index, [filed(n) for n in range(2100)], {f'{n}.1': f'消防演练{n}' for n in range(2100)})
    found = ask(index, '消防')
    assert (found.total, found.more, found.uids[0]) == (CAP, True, 'u2099')
    assert found.by_text == frozenset(found.uids)
    # what is rare among the common is found however old it is
    assert ask(index, '消防 演练7', limit=200).uids[-1] == 'u7'
    assert ask(index, '演练1999').uids == ('u1999',)


def test_a_record_of_several_files_is_found_once(index):
    take_in(index, [filed(1, '', 'a.1', 'b.1', 'c.1')], {'a.1': '消防', 'b.1': '消防演练', 'c.1': '防汛'})
    found = ask(index, '消防')
    assert (found.total, found.uids) == (1, ('u1',))
    # one term in one file, one in another
    assert ask(index, '演练 防汛').uids == ('u1',)


def test_without_a_look_inside_no_text_is_searched(index):
    take_in(index, [filed(1)], {'1.1': '消防演练'})
    assert ask(index, '消防', inside=None).uids == ()
    assert ask(index, '消防', inside=seeing(DRAFT)).uids == ()
    assert ask(index, '消防', inside=seeing(FILED)).uids == ('u1',)


def test_texts_come_and_go_with_what_the_record_says_it_has(index):
    take_in(index, [filed(1, '', 'a.1', 'b.1')], {'a.1': '消防'})
    with index.reading() as connection:
        assert wanting(connection, '', 10) == ['b.1']
    take_in(index, [filed(1, '', 'b.1', 'c.1')], {})
    with index.reading() as connection:
        assert wanting(connection, '', 10) == ['b.1', 'c.1']
        assert list(texts_of(connection, 'u1')) == []
    assert ask(index, '消防').uids == ()
    # a text nobody wants any more is not taken in
    take_in(index, [], {'a.1': '消防'})
    assert ask(index, '消防').uids == ()


def test_a_text_taken_out_leaves_none_of_its_terms(index):
    take_in(index, [filed(1)], {'1.1': '消防演练 Budget 2026 \U0001f600'})
    with index.writing() as writer, writer.batch():
        writer.remove('u1')
    with index.writing() as writer, writer.batch():
        writer._connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        for term in ('消防', '演练', 'bud', 'get', '026'):
            match = f'text : "{term}"'
            assert (
                writer._connection.execute('SELECT * FROM words WHERE words MATCH ?', (match,)).fetchall()
                == []
            )


def test_a_rebuilt_file_holds_the_texts_that_are_there(tmp_path):

    index = SearchIndex(tmp_path)
    kept = {'1.1': '消防演练', '2.1': '', '3.1': None}
    with NewFile(tmp_path / index.new_name()) as new:
        new.fill([filed(1), filed(2), filed(3)], kept.get)
        new.finish()
    index.use(new.path.name)
    assert ask(index, '演练').uids == ('u1',)
    with index.reading() as connection:
        assert wanting(connection, '', 10) == ['3.1']
    index.close()


@pytest.mark.parametrize('text', ['甲' * 90_000 + '说到BUDGET的事', 'x' * 3000 + ' bud\nget ' + 'y' * 3000])
def test_a_passage_is_found_far_into_a_text(text):
    piece, (start, end) = passage(text, terms_of('budget'))
    assert piece[start:end].casefold().replace(' ', '') == 'budget'
    assert len(piece) < 5000


def test_a_passage_is_quoted_without_the_line_breaks_of_its_page():
    piece, (start, end) = passage('各科室应当建立整\n改清单，\n逐项销号', terms_of('整改清单'))
    assert (piece, piece[start:end]) == ('各科室应当建立整改清单，逐项销号', '整改清单')
