"""A list to take along, and the columns a person chooses for it."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from lantai.services.jobs.worker import work_off
from tests.builders.browser import at, form_to
from tests.builders.office import body
from tests.features.records.drafts import COMPLETE, PDF, SERIES


@pytest.fixture
def three(acting):
    """Three drafts of the clerk; one title would be a formula."""
    with acting('clerk') as act:
        for number, title in enumerate(('关于甲的通知', '关于乙的通知', '=HYPERLINK("http://x")')):
            metadata = {**COMPLETE, 'title': title}
            deposit.put(act, find(act, SERIES), f'{number}.pdf', body(act, PDF), metadata=metadata)


def table(answer) -> list[list[str]]:
    assert answer.body.startswith(b'\xef\xbb\xbf')
    return list(csv.reader(io.StringIO(answer.body.decode('utf-8-sig'))))


def choose(browser, *names: str):
    form = form_to(browser.get(at('archive', *SERIES)), '/columns')
    for field in form.fields['column']:
        field.checked = field._value in names
    return form.submit(status=303).follow()


def test_csv_has_what_the_list_shows(signed_in, three):
    answer = signed_in('clerk').get(at('export', *SERIES), {'format': 'csv'})
    assert answer.content_type == 'text/csv' and 'attachment' in answer.headers['Content-Disposition']
    heading, *rows = table(answer)
    assert heading == ['Code', 'Title', 'Date', 'State', 'Retention ends']
    assert [row[1] for row in rows] == ['关于甲的通知', '关于乙的通知', '\'=HYPERLINK("http://x")']
    assert {row[0] for row in rows} == {''} and {row[3] for row in rows} == {'Being arranged'}


def test_a_spreadsheet_holds_text_and_no_formula(signed_in, three):
    answer = signed_in('clerk').get(at('export', *SERIES), {'format': 'xlsx'})
    sheet = load_workbook(io.BytesIO(answer.body)).active
    assert sheet.max_row == 4
    assert (sheet['B4'].value, sheet['B4'].data_type) == ('=HYPERLINK("http://x")', 's')


def test_the_filter_of_the_list_holds(signed_in, site, three):
    browser = signed_in('clerk')
    assert len(table(browser.get(at('export', *SERIES), {'state': 'filed'}))) == 1
    assert len(table(browser.get(at('export', *SERIES), {'state': 'draft'}))) == 4
    work_off(site)
    assert len(table(browser.get(at('export', *SERIES), {'words': '甲'}))) == 2


def test_nobody_takes_along_what_they_may_not_see(signed_in, three):
    answer = signed_in('reader').get(at('export', *SERIES), status='*')
    assert '通知' not in answer


def test_chosen_columns_stay_with_the_person_and_are_in_the_file(signed_in, three):
    page = choose(signed_in('clerk'), 'maker', 'author')
    again = signed_in('clerk')
    page = again.get(at('archive', *SERIES))
    heads = [each.get_text(strip=True) for each in page.html.select('table.list th')]
    assert 'Author' in heads and 'Maker' in heads and 'Document number' not in heads
    heading, first, *_rest = table(again.get(at('export', *SERIES)))
    assert heading[-2:] == ['Author', 'Maker'] and first[-1] == 'clerk' and first[-2]
    assert len(table(signed_in('manager').get(at('export', *SERIES)))[0]) == 5


def test_every_column_has_a_value(signed_in, three):
    names = ('document_number', 'author', 'unit', 'maker', 'modified', 'period', 'openness')
    browser = signed_in('clerk')
    choose(browser, *names)
    heading, first, *_rest = table(browser.get(at('export', *SERIES)))
    found = dict(zip(heading, first, strict=True))
    assert (found['Unit'], found['Openness']) == ('办公室', 'Not reviewed')
    assert found['Modified'].startswith('2026-03-02')
    choose(browser)
    assert len(table(browser.get(at('export', *SERIES)))[0]) == 5
