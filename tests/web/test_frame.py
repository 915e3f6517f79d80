"""What all pages share: languages, places, headers, notices, errors, and forms that come too late."""

from __future__ import annotations

import re

import pytest
from pyramid.request import Request

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from tests.builders.browser import at, csrf_of, form_to
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')


class TestLanguage:
    def test_the_switch_comes_back_to_the_page_and_stays_with_the_account(self, signed_in, site):
        browser = signed_in('clerk')
        page = form_to(browser.get('/approvals?x=1'), '/language').submit('language').follow()
        assert page.request.path_qs == '/approvals?x=1' and page.html.find('html')['lang'] == 'zh-CN'
        assert '待办' in page
        again = signed_in('clerk')
        assert again.get('/').html.find('html')['lang'] == 'zh-CN'

    def test_it_leads_to_no_other_server(self, signed_in):
        browser = signed_in('clerk')
        token = csrf_of(browser.get('/'))
        for back in (
            '//evil.example/',
            'https://evil.example/',
            '/\\evil.example',
            'javascript:alert(1)',
            '',
        ):
            answer = browser.post('/language', {'csrf_token': token, 'language': 'en', 'back': back})
            assert answer.location == 'http://localhost/'

    def test_a_language_nobody_speaks_here_is_refused(self, signed_in):
        browser = signed_in('clerk')
        token = csrf_of(browser.get('/'))
        assert 'not known' in browser.post('/language', {'csrf_token': token, 'language': 'tlh'}, status=400)

    def test_it_works_before_anybody_signs_in(self, signed_in):
        browser = signed_in('clerk')
        browser.reset()
        page = form_to(browser.get('/login'), '/language').submit('language').follow(status='*')
        assert browser.get('/login').html.find('html')['lang'] == 'zh-CN', page


class TestPlaces:
    @pytest.mark.parametrize(
        ('person', 'places'),
        [
            ('clerk', ['Start', 'To do', 'Inbox']),
            ('reader', ['Start', 'To do']),
            ('auditor', ['Start']),
        ],
    )
    def test_everybody_gets_the_places_that_are_theirs(self, signed_in, person, places):
        first = signed_in(person).get('/').html.select('.side .nav')[0]
        assert [link.find('span').get_text() for link in first.find_all('a')][: len(places)] == places

    def test_where_one_is_is_marked(self, signed_in):
        marked = signed_in('clerk').get('/approvals').html.select('.side .nav [aria-current=page]')
        assert [each.find('span').get_text() for each in marked] == ['To do']

    @pytest.mark.parametrize(
        'person', ['clerk', 'manager', 'archivist', 'reader', 'sysadmin', 'security', 'auditor']
    )
    def test_no_place_leads_nowhere(self, signed_in, person):
        browser = signed_in(person)
        for link in browser.get('/').html.select('.side a, .menu a'):
            if link['href'].startswith('/'):
                answer = browser.get(link['href'], status='*')
                while answer.status_int == 303:
                    answer = answer.follow(status='*')
                assert answer.status_int == 200, link['href']


class TestHeaders:
    def test_a_page_loads_nothing_from_elsewhere_and_is_kept_nowhere(self, signed_in):
        for page in (signed_in('clerk').get('/'), signed_in('clerk').get('/nowhere', status=404)):
            policy = page.headers['Content-Security-Policy']
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
            assert 'unsafe' not in policy and 'http' not in policy and '*' not in policy
            assert page.headers['Cache-Control'] == 'no-store'
            assert page.headers['X-Content-Type-Options'] == 'nosniff'
            assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page.text)

    def test_style_and_scripts_are_kept_for_a_year_under_an_address_of_their_own(self, signed_in):
        browser = signed_in('clerk')
        page = browser.get('/')
        for address in (page.html.find('link', rel='stylesheet')['href'], page.html.find('script')['src']):
            answer = browser.get(address)
            assert 'max-age=31536000' in answer.headers['Cache-Control']
        scripts = browser.get(page.html.find('script')['src'])
        for name in re.findall(r"from '\./([a-z]+\.js)'", scripts.text):
            browser.get(page.html.find('script')['src'].replace('app.js', name), status=200)

    def test_a_page_is_small(self, signed_in, acting):
        with acting('clerk') as act:
            for number in range(60):
                deposit.put(
                    act, find(act, SERIES), f'{number}.txt', body(act), title=f'关于工作的通知 {number}' * 4
                )
        assert len(signed_in('clerk').get(at('archive', *SERIES)).body) < 100_000


