"""The pages of units, scheme, scope and schedule as a browser without scripts uses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from webtest import TestApp

from lantai.app.main import main
from lantai.features.classification.profile import load_profile, profile_folder
from lantai.features.classification.service import apply_profile
from lantai.features.retention.schedules import add_schedule
from lantai.services.act import Act
from lantai.services.security.actor import machine_user
from tests.builders.office import PASSWORD


@pytest.fixture
def signed_in(site) -> Callable[..., TestApp]:
    """`signed_in('clerk')` is that person's browser; Z109 has the demonstration profile, Z110 none."""
    site.transact(set_up, machine_user('test'))
    application = main(site)

    def sign_in(person: str, language: str = 'en') -> TestApp:
        environ = {'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': language}
        app = TestApp(application, extra_environ=environ)
        form = next(form for form in app.get('/login').forms.values() if form.action == '/login')
        form['name'], form['password'] = person, PASSWORD
        form.submit(status=303)
        return app

    return sign_in


def set_up(act: Act) -> None:
    apply_profile(act, profile_folder('demo'))
    sheet = load_profile(profile_folder('demo')).parts['schedule']
    later = replace(sheet, version='BGJ-2090', in_force=date(2090, 1, 1), rows=sheet.rows[:10])
    add_schedule(act, act.repository['Z109'], later)


def form_to(page, address: str):
    return next(form for form in page.forms.values() if form.action == address)


def rows(page) -> list[list[str]]:
    return [
        [cell.get_text(' ', strip=True) for cell in row.select('td')]
        for row in page.html.select('table.list tbody tr')
    ]


class TestUnits:
    def test_the_administrator_adds_changes_and_closes_one(self, signed_in):
        app = signed_in('sysadmin')
        form = form_to(app.get('/units/Z109'), '/units/Z109')
        form['code'], form['title'], form['aliases'] = 'SJK', '审计科', '审计；内审'
        assert ['SJK', '审计科', '审计；内审'] in [row[:3] for row in rows(form.submit().follow())]
        form = form_to(app.get('/units/Z109?change=SJK'), '/units/Z109')
        assert 'code' not in form.fields
        form['title'] = '审计处'
        form.submit().follow()
        closing = next(
            form
            for form in app.get('/units/Z109').forms.values()
            if form.action == '/close-unit/Z109' and form['code'].value == 'SJK'
        )
        page = closing.submit().follow()
        assert rows(page)[-1][:4] == ['SJK', '审计处', '审计；内审', 'Unit closed']

    def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(self, signed_in):
        form = form_to(signed_in('sysadmin').get('/units/Z109'), '/units/Z109')
        form['code'], form['title'] = 'a b', '审计科'
        page = form.submit(status=422)
        assert page.html.select_one('#field-code .error').get_text()
        assert form_to(page, '/units/Z109')['title'].value == '审计科'

    def test_a_taken_code_is_said_at_the_code(self, signed_in):
        form = form_to(signed_in('sysadmin').get('/units/Z109'), '/units/Z109')
        form['code'], form['title'] = 'BGS', '办公室'
        assert 'taken' in form.submit(status=422).html.select_one('#field-code .error').get_text()

    def test_others_only_look(self, signed_in):
        app = signed_in('clerk')
        page = app.get('/units/Z109')
        assert not [
            form for form in page.forms.values() if form.action in ('/units/Z109', '/close-unit/Z109')
        ]
        token = page.html.select_one('input[name=csrf_token]')['value']
        app.post('/units/Z109', {'csrf_token': token, 'code': 'X', 'title': 'x'}, status=404)
        app.post('/close-unit/Z109', {'csrf_token': token, 'code': 'BGS'}, status=404)

    @pytest.mark.parametrize('path', ['/units/Z109?change=NONE', '/units/Z109/WS', '/units', '/units/Z999'])
    def test_what_does_not_exist_is_not_found(self, signed_in, path):
        signed_in('sysadmin').get(path, status=404)

    @pytest.mark.parametrize('page', ['units', 'scheme', 'scope', 'schedule'])
    def test_another_body_does_not_exist(self, signed_in, page):
        signed_in('outsider').get(f'/{page}/Z109', status=404)


class TestScheme:
    def test_shows_the_categories_and_how_each_is_arranged(self, signed_in):
        first = rows(signed_in('clerk').get('/scheme/Z109'))[0]
        assert first[:3] == ['WS', '文书', 'Year › Retention period › Unit']

    def test_the_archivist_opens_a_year(self, signed_in):
        app = signed_in('archivist')
        form = form_to(app.get('/scheme/Z109'), '/scheme/Z109')
        form['year'] = '2031'
        assert '43 series' in form.submit().follow().html.select_one('.note').get_text()
        app.get('/archive/Z109/WS/2031/D30/JJC', status=200)

    def test_a_year_that_is_none_is_said_at_the_field(self, signed_in):
        form = form_to(signed_in('archivist').get('/scheme/Z109'), '/scheme/Z109')
        form['year'] = '31'
        page = form.submit(status=422)
        assert page.html.select_one('#field-year .error')
        assert form_to(page, '/scheme/Z109')['year'].value == '31'

    def test_a_body_without_one_says_where_it_comes_from(self, signed_in):
        assert 'profile' in signed_in('outsider').get('/scheme/Z110').html.select_one('.empty').get_text()


def test_the_scope_says_what_is_filed_and_what_not(signed_in):
    found = {row[0]: row[1] for row in rows(signed_in('clerk').get('/scope/Z109'))}
    assert (len(found), found['1'], found['12'], found['20']) == (
        25,
        'To be filed',
        'Not to be filed',
        'By rules of its own',
    )


class TestSchedule:
    def test_shows_the_version_in_force(self, signed_in):
        page = signed_in('clerk').get('/schedule/Z109')
        assert len(rows(page)) == 60
        assert 'BGJ-2012' in page.html.select_one('.head').get_text()

    def test_another_version_says_that_it_is_not_in_force(self, signed_in):
        page = signed_in('clerk').get('/schedule/Z109?version=BGJ-2090')
        assert len(rows(page)) == 10
        assert 'Not the version in force' in page.html.select_one('.head').get_text()

    @pytest.mark.parametrize(
        ('query', 'n'),
        [({'period': 'Y'}, 30), ({'q': '合同'}, 2), ({'q': '合同', 'period': 'Y'}, 1), ({'q': 'nothing'}, 0)],
    )
    def test_narrows_its_rows(self, signed_in, query, n):
        assert len(rows(signed_in('clerk').get('/schedule/Z109', query))) == n

    def test_an_unknown_version_is_not_found(self, signed_in):
        signed_in('clerk').get('/schedule/Z109?version=BGJ-1900', status=404)


class TestTheWayIn:
    def test_who_sees_one_body_comes_to_its_units(self, signed_in):
        assert signed_in('archivist').get('/controls').location == 'http://localhost/units/Z109'

    def test_the_menu_has_it_for_those_who_set_up(self, signed_in):
        def menu(person):
            return [link['href'] for link in signed_in(person).get('/units/Z109').html.select('.side .nav a')]

        assert '/controls' in menu('archivist')
        assert '/controls' in menu('sysadmin')
        assert '/controls' not in menu('clerk')

    def test_in_chinese_nothing_is_left_in_english(self, signed_in):
        app = signed_in('sysadmin', 'zh-CN')
        for path, word in (
            ('units', '机构代码'),
            ('scheme', '门类代码'),
            ('scope', '不归档'),
            ('schedule', '生效日期'),
        ):
            assert word in app.get(f'/{path}/Z109').html.select_one('main').get_text()
