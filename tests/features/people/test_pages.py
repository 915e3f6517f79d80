"""The pages of people as a browser without scripts uses them."""

from datetime import timedelta

import pytest

from lantai.services.security.people import people_of
from lantai.services.security.throttle import FREE_TRIES
from lantai.services.security.tokens import tokens_of
from lantai.web.cookies import SESSION_COOKIE
from tests.builders.office import PASSWORD

NEW = 'correct horse battery'


def note(page) -> str:
    return ' '.join(each.get_text(' ', strip=True) for each in page.html.select('.note, .error'))


def one_time(page) -> str:
    return page.html.select_one('code.secret').get_text(strip=True)


class TestSigningIn:
    def test_it_leads_back_to_the_page_asked_for(self, app):
        asked = app.get('/people?q=x')
        assert asked.status_int == 303
        assert asked.location == 'http://localhost/login?next=%2Fpeople%3Fq%3Dx'
        assert app.sign_in('sysadmin', next='/people?q=x').location == 'http://localhost/people?q=x'
        assert app.get('/people?q=x').status_int == 200

    def test_it_leads_nowhere_else(self, app):
        assert app.sign_in('clerk', next='//evil.example/').location == 'http://localhost/'

    def test_a_wrong_password_is_said_plainly_and_the_name_stays(self, app):
        page = app.sign_in('clerk', 'wrong')
        assert page.status_int == 401
        assert 'The name or the password is wrong' in note(page)
        assert app.form_to(page, '/login')['name'].value == 'clerk'
        assert app.form_to(page, '/login')['password'].value == ''
        assert SESSION_COOKIE not in app.cookies
        assert note(app.sign_in('nobody', 'wrong')) == note(page)

    def test_empty_fields_are_named(self, app):
        page = app.sign_in('', '')
        assert page.status_int == 422
        assert note(page).count('This must be filled in') == 2

    def test_guessing_is_told_how_long_to_wait(self, app):
        for number in range(FREE_TRIES + 1):
            page = app.sign_in('clerk', f'guess {number}')
        assert page.status_int == 429
        assert int(page.headers['Retry-After']) >= 1
        assert 'Try again in' in note(page)
        app.extra_environ['REMOTE_ADDR'] = '10.0.0.2'
        assert app.sign_in('clerk').status_int == 303

    def test_a_form_from_elsewhere_is_refused(self, app):
        app.post('/login', {'name': 'clerk', 'password': PASSWORD}, status=400)
        assert SESSION_COOKIE not in app.cookies

    def test_hostile_input_is_only_text(self, app):
        for name in ('<script>alert(1)</script>', '\u202egpj', 'a' * 200, '\x00', '😀'):
            page = app.sign_in(name, 'x')
            assert page.status_int in (401, 429)
            assert '<script>alert' not in page.text

    def test_the_page_is_in_the_language_asked_for(self, app):
        assert '登录' in app.get('/login', headers={'Accept-Language': 'zh-CN'}).text
        assert 'Sign in' in app.get('/login').text
        assert 'Cache-Control' in app.get('/login').headers

    def test_signing_out_ends_it_everywhere_in_this_browser(self, app):
        app.sign_in('clerk')
        cookie = app.cookies[SESSION_COOKIE]
        app.get('/logout', status='4*')
        app.form_to(app.get('/account'), '/logout').submit(status=303)
        app.set_cookie(SESSION_COOKIE, cookie)
        assert app.get('/account').status_int == 303

    def test_who_is_signed_in_already_goes_on(self, app):
        app.sign_in('clerk')
        assert app.get('/login?next=/account').location == 'http://localhost/account'

    def test_signing_in_changes_the_session(self, app):
        app.sign_in('clerk')
        first = app.cookies[SESSION_COOKIE]
        app.sign_in('clerk')
        assert app.cookies[SESSION_COOKIE] != first