class TestErrors:
    def test_what_is_not_there_is_told_in_ones_own_language(self, signed_in):
        assert 'nothing here' in signed_in('clerk').get('/archive/Z109/nowhere', status=404)
        assert '可能已被移动' in signed_in('clerk', 'zh-CN').get('/archive/Z109/nowhere', status=404)

    def test_reasons_are_shown_as_text(self, signed_in, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, SERIES), '<b>x.txt', body(act, b''), title='X')
        browser = signed_in('clerk')
        token = csrf_of(browser.get('/'))
        page = browser.post(
            at('step', *SERIES, '<b>x.txt'), {'csrf_token': token, 'name': 'submit'}, status=409
        )
        assert '“<b>x.txt” is an empty file' in page.html.find(class_='note').get_text()
        assert '<b>x' not in page.text

    @pytest.mark.parametrize('address', ['/archive/Z109?after=%ff', '/search?q=%ff', '/?x=%ff'])
    def test_an_address_that_is_no_text_is_a_plain_error_or_no_matter(self, signed_in, address):
        assert signed_in('clerk').get(address, status='*').status_int in (200, 400)

    def test_a_path_that_is_no_text_is_a_plain_error(self, signed_in):
        application = signed_in('clerk').app
        answer = Request.blank('/archive/%ff').get_response(application)
        assert answer.status_int in (303, 400, 404)


class TestFormsThatComeTooLate:
    @pytest.fixture
    def draft(self, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, SERIES), 'x.txt', body(act), title='X')
        return (*SERIES, 'x.txt')

    def test_what_was_typed_is_kept_when_the_session_has_ended(self, draft, signed_in, acting):
        browser = signed_in('clerk')
        form = form_to(browser.get(at('edit', *draft)), at('edit', *draft))
        form['title'], form['abstract'] = 'Typed for an hour', '<two>\nlines'
        browser.reset()
        page = form.submit(headers={'Origin': 'http://localhost'}, status=403)
        assert 'signed out meanwhile' in page
        kept = form_to(page, at('edit', *draft))
        assert (kept['title'].value, kept['abstract'].value.split()) == (
            'Typed for an hour',
            ['<two>', 'lines'],
        )

    def test_a_stale_token_keeps_it_too_and_the_second_time_it_is_saved(self, draft, signed_in, acting):
        browser = signed_in('clerk')
        form = form_to(browser.get(at('edit', *draft)), at('edit', *draft))
        form['title'], form['csrf_token'] = 'Typed', 'stale'
        page = form.submit(headers={'Origin': 'http://localhost'}, status=400)
        form_to(page, at('edit', *draft)).submit().follow()
        with acting('machine') as act:
            assert find(act, draft).title == 'Typed'

    @pytest.mark.parametrize('origin', ['https://evil.example', 'null', None])
    def test_a_form_of_another_site_is_not_offered_again(self, draft, signed_in, origin):
        browser = signed_in('clerk')
        headers = {'Origin': origin} if origin else {}
        values = {'name': 'submit', 'csrf_token': 'x'}
        page = browser.post(at('step', *draft), values, headers=headers, status=400)
        assert 'send this again' not in page

    def test_a_password_is_never_put_into_a_page(self, signed_in):
        browser = signed_in('clerk')
        values = {'name': 'clerk', 'password': 'very-secret', 'csrf_token': 'stale'}
        page = browser.post('/login', values, headers={'Origin': 'http://localhost'}, status=400)
        assert 'very-secret' not in page
