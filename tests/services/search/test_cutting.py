"""Whatever run of a title is asked for, its terms are among the title's."""

from hypothesis import given
from hypothesis import strategies as st

from lantai.services.search.cutting import cut_fields, letters, marked, spans, terms_of

TITLES = st.text(st.characters(exclude_categories=('Cs',)), max_size=40) | st.text(
    st.sampled_from('关于开展政务服务大厅〔2021〕18号ABab－ＡＢ１２國务務《》 ·（）'), max_size=40
)


def test_width_case_and_script_make_no_difference():
    assert letters('ＰＤＦ／Ｗｏｒｄ') == letters('pdf word') == 'pdfword'
    assert letters('國務院關於發展') == letters('国务院关于发展')
    assert letters('Café') == 'cafe'


def test_numbers_and_words_are_found_in_parts():
    # 18 stands inside 〔2021〕18号, and 021〕1 is a run as well
    assert [term.letters for term in terms_of('〔2021〕18号 021〕1')] == ['202118号', '0211']


def test_a_part_of_signs_alone_is_a_term_of_signs():
    assert [term.match for term in terms_of('》（')] == ['title : "x300b x28"']


def test_nothing_typed_can_leave_its_quotation():
    for typed in ('"', 'a" OR title : "b', "x'); DROP", 'NEAR(', '*', '关于" OR "', '\x00a\x00b'):
        for term in terms_of(typed):
            assert term.match.count('"') == 2


def test_no_pair_reaches_from_one_field_into_the_next():
    assert '局办' not in cut_fields(('管理局', '办公室')).split()


def test_marks_keep_the_text_and_show_the_hit_with_its_punctuation():
    assert marked('关于〔2021〕18号文', terms_of('202118')) == [
        ('关于〔', False),
        ('2021〕18', True),
        ('号文', False),
    ]


@given(TITLES, st.text(max_size=8))
def test_marked_pieces_joined_are_the_text(title, asked):
    pieces = marked(title, terms_of(asked))
    assert ''.join(piece for piece, _hit in pieces) == title
    assert all(piece for piece, _hit in pieces)


@given(TITLES, st.data())
def test_every_run_with_letters_is_marked(title, data):
    start = data.draw(st.integers(0, len(title)))
    end = data.draw(st.integers(start, len(title)))
    terms = terms_of(title[start:end])
    assert all(spans(title, [term]) for term in terms if term.letters)