class TestOneTimePassword:
    @pytest.fixture
    def password(self, app):
        app.sign_in('sysadmin')
        return one_time(app.form_to(app.get('/people/clerk'), '/people/clerk/reset').submit())

    def test_another_one_must_be_chosen_first(self, app, password):
        answer = app.sign_in('clerk', password, next='/account')
        assert answer.location == 'http://localhost/login?next=%2Faccount'
        for path in ('/account', '/people'):
            assert app.get(path).status_int == 303
        form = app.form_to(answer.follow(), '/login')
        form['new'], form['again'] = NEW, NEW
        assert form.submit().location == 'http://localhost/account'
        assert app.get('/account').status_int == 200
        assert app.sign_in('clerk', password).status_int == 401
        assert app.sign_in('clerk', NEW).status_int == 303

    @pytest.mark.parametrize(
        ('new', 'again', 'said'),
        [
            ('short', 'short', 'At least 10 characters'),
            (NEW, 'else', 'not the same'),
            ('', '', 'must be filled in'),
        ],
    )
    def test_a_bad_one_is_refused_with_its_reason(self, app, password, new, again, said):
        form = app.form_to(app.sign_in('clerk', password).follow(), '/login')
        form['new'], form['again'] = new, again
        page = form.submit(status=422)
        assert said in note(page)
        assert new == '' or new not in page.text

    def test_the_one_time_password_itself_is_no_choice(self, app, password):
        form = app.form_to(app.sign_in('clerk', password).follow(), '/login')
        form['new'], form['again'] = password, password
        assert 'Choose another password' in note(form.submit(status=422))

    def test_somebody_else_can_sign_in_instead(self, app, password):
        page = app.sign_in('clerk', password).follow()
        app.form_to(page, '/logout').submit(status=303)
        assert app.form_to(app.get('/login'), '/login')['name'].value == ''


class TestAccount:
    def test_the_password_is_changed_and_one_stays_signed_in(self, app):
        app.sign_in('clerk')
        form = app.form_to(app.get('/account'), '/account/password')
        form['present'], form['new'], form['again'] = PASSWORD, NEW, NEW
        page = form.submit(status=303).follow()
        assert 'Your password is changed' in note(page)
        assert app.sign_in('clerk', PASSWORD).status_int == 401

    def test_mistakes_stand_at_their_fields(self, app):
        app.sign_in('clerk')
        form = app.form_to(app.get('/account'), '/account/password')
        form['present'], form['new'], form['again'] = 'wrong', NEW, NEW
        page = form.submit(status=422)
        assert 'This is not your present password' in note(page)
        assert page.html.select_one('#present')['aria-invalid'] == 'true'
        assert not page.html.select_one('#new').has_attr('aria-invalid')

    @pytest.mark.parametrize('kind', ['application', 'api'])
    def test_a_token_is_shown_once_and_revoked(self, app, kind):
        app.sign_in('clerk')
        form = app.form_to(app.get('/account'), '/account/tokens', kind=kind)
        form['label'] = 'My <b>laptop</b>'
        page = form.submit()
        text = one_time(page)
        assert text.startswith('lt_')
        assert page.headers['Cache-Control'] == 'no-store'
        page = app.get('/account')
        assert text not in page.text
        assert 'My &lt;b&gt;laptop' in page.text
        page = app.form_to(page, '/account/revoke').submit('id', status=303).follow()
        assert 'laptop' not in page.text

    def test_a_token_needs_a_label_and_a_day_to_come(self, app, site, clock):
        app.sign_in('clerk')
        yesterday = (clock.today() - timedelta(days=1)).isoformat()
        for label, expires, said in (
            ('', '', 'This must be filled in'),
            ('x', yesterday, 'This day has passed'),
            ('x', 'soon', 'A date such as'),
        ):
            form = app.form_to(app.get('/account'), '/account/tokens', kind='api')
            form['label'], form['expires'] = label, expires
            assert said in note(form.submit(status=422))
        with site.reading() as act:
            assert list(tokens_of(act.repository).of('clerk')) == []

    def test_a_session_elsewhere_is_ended(self, app):
        app.sign_in('clerk')
        elsewhere = app.cookies[SESSION_COOKIE]
        app.sign_in('clerk')
        app.form_to(app.get('/account'), '/account/end').submit('id', status=303)
        here = app.cookies[SESSION_COOKIE]
        app.set_cookie(SESSION_COOKIE, elsewhere)
        assert app.get('/account').status_int == 303
        app.set_cookie(SESSION_COOKIE, here)
        assert app.get('/account').status_int == 200

    def test_revoking_anothers_token_is_like_one_that_is_gone(self, app, site):
        app.sign_in('manager')
        form = app.form_to(app.get('/account'), '/account/tokens', kind='api')
        form['label'] = 'x'
        form.submit()
        with site.reading() as act:
            [token] = [token.id for token in tokens_of(act.repository).of('manager')]
        app.sign_in('clerk')
        csrf = app.form_to(app.get('/account'), '/logout')['csrf_token'].value
        page = app.post('/account/revoke', {'csrf_token': csrf, 'id': token}).follow()
        assert 'gone already' in note(page)
        with site.reading() as act:
            assert [token.id for token in tokens_of(act.repository).of('manager')] == [token]


