"""What a person may not see is not there: every address that names a node answers as if it had never been."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from pyramid.interfaces import IRoutesMapper
from webtest import TestApp

from lantai.app.main import configure
from lantai.features.records.model import INBOX_NAME
from lantai.services.search import operation
from tests.builders.office import PASSWORD
from tests.builders.people import folder, item

#: in nothing but what is hidden; the other one is in nothing at all
HIDDEN, NOTHING = '绝不外传', '从未有过'
DRAFT = 'Z109/WS/2026/D30/BGS/{}.pdf'
PATHS = (DRAFT, DRAFT + '/{}.pdf', INBOX_NAME + '/{}', INBOX_NAME + '/{}/{}.pdf')
#: person -> why none of it is for them
PEOPLE = {
    'clerk2': 'a colleague, but these are drafts of somebody else',
    'jjc_manager': 'the head of another unit',
    'reader': 'nothing of it is filed',
    'leader': 'nothing of it is filed',
    'outsider': 'of another body',
    'sysadmin': 'administrators read no records',
    'security': 'administrators read no records',
    'auditor': 'administrators read no records',
}
#: parts of an address that name a node
NODE_PARTS = ('*traverse', '*names', '*path', '{uid}')
METHODS = {
    'api': ('GET', 'POST', 'PATCH', 'DELETE'),
    'dav': ('GET', 'HEAD', 'PROPFIND', 'PROPPATCH', 'DELETE', 'MOVE', 'COPY'),
    'web': ('GET', 'POST'),
}
BODIES = {
    'POST': b'{}',
    'PATCH': b'{}',
    'PROPPATCH': b'<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="u:v">1</x></D:prop></D:set>'
    b'</D:propertyupdate>',
}
#: what makes something under a name; then the answer is about the place
MAKING = (('/api/v1/content/', 'PUT'), ('/dav/', 'PUT'), ('/dav/', 'MKCOL'))


@pytest.fixture
def uids(site) -> list[str]:
    """Makes what is hidden; gives the uids."""

    def make(act) -> list[str]:
        draft = item(act.repository['Z109']['WS']['2026']['D30']['BGS'], f'{HIDDEN}.pdf', maker='clerk')
        draft.title = HIDDEN
        place = folder(act.repository[INBOX_NAME], HIDDEN, maker='clerk')
        inside = item(place, f'{HIDDEN}.pdf', maker='clerk', fonds_code='Z109')
        return [node.uid for node in (draft, draft[draft.name], place, inside)]

    return site.transact(make, door='cli')


@pytest.fixture
def web(site, uids) -> TestApp:
    operation.bring_up(site)
    config = configure(site)
    config.commit()
    environ = {'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': 'en'}
    web = TestApp(config.make_wsgi_app(), extra_environ=environ, lint=False)  # lint knows no PROPFIND
    routes = config.registry.getUtility(IRoutesMapper).get_routes()
    web.patterns = [route.pattern for route in routes if any(part in route.pattern for part in NODE_PARTS)]
    return web


def door_of(pattern: str) -> str:
    first = pattern.lstrip('/').split('/')[0]
    return first if first in ('api', 'dav') else 'web'


def pairs(pattern: str, uids: list[str]) -> Iterator[tuple[str, str]]:
    """The address of each hidden thing, and the same address of what never was."""
    if '{uid}' in pattern:
        for uid in uids:
            yield pattern.replace('{uid}', uid), pattern.replace('{uid}', uid[:-4] + 'ffff')
        return
    pattern = pattern.replace('{type}', 'item')
    for path in PATHS:
        before = re.sub(r'/?\*\w+$', '/', pattern)
        yield tuple(before + quote(path.replace('{}', name)) for name in (HIDDEN, NOTHING))


def sign_in(web: TestApp, person: str) -> str:
    """Signs the browser in; gives the token for its forms."""
    web.reset()
    form = next(form for form in web.get('/login').forms.values() if form.action == '/login')
    form['name'], form['password'] = person, PASSWORD
    form.submit(status=303)
    return re.search('name="csrf_token" value="(.*?)"', web.get('/account').text)[1]


def answer(web: TestApp, person: str, csrf: str, method: str, address: str) -> tuple[int, str]:
    """Status and text, without the words of the address and what changes with every answer."""
    headers, body = {}, b''
    if address.startswith(('/api/', '/dav/')):
        headers['Authorization'] = 'Basic ' + base64.b64encode(f'{person}:{PASSWORD}'.encode()).decode()
        headers['Destination'] = f'http://localhost/dav/{quote(INBOX_NAME)}/elsewhere.pdf'
        body = BODIES.get(method, b'')
        headers['Content-Type'] = 'application/xml' if method == 'PROPPATCH' else 'application/json'
    elif method == 'POST':
        body, headers['Content-Type'] = (
            urlencode({'csrf_token': csrf}).encode(),
            'application/x-www-form-urlencoded',
        )
    given = web.request(address, method=method, headers=headers, body=body, expect_errors=True)
    text = given.body.decode('utf-8', 'replace')
    for word in (HIDDEN, NOTHING, quote(HIDDEN), quote(NOTHING), address):
        text = text.replace(word, '')
    return given.status_int, re.sub(r'[0-9a-f]{64}|[0-9a-f-]{36}', '', text)


@pytest.mark.parametrize('person', PEOPLE)
def test_a_hidden_thing_answers_as_one_that_never_was(web, uids, person):
    csrf = sign_in(web, person)
    asked = 0
    for pattern in web.patterns:
        door = door_of(pattern)
        for hidden, nothing in pairs(pattern, uids):
            for method in METHODS[door]:
                status, text = answer(web, person, csrf, method, hidden)
                assert (status, text) == answer(web, person, csrf, method, nothing), (method, hidden)
                assert status in (404, 405), (method, hidden)
                asked += 1
    assert asked > 100


@pytest.mark.parametrize(('prefix', 'method'), MAKING)
@pytest.mark.parametrize('person', PEOPLE)
def test_who_may_make_nothing_there_is_refused_as_at_a_free_name(web, person, prefix, method):
    """Who may make things in a place learns that a name in it is taken, and no more: a name is there once."""
    csrf = sign_in(web, person)
    for path in (PATHS[0], PATHS[2]):
        hidden, nothing = (prefix + quote(path.replace('{}', name)) for name in (HIDDEN, NOTHING))
        there, free = (answer(web, person, csrf, method, address) for address in (hidden, nothing))
        if free[0] == 201:
            assert there[0] == 409, hidden
        else:
            assert there == free, hidden


@pytest.mark.parametrize('person', PEOPLE)
def test_no_list_shows_it(web, person):
    sign_in(web, person)
    pages = ['/', '/approvals', '/inbox', f'/archive/{quote(INBOX_NAME)}']
    pages += ['/archive/Z109/WS/2026/D30/BGS', '/branch/Z109/WS/2026/D30', '/catalogue/Z109', '/filing']
    for page in pages:
        given = web.get(page, expect_errors=True)
        assert given.status_int in (200, 303, 404), page
        assert HIDDEN not in given.text, page
    # the page of the search repeats what was asked for, and finds as much as for a word that is nowhere
    found = [web.get('/search?q=' + quote(word)).text.replace(word, '') for word in (HIDDEN, NOTHING)]
    assert found[0].replace(quote(HIDDEN), '') == found[1].replace(quote(NOTHING), '')
    headers = {'Authorization': 'Basic ' + base64.b64encode(f'{person}:{PASSWORD}'.encode()).decode()}
    for address in (
        '/api/v1/tree/Z109/WS/2026/D30/BGS',
        f'/api/v1/tree/{quote(INBOX_NAME)}',
        '/api/v1/tasks',
        '/api/v1/search?q=' + quote(HIDDEN),
    ):
        given = web.get(address, headers=headers, expect_errors=True)
        assert HIDDEN not in given.text, address
        if given.status_int == 200 and 'search' in address:
            assert given.json['total'] == 0
        elif given.status_int == 200 and 'tree' in address:
            assert given.json['children'] == {'total': 0, 'items': [], 'next': None}
    for address in ('/dav/Z109/WS/2026/D30/BGS/', f'/dav/{quote(INBOX_NAME)}/'):
        given = web.request(address, method='PROPFIND', headers={**headers, 'Depth': '1'}, expect_errors=True)
        assert HIDDEN not in given.text and quote(HIDDEN) not in given.text, address


def test_its_maker_finds_all_of_it(web):
    """The test above would pass if nothing were ever found."""
    sign_in(web, 'clerk')
    for path in PATHS[:3:2]:
        assert HIDDEN in web.get('/archive/' + quote(path.replace('{}', HIDDEN))).text
    assert HIDDEN in web.get('/archive/Z109/WS/2026/D30/BGS').text
