"""Who asks is known by one policy: by cookie for pages, by credentials for programs, never crosswise."""

import base64
import re
from datetime import timedelta

import pytest
import transaction
from hypothesis import given
from hypothesis import strategies as st
from pyramid.config import Configurator
from pyramid.csrf import get_csrf_token
from pyramid.interfaces import ISecurityPolicy
from pyramid.response import Response
from webtest import TestApp
from zope.interface.verify import verifyObject

from lantai.services.security.credentials import WrongCredentials
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.services.security.sessions import Purpose, sessions_of
from lantai.services.security.throttle import FREE_TRIES
from lantai.services.security.tokens import TokenKind, tokens_of
from lantai.store.database import repository_of
from lantai.web.cookies import FORM_COOKIE, SESSION_COOKIE, end_session_cookie, start_session_cookie
from lantai.web.security import (
    SecurityPolicy,
    actor_of,
    login_address,
    refusal,
    require_signed_in,
    safe_next,
    session_of,
)
from tests.builders.people import PASSWORD, PeopleWorld


@pytest.fixture
def world(tmp_path):
    world = PeopleWorld(tmp_path)
    world.add_person('clerk', 'contributor')
    world.add_person('security', 'security')
    yield world
    world.close()


def per_request_transaction(world):
    """What the application does for each request, reduced to what these tests need."""

    def factory(handler, _registry):
        def tween(request):
            manager = transaction.TransactionManager(explicit=True)
            manager.begin()
            connection = world.database.open(manager)
            request.site, request.repository = world.site, repository_of(connection)
            try:
                response = handler(request)
                manager.commit()
                return response
            finally:
                if connection.transaction_manager is not None and manager._txn is not None:
                    manager.abort()
                connection.close()

        return tween

    return factory


def who(request):
    actor, session = actor_of(request), session_of(request)
    return {
        'actor': actor.id if actor else None,
        'method': request.identity.method if request.identity else None,
        'session': session.purpose if session else None,
        'refusal': refusal(request).name,
        'login': login_address(request),
    }


def needs_person(request):
    try:
        return {'person': require_signed_in(request).id}
    except WrongCredentials as error:
        return {'error': error.name}


def form(request):
    return Response(f'<form>{get_csrf_token(request)}</form>')


@pytest.fixture
def app(world):
    with Configurator() as config:
        config.include('lantai.web.security')
        config.include('lantai.web.csrf')
        config.registry.settings['world'] = per_request_transaction(world)
        config.add_tween('tests.web.test_security.tween_of_world')
        for name, pattern in (
            ('who', '/who'),
            ('api', '/api/v1/me'),
            ('dav', '/dav/x'),
            ('form', '/form'),
            ('post', '/post'),
            ('login', '/login'),
            ('start', '/start'),
            ('end', '/end'),
            ('manage', '/manage'),
            ('any', '/any'),
            ('api-manage', '/api/v1/manage'),
        ):
            config.add_route(name, pattern)
        for name in ('who', 'api', 'dav'):
            config.add_view(who, route_name=name, renderer='json')
        config.add_view(needs_person, route_name='login', renderer='json')
        config.add_view(form, route_name='form')
        config.add_view(lambda request: Response('done'), route_name='post', require_csrf=True)
        config.add_view(lambda request: start(request), route_name='start')
        config.add_view(lambda request: (end_session_cookie(request), Response('ended'))[1], route_name='end')
        config.add_view(who, route_name='manage', permission=Permission.MANAGE_ROLES, renderer='json')
        config.add_view(who, route_name='any', permission=Permission.SIGNED_IN, renderer='json')
        config.add_view(who, route_name='api-manage', permission=Permission.MANAGE_ROLES, renderer='json')
        return TestApp(config.make_wsgi_app(), extra_environ={'REMOTE_ADDR': '10.0.0.1'})


def tween_of_world(handler, registry):
    return registry.settings['world'](handler, registry)


def start(request):
    """Starts a session for `person`, as the login form does after checking the password."""
    site = request.site
    person = people_of(request.repository).get(request.params['person'])
    _session, token = sessions_of(request.repository).start(
        person.id,
        person.credentials_version,
        site.clock.now(),
        site.doorkeeper.lifetimes,
        purpose=Purpose(request.params.get('purpose', 'full')),
    )
    start_session_cookie(request, token)
    return Response('started')