class TestPeople:
    def test_an_account_is_made_with_a_one_time_password(self, app):
        app.sign_in('sysadmin')
        form = app.form_to(app.get('/new-person'), '/new-person')
        form['id'], form['name'], form['place'] = 'wangwu', '王五', 'Z109/JJC'
        page = form.submit()
        password = one_time(page)
        assert page.headers['Cache-Control'] == 'no-store'
        assert password not in app.get('/people/wangwu').text
        assert '王五' in app.get('/people').text
        assert app.sign_in('wangwu', password).location.endswith('/login')

    def test_what_was_typed_comes_back_with_the_mistakes(self, app):
        app.sign_in('sysadmin')
        form = app.form_to(app.get('/new-person'), '/new-person')
        form['id'], form['name'] = 'clerk', '另一人'
        page = form.submit(status=422)
        assert 'This name for signing in is taken' in note(page)
        assert app.form_to(page, '/new-person')['name'].value == '另一人'

    def test_it_is_changed_closed_and_opened_again(self, app):
        app.sign_in('sysadmin')
        form = app.form_to(app.get('/people/clerk/edit'), '/people/clerk/edit')
        form['name'], form['place'] = '李四', 'Z109/JJC'
        page = form.submit(status=303).follow()
        assert '李四' in page.text and '经济发展处' in page.text
        page = app.form_to(page, '/people/clerk/disable').submit('disabled', status=303).follow()
        assert 'Account closed' in page.text
        assert app.sign_in('clerk').status_int == 401
        app.sign_in('sysadmin')
        app.form_to(app.get('/people/clerk'), '/people/clerk/disable').submit('disabled', status=303)
        assert app.sign_in('clerk').status_int == 303

    def test_people_are_found_by_either_name_and_listed_by_pages(self, app, site, monkeypatch):
        monkeypatch.setattr('lantai.features.people.views.people.PER_PAGE', 5)
        app.sign_in('sysadmin')
        names, page = [], app.get('/people')
        while True:
            names += [
                each.get_text(strip=True) for each in page.html.select('table.list tbody tr td:first-child a')
            ]
            link = page.html.select_one('nav.pager a:-soup-contains("Next")')
            if link is None:
                break
            page = app.get(link['href'])
        with site.reading() as act:
            assert names == [person.id for person in people_of(act.repository)]
        found = app.get('/people?q=ARCH').html.select('table.list tbody tr')
        assert len(found) == 2
        assert 'Nobody is called that' in app.get('/people?q=%3Cscript%3E').text

    def test_what_is_not_possible_is_not_offered_but_explained(self, app):
        app.sign_in('sysadmin')
        page = app.get('/people/auditor')
        with pytest.raises(AssertionError):
            app.form_to(page, '/people/auditor/reset')
        with pytest.raises(AssertionError):
            app.form_to(page, '/people/auditor/disable')
        assert 'only by command' in page.text and 'last person in this office' in page.text

    @pytest.mark.parametrize('name', ['clerk', 'archivist', 'leader', 'outsider'])
    def test_ordinary_people_find_no_such_pages(self, app, name):
        app.sign_in(name)
        for path in ('/people', '/people/clerk', '/people/nobody', '/new-person', '/people/clerk/edit'):
            app.get(path, status=404)

    def test_the_auditor_reads_and_changes_nothing(self, app):
        app.sign_in('auditor')
        page = app.get('/people/clerk')
        assert not [form for form in page.forms.values() if '/people/' in form.action]
        app.get('/new-person', status=404)
        csrf = app.form_to(page, '/logout')['csrf_token'].value
        for path in (
            '/people/clerk/reset',
            '/people/clerk/disable',
            '/people/clerk/office',
            '/grant-role/Z109',
        ):
            app.post(path, {'csrf_token': csrf, 'office': 'auditor'}, status=404)


