"""归档文件目录: in order of code, only what the reader may see, as rows and as a spreadsheet."""

import io

import openpyxl
import pytest

from lantai.features.filing import catalogue, service
from tests.builders.filing import approved, node_at


@pytest.fixture
def filed(office, acting):
    """Some filed records of two periods, one with a hostile title."""
    with acting('machine') as act:
        records = [
            approved(act, '=SUM(A1)', document_number='保管办〔2026〕3号', annotation='含附件'),
            approved(act, '甲', date='2026-01-05'),
            approved(act, '乙', retention_period='Y', where='Z109/WS/2026/Y/BGS'),
            approved(act, '丙', retention_period='D10', where='Z109/WS/2026/D10/BGS'),
        ]
        uids = [item.uid for item in records]
    with acting('archivist') as act:
        items = [act.repository.by_uid(uid) for uid in uids]
        service.confirm(act, service.open_batch(act, act.repository['Z109'], '', items))


def codes(act, path):
    return [entry.reference_code for entry in catalogue.rows(act, node_at(act, path))]


def test_it_goes_by_code_over_all_that_is_below(filed, acting):
    with acting('archivist') as act:
        assert (
            codes(act, 'Z109')
            == codes(act, 'Z109/WS/2026')
            == [
                'Z109-WS·2026·Y·BGS-0001',
                'Z109-WS·2026·D30·BGS-0001',
                'Z109-WS·2026·D30·BGS-0002',
                'Z109-WS·2026·D10·BGS-0001',
            ]
        )
        assert codes(act, 'Z109/WS/2026/D30') == ['Z109-WS·2026·D30·BGS-0001', 'Z109-WS·2026·D30·BGS-0002']
        assert codes(act, 'Z109/WS/2026/D30/JJC') == codes(act, 'Z110') == []
        assert [entry.number for entry in catalogue.rows(act, act.repository['Z109'])] == [1, 2, 3, 4]


def test_a_row_has_the_columns_of_the_form(filed, acting):
    with acting('archivist') as act:
        entries = list(catalogue.rows(act, node_at(act, 'Z109/WS/2026/D30/BGS')))
        assert entries[0].as_json() == {
            'number': 1,
            'reference_code': 'Z109-WS·2026·D30·BGS-0001',
            'document_number': '',
            'author': '办公室',
            'title': '甲',
            'date': '20260105',
            'classification': '',
            'pages': 1,
            'note': '',
            'uid': entries[0].uid,
            'path': '/Z109/WS/2026/D30/BGS/甲.pdf',
            'state': 'filed',
        }
        assert (entries[1].document_number, entries[1].note) == ('保管办〔2026〕3号', '含附件')


@pytest.mark.parametrize(
    ('person', 'seen'), [('clerk', 4), ('reader', 0), ('jjc_clerk', 0), ('manager', 4), ('auditor', 0)]
)
def test_only_what_the_reader_may_see_is_listed(filed, acting, person, seen):
    with acting(person) as act:
        assert len(list(catalogue.rows(act, act.repository['Z109']))) == seen


def test_the_spreadsheet_holds_the_same_rows_as_text(filed, acting):
    with acting('archivist') as act:
        entries = list(catalogue.rows(act, act.repository['Z109']))
    book = openpyxl.load_workbook(io.BytesIO(catalogue.as_xlsx(entries, str)))
    found = list(book.active.iter_rows())
    assert [cell.value for cell in found[0]] == [
        'No.',
        'Reference code',
        'Document no.',
        'Author',
        'Title',
        'Date',
        'Classification',
        'Number of pages',
        'Note',
    ]
    assert [row[1].value for row in found[1:]] == [entry.reference_code for entry in entries]
    formula = next(cell for row in found for cell in row if cell.value == '=SUM(A1)')
    assert formula.data_type == 's'
    assert book.active.page_setup.orientation == 'landscape' and book.active.print_title_rows == '$1:$1'


def test_characters_that_xml_lacks_do_not_break_the_spreadsheet():
    entry = catalogue.Entry(
        1,
        'c',
        '\x00\x0b',
        'a',
        'x\ud800'.encode('utf-8', 'ignore').decode(),
        '',
        '',
        None,
        '',
        'u',
        'p',
        'filed',
    )
    assert openpyxl.load_workbook(io.BytesIO(catalogue.as_xlsx([entry])))