def basic(name, secret):
    pair = f'{name}:{secret}'.encode()
    return {'Authorization': 'Basic ' + base64.b64encode(pair).decode()}


class TestPages:
    def test_the_cookie_is_the_person(self, app):
        assert app.get('/who').json['actor'] is None
        app.get('/start?person=clerk')
        found = app.get('/who').json
        assert (found['actor'], found['method']) == ('clerk', 'session')

    def test_the_cookie_is_closed_to_scripts_and_other_sites(self, app, world):
        plain = app.get('/start?person=clerk').headers.getall('Set-Cookie')[0]
        assert re.fullmatch(rf'{SESSION_COOKIE}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax', plain)
        safe = app.get('/start?person=clerk', extra_environ={'wsgi.url_scheme': 'https'})
        assert safe.headers.getall('Set-Cookie')[0].endswith('; Secure')

    def test_credentials_are_not_looked_at(self, app):
        assert app.get('/who', headers=basic('clerk', PASSWORD)).json['actor'] is None

    def test_it_ends_with_the_cookie_the_password_or_the_account(self, app, world):
        app.get('/start?person=clerk')
        world.do(lambda act: setattr(people_of(act.repository).get('clerk'), 'disabled', True))
        assert app.get('/who').json['actor'] is None
        world.do(lambda act: setattr(people_of(act.repository).get('clerk'), 'disabled', False))
        assert app.get('/who').json['actor'] == 'clerk'
        world.do(lambda act: setattr(people_of(act.repository).get('clerk'), 'credentials_version', 1))
        assert app.get('/who').json['actor'] is None
        app.get('/start?person=clerk')
        app.get('/end')
        assert SESSION_COOKIE not in app.cookies

    def test_a_session_for_a_new_password_is_nobody_yet(self, app):
        app.get('/start?person=clerk&purpose=new-password')
        found = app.get('/who').json
        assert (found['actor'], found['session'], found['refusal']) == (None, 'new-password', 'not-signed-in')
        app.get('/any', status=403)

    def test_any_rubbish_in_the_cookie_is_nobody(self, app):
        for rubbish in ('x', '""', 'a' * 4000, '%00'):
            assert app.get('/who', headers={'Cookie': f'{SESSION_COOKIE}={rubbish}'}).json['actor'] is None

    def test_use_is_noted(self, app, world):
        app.get('/start?person=clerk')
        world.clock.moment += timedelta(hours=1)
        app.get('/who')
        [session] = world.look(lambda act: [s.used for s in sessions_of(act.repository).of('clerk')])
        assert session == int(world.clock.now().timestamp())


class TestPrograms:
    def test_basic_is_the_person_in_the_api_and_in_webdav(self, app):
        for path in ('/api/v1/me', '/dav/x'):
            found = app.get(path, headers=basic('clerk', PASSWORD)).json
            assert (found['actor'], found['method']) == ('clerk', 'password')

    def test_the_cookie_is_not_accepted(self, app):
        app.get('/start?person=clerk')
        assert app.get('/api/v1/me').json['actor'] is None
        assert app.get('/dav/x').json['actor'] is None

    def test_tokens_and_application_passwords_open_their_doors(self, app, world):
        today = world.clock.today()
        token, word = (
            world.do(lambda act, kind=kind: tokens_of(act.repository).create('clerk', kind, 'x', today)[1])
            for kind in (TokenKind.API, TokenKind.APPLICATION)
        )
        for path in ('/api/v1/me', '/dav/x'):
            found = app.get(path, headers={'Authorization': f'bearer {token}'}).json
            assert (found['actor'], found['method']) == ('clerk', 'token')
        assert app.get('/dav/x', headers=basic('clerk', word)).json['method'] == 'application'
        assert app.get('/api/v1/me', headers=basic('clerk', word)).json['actor'] is None

    @pytest.mark.parametrize(
        'header',
        ['Basic', 'Basic !!!', 'Basic eA==', 'Digest x', 'Bearer', 'Bearer x', f'Basic {"A" * 9999}', ' '],
    )
    def test_what_cannot_be_read_is_nobody_and_no_traceback(self, app, header):
        found = app.get('/api/v1/me', headers={'Authorization': header}).json
        assert (found['actor'], found['refusal']) == (None, 'wrong-credentials')

    def test_a_latin_1_client_gets_in_with_its_umlauts(self, app, world):
        hash = world.site.doorkeeper.passwords.hash('Schlüssel im Schloß')
        world.do(lambda act: setattr(people_of(act.repository).get('clerk'), 'password_hash', hash))
        for encoding in ('utf-8', 'latin-1'):
            pair = base64.b64encode('clerk:Schlüssel im Schloß'.encode(encoding)).decode()
            assert app.get('/dav/x', headers={'Authorization': f'Basic {pair}'}).json['actor'] == 'clerk'

    def test_guessing_is_slowed_whatever_forwarded_header_is_sent(self, app):
        for number in range(FREE_TRIES + 1):
            headers = {**basic('clerk', f'guess {number}'), 'X-Forwarded-For': f'192.0.2.{number}'}
            found = app.get('/api/v1/me', headers=headers).json
        assert found['refusal'] == 'throttled'

    def test_a_wrong_password_is_logged_once_without_what_was_typed(self, app, world):
        for _number in range(5):
            app.get('/dav/x', headers=basic('clerk', 'wrong'))
        app.get('/dav/x', headers=basic('my-password', 'wrong'))
        failed = [event for event in world.events() if event['act'] == 'login.failed']
        assert [(e['actor'], e['door'], e['person'], e['address']) for e in failed] == [
            (None, 'dav', 'clerk', '10.0.0.1'),
            (None, 'dav', '', '10.0.0.1'),
        ]