class TestRoles:
    def preview(self, app, **values):
        form = app.form_to(app.get('/roles/Z109/WS'), '/roles/Z109/WS')
        for name, value in values.items():
            form[name] = value
        return form.submit()

    def test_a_role_is_given_after_a_look_at_what_it_means(self, app, acting):
        app.sign_in('security')
        page = self.preview(app, person='outsider', role='manager', unit='JJC')
        [row] = [row for row in page.html.select('table.list tbody tr') if 'outsider' in row.text]
        assert 'new' in row.text and 'JJC' in row.text
        with acting('machine') as act:
            assert len(people_of(act.repository).get('outsider').grants) == 1
        page = app.form_to(page, '/grant-role/Z109/WS').submit(status=303).follow()
        assert 'The role is given' in note(page)
        with acting('machine') as act:
            assert len(people_of(act.repository).get('outsider').grants) == 2

    def test_it_is_taken_back_after_a_look(self, app, acting):
        app.sign_in('security')
        page = app.get('/roles/Z109')
        link = next(a for a in page.html.select('a.button.small') if 'person=leader' in a['href'])
        page = app.get(link['href'])
        assert 'no longer' in next(row.text for row in page.html.select('tbody tr') if 'leader' in row.text)
        app.form_to(page, '/revoke-role/Z109').submit(status=303)
        with acting('machine') as act:
            assert people_of(act.repository).get('leader').grants == ()

    def test_mistakes_stand_at_their_fields(self, app):
        app.sign_in('security')
        assert 'Nobody has this account' in note(self.preview(app, person='nobody', role='reader'))
        assert 'must be filled in' in note(self.preview(app, person='', role='reader'))

    def test_nobody_is_offered_their_own_role(self, app):
        app.sign_in('security')
        page = self.preview(app, person='security', role='reader')
        assert 'Nobody changes their own roles' in page.text
        with pytest.raises(AssertionError):
            app.form_to(page, '/grant-role/Z109/WS')
        csrf = app.form_to(page, '/logout')['csrf_token'].value
        values = {'csrf_token': csrf, 'person': 'security', 'role': 'reader'}
        app.post('/grant-role/Z109', values, status=404)

    def test_the_archivist_sees_who_has_access_and_gives_nothing(self, app):
        app.sign_in('archivist')
        page = app.get('/roles/Z109/WS/2026/D30/BGS')
        assert 'unitarchivist' in page.text
        with pytest.raises(AssertionError):
            app.form_to(page, '/roles/Z109/WS/2026/D30/BGS')
        with pytest.raises(AssertionError):
            app.form_to(app.get('/roles/Z109?person=clerk&role=archivist'), '/grant-role/Z109')

    @pytest.mark.parametrize('name', ['clerk', 'manager', 'sysadmin', 'outsider'])
    def test_others_find_no_such_page(self, app, name):
        app.sign_in(name)
        app.get('/roles/Z109', status=404)
        app.get('/roles/Z999', status=404)

    def test_an_administrator_is_appointed_and_a_second_office_refused(self, app):
        app.sign_in('security')
        form = app.form_to(app.get('/people/reader'), '/people/reader/office')
        page = form.submit('office', value='auditor', status=303).follow()
        assert 'Security auditor' in page.text
        csrf = app.form_to(page, '/logout')['csrf_token'].value
        page = app.post('/people/reader/office', {'csrf_token': csrf, 'office': 'sysadmin'}, status=409)
        assert 'only one of the three' in page.text


def test_every_page_is_whole_in_both_languages(app):
    for name, paths in {
        'sysadmin': ('/people', '/people/clerk', '/new-person', '/people/clerk/edit', '/account'),
        'security': ('/people', '/people/clerk', '/roles/Z109', '/roles/', '/people/auditor'),
    }.items():
        app.sign_in(name)
        for path in paths:
            for language in ('zh-CN', 'en'):
                page = app.get(path, headers={'Accept-Language': language})
                assert page.html.select_one('main h1') is not None
                assert '${' not in page.text
