"""The page of what is past its retention, and who has it in front of them."""

from __future__ import annotations

import pytest

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from lantai.features.retention.service import freeze
from tests.builders.browser import browsers
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D10', 'BGS')


@pytest.fixture
def signed_in(site, acting):
    """Two filed records: one long overdue, one due next year."""
    with acting('clerk') as act:
        for name in ('old', 'new'):
            deposit.put(act, find(act, SERIES), f'{name}.pdf', body(act), title=f'Record {name}')
    with acting('machine') as act:
        for name, day in (('old', '2024-01-01'), ('new', '2027-01-01')):
            item = find(act, (*SERIES, f'{name}.pdf'))
            item.state = 'filed'
            freeze(act, item, {'period': 'D10', 'due': day}, None)
            item.touch(act.clock)
    return browsers(site)


def test_what_is_due_is_on_the_start_page_and_the_figure_leads_to_it(signed_in):
    browser = signed_in('archivist')
    start = browser.get('/')
    section = next(each for each in start.html.find_all('section') if 'Past retention' in each.get_text())
    assert 'Record old' in section.get_text() and 'Record new' not in section.get_text()
    assert section.find(class_='count').get_text() == '1'
    page = browser.get(section.find('a', href='/due')['href'])
    assert [row.find('a').get_text() for row in page.html.select('main tbody tr')] == ['Record old']
    assert '2024-01-01' in page


def test_whose_business_it_is_not_has_no_panel(signed_in):
    for person in ('clerk', 'auditor'):
        assert 'Past retention' not in signed_in(person).get('/')


def test_nobody_finds_there_what_they_may_not_see(signed_in):
    assert 'Record old' not in signed_in('outsider').get('/due')