class TestPermits:
    def test_permissions_come_from_the_policy(self, app):
        app.get('/manage', status=403)
        app.get('/start?person=clerk')
        app.get('/any', status=200)
        app.get('/manage', status=403)
        app.get('/start?person=security')
        app.get('/manage', status=200)

    def test_the_same_holds_for_programs(self, app):
        app.get('/api/v1/manage', headers=basic('security', PASSWORD), status=200)
        app.get('/api/v1/manage', headers=basic('clerk', PASSWORD), status=403)

    def test_a_refusal_says_sign_in_or_nothing_here(self, app):
        assert app.get('/who').json['refusal'] == 'not-signed-in'
        app.get('/start?person=clerk')
        assert app.get('/who').json['refusal'] == 'not-found'


class TestForms:
    def token(self, app):
        return re.search('<form>(.*)</form>', app.get('/form').text)[1]

    def test_a_form_is_taken_from_the_browser_it_was_sent_to(self, app):
        token = self.token(app)
        assert FORM_COOKIE in app.cookies
        assert self.token(app) == token
        app.post('/post', {'csrf_token': token}, status=200)
        app.post('/post', {}, headers={'X-CSRF-Token': token}, status=200)

    def test_without_cookie_or_token_it_is_refused(self, app):
        token = self.token(app)
        app.post('/post', {'csrf_token': token[:-1] + 'x'}, status=400)
        app.post('/post', {'csrf_token': '档案'}, status=400)
        app.reset()
        app.post('/post', {'csrf_token': token}, status=400)

    def test_signing_in_makes_a_new_token(self, app):
        before = self.token(app)
        app.get('/start?person=clerk')
        assert FORM_COOKIE not in app.cookies
        assert self.token(app) != before
        app.post('/post', {'csrf_token': before}, status=400)
        app.post('/post', {'csrf_token': self.token(app)}, status=200)


class TestAddresses:
    def test_the_login_form_knows_where_to_go_back(self, app):
        login = app.get('/who?q=%E6%A1%A3&x=1').json['login']
        assert login == '/login?next=%2Fwho%3Fq%3D%25E6%25A1%25A3%26x%3D1'

    @pytest.mark.parametrize(
        'good', ['/', '/archive/Z109/WS?after=x', '/search?q=%E6%A1%A3', '/archive/收集']
    )
    def test_pages_of_this_server_are_gone_to(self, good):
        assert safe_next(good) == good

    @pytest.mark.parametrize(
        'bad',
        ['', None, 'http://evil', '//evil', '/\\evil', '\\/evil', 'javascript:x', '/a\r\nSet-Cookie: x',
         '/\t/evil', '/login', '/logout', '/dav/x', '/api/v1/me', 'archive', '/ /evil'],
    )  # fmt: skip
    def test_nothing_else_is(self, bad):
        assert safe_next(bad) == '/'

    @given(st.text())
    def test_whatever_is_asked_for_stays_here(self, text):
        found = safe_next(text)
        assert found.startswith('/') and not found.startswith(('//', '/\\'))


def test_pyramid_takes_it_as_a_security_policy():
    assert verifyObject(ISecurityPolicy, SecurityPolicy())
