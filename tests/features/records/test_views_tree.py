"""The pages of containers: what is listed, counted and offered, and to whom."""

from __future__ import annotations

import pytest

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from tests.builders.browser import at
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')


@pytest.fixture
def many(acting):
    """120 drafts of the clerk in one series."""
    with acting('clerk') as act:
        for number in range(120):
            deposit.put(act, find(act, SERIES), f'{number:03d}.txt', body(act), title=f'Note {number:03d}')


def titles(page) -> list[str]:
    return [row.find('a').get_text() for row in page.html.select('main table.list tbody tr')]


class TestPages:
    def test_a_list_goes_on_from_page_to_page_and_back(self, many, signed_in):
        browser = signed_in('clerk')
        first = browser.get(at('archive', *SERIES))
        assert titles(first)[0] == 'Note 000' and len(titles(first)) == 50
        second = first.click('Next ›')
        third = second.click('Next ›')
        assert titles(second)[0] == 'Note 050'
        assert titles(third) == [f'Note {number:03d}' for number in range(100, 120)]
        assert 'Next ›' not in third
        assert titles(third.click('‹ Previous')) == titles(second)

    def test_the_last_page_is_one_click_away(self, many, signed_in):
        last = signed_in('clerk').get(at('archive', *SERIES)).click('Last »')
        assert titles(last)[-1] == 'Note 119'

    @pytest.mark.parametrize(('name', 'first'), [('100', 'Note 100'), ('0995', 'Note 100'), ('', 'Note 000')])
    def test_jumping_to_a_name_begins_there(self, many, signed_in, name, first):
        assert titles(signed_in('clerk').get(at('archive', *SERIES), {'jump': name}))[0] == first

    @pytest.mark.parametrize(
        'query',
        [
            {'state': 'nonsense'},
            {'sort': 'x'},
            {'cursor': '%%'},
            {'after': ''},
            {'jump': '中' * 300},
            {'before': 'x' * 700},
        ],
    )
    def test_a_query_that_makes_no_sense_shows_the_list(self, many, signed_in, query):
        page = signed_in('clerk').get(at('archive', *SERIES), query)
        assert len(titles(page)) == 50

    def test_a_state_shows_only_what_is_in_it_and_its_figure_counts_the_same(self, many, signed_in, acting):
        with acting('clerk') as act:
            for name in ('000.txt', '001.txt'):
                find(act, (*SERIES, name)).metadata = {'title': name, 'author': '局', 'date': '2026-01-01'}
        browser = signed_in('clerk')
        for name in ('000.txt', '001.txt'):
            page = browser.get(at('archive', *SERIES, name))
            next(form for form in page.forms.values() if 'name' in form.fields).submit('name').follow()
        page = browser.get(at('archive', *SERIES)).click('Waiting for review 2')
        assert titles(page) == ['000.txt', '001.txt']


class TestWhatIsHidden:
    def test_drafts_of_others_are_neither_listed_nor_counted(self, many, signed_in):
        page = signed_in('clerk2').get(at('archive', *SERIES))
        assert titles(page) == []
        assert '120' not in page.html.find('main').get_text()

    def test_a_hidden_record_is_not_found_and_looks_like_one_that_never_was(self, many, signed_in):
        browser = signed_in('outsider')
        hidden = browser.get(at('archive', *SERIES, '000.txt'), status=404)
        absent = browser.get(at('archive', *SERIES, 'absent'), status=404)
        # the path asked for stands in the form of the language switch and nowhere else
        assert hidden.text.replace('000.txt', 'absent') == absent.text

    def test_nobody_reads_without_signing_in(self, many, signed_in):
        browser = signed_in('clerk')
        browser.reset()
        answer = browser.get(at('archive', *SERIES), status=303)
        assert answer.location.startswith('http://localhost/login?next=%2Farchive%2FZ109')

    @pytest.mark.parametrize('name', ['edit', '@@edit', 'index.html', '%00'])
    def test_no_name_is_taken_for_a_page(self, signed_in, name):
        signed_in('clerk').get(at('archive', 'Z109', 'WS', name), status=404)


class TestTheTree:
    def test_a_page_deep_down_opens_the_tree_there(self, signed_in):
        page = signed_in('archivist').get(at('archive', *SERIES))
        here = page.html.select_one('.tree [aria-current=page]')
        assert here.get_text(strip=True).startswith('办公室')
        assert here['aria-level'] == '5'
        assert len(page.html.select('.tree [aria-expanded=true]')) == 4

    def test_a_branch_comes_by_itself(self, signed_in):
        rows = signed_in('archivist').get(at('branch', 'Z109', 'WS', '2026'), {'level': '4'})
        assert [row.get_text(strip=True) for row in rows.html.find_all('li')] == [
            '10 years',
            '30 years',
            'Permanent',
        ]
        assert {row['aria-level'] for row in rows.html.find_all('li')} == {'4'}
        assert '<html' not in rows.text

    def test_a_wide_level_is_paged_around_the_place_one_is_at(self, signed_in, acting):
        from lantai.features.records import service

        with acting('archivist') as act:
            for number in range(90):
                service.create(
                    act,
                    find(act, ('Z109', 'WS', '2026', 'Y', 'BGS')),
                    'series',
                    name=f'{number:03d}',
                    title=f'Subject {number:03d}',
                )
        page = signed_in('archivist').get(at('archive', 'Z109', 'WS', '2026', 'Y', 'BGS', '070'))
        rows = [row.get_text(strip=True) for row in page.html.select('.tree li[aria-level="6"]')]
        assert rows[0] == 'more …' and rows[1] == 'Subject 070' and 'Subject 000' not in rows
        assert page.html.select_one('.tree .here').get_text(strip=True) == 'Subject 070'


class TestWhatIsOffered:
    def test_a_closed_series_offers_no_new_records(self, signed_in):
        page = signed_in('jjc_clerk').get(at('archive', 'Z109', 'WS', '2026', 'D30', 'JJC'))
        assert 'New item' not in page and 'Upload' not in page

    def test_the_archivist_opens_and_closes_it(self, signed_in):
        browser = signed_in('archivist')
        page = browser.get(at('archive', 'Z109', 'WS', '2026', 'D30', 'JJC'))
        form = next(form for form in page.forms.values() if '/open/' in form.action)
        opened = form.submit('name').follow()
        assert 'Takes deposits now' in opened and 'New item' in opened

    def test_a_reader_is_offered_only_to_read(self, signed_in):
        page = signed_in('reader').get(at('archive', *SERIES))
        offered = [each.get_text() for each in page.html.select('main .acts a, main .acts button')]
        assert offered == ['Catalogue of filed records']


class TestHostileTitles:
    TITLE = '<img src=x onerror=alert(1)>"\'&amp; \u202egnp.exe 😀'

    def test_they_are_shown_as_text_and_keep_to_themselves(self, signed_in, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, SERIES), 'x.txt', body(act), title=self.TITLE)
        browser = signed_in('clerk')
        for page in (browser.get(at('archive', *SERIES)), browser.get(at('archive', *SERIES, 'x.txt'))):
            assert '<img src=x' not in page.text
            assert any(self.TITLE == each.get_text() for each in page.html.find_all('bdi'))
