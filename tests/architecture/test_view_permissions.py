"""Every view and every route says who may use it; what is open to everybody stands here with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from pyramid.config import Configurator
from pyramid.interfaces import IExceptionResponse, IRoutesMapper
from pyramid.security import NO_PERMISSION_REQUIRED
from webtest import TestApp

from lantai.app.main import configure
from lantai.services.security.permissions import Permission
from tests.architecture.complaints import nothing_in

#: route, or function at the root of the host -> why nobody has to be allowed to see it
OPEN_TO_ALL = {
    'language': 'whoever cannot sign in yet reads the page in a language, too; it sets a cookie',
    'login': 'nobody is signed in before signing in',
    'logout': 'ends a session; without one there is nothing to end',
    'static': 'style, scripts and pictures of the program itself, the sign-in page has them, too',
    'healthz': 'asked by the machine that restarts the server; says yes or no',
    'readyz': 'asked by the proxy before it sends people here; says yes or no',
    'options_at_root': 'a WebDAV client asks the root of the host what it speaks before it shows who it is',
}
#: doors that take what changes something without the token of a form, and why that is safe
WITHOUT_TOKEN = {
    'lantai.doors.api.': 'Basic and bearer credentials only; the cookie is not looked at',
    'lantai.doors.dav.': 'Basic and bearer credentials only; the cookie is not looked at',
}


@dataclass(frozen=True)
class View:
    """What a view was registered with."""

    route: str | None
    context: object
    methods: tuple[str, ...]
    permission: object
    require_csrf: object
    exception_only: bool
    place: str

    @property
    def is_for_exceptions(self) -> bool:
        of_an_error = isinstance(self.context, type) and issubclass(self.context, Exception)
        return self.exception_only or of_an_error or self.context is IExceptionResponse

    @property
    def name(self) -> str:
        if self.route and self.route.startswith('__static/'):
            return 'static'
        if self.place.endswith('.options_at_root'):
            return 'options_at_root'
        return self.route or getattr(self.context, '__name__', str(self.context))


def views_of(config: Configurator) -> list[View]:
    """Every view of a committed configuration."""
    config.commit()
    introspector = config.introspector
    found = []
    for entry in introspector.get_category('views', sort_key=lambda one: one.order):
        view = entry['introspectable']
        given = [one['value'] for one in entry['related'] if one.category_name == 'permissions']
        methods = view['request_methods'] or ()
        context = view['context']
        found.append(
            View(
                route=view['route_name'],
                context=context,
                methods=(methods,) if isinstance(methods, str) else tuple(methods),
                permission=given[0] if given else None,
                require_csrf=view.get('require_csrf'),
                exception_only=bool(view['exception_only']),
                place=str(view.title),
            )
        )
    return found


def complaints(views: list[View]) -> list[str]:
    """What is wrong with the permissions of these views, a line each."""
    lines = []
    for view in views:
        if view.is_for_exceptions:
            continue  # shows the outcome of another view, after that one was refused
        if view.permission is None:
            lines.append(f'{view.place} ({view.name}): says nothing about who may use it')
        elif view.permission == NO_PERMISSION_REQUIRED:
            if view.name not in OPEN_TO_ALL:
                lines.append(f'{view.place} ({view.name}): open to everybody without a reason in OPEN_TO_ALL')
        elif not isinstance(view.permission, Permission):
            lines.append(
                f'{view.place} ({view.name}): {view.permission!r} is a loose string, not a Permission'
            )
        if view.require_csrf is False and not any(door in view.place for door in WITHOUT_TOKEN):
            lines.append(
                f'{view.place} ({view.name}): takes a form from anywhere without a reason in WITHOUT_TOKEN'
            )
    return lines


@pytest.fixture
def config(site) -> Configurator:
    return configure(site)


def test_every_view_says_who_may_use_it(config):
    nothing_in(complaints(views_of(config)))


def test_every_route_has_a_view(config):
    served = {view.route for view in views_of(config)}
    routes = config.registry.getUtility(IRoutesMapper).get_routes(include_static=False)
    nothing_in(f'{route.name}: {route.pattern} has no view' for route in routes if route.name not in served)


def test_every_exemption_is_still_needed(config):
    open_ones = {view.name for view in views_of(config) if view.permission == NO_PERMISSION_REQUIRED}
    nothing_in(f'{name}: no open view of this name' for name in OPEN_TO_ALL if name not in open_ones)


def test_nobody_gets_anything_without_signing_in(config):
    """The same from outside: each address is asked for with each of its methods, by nobody in particular."""
    views = views_of(config)
    app = TestApp(config.make_wsgi_app())
    patterns = {
        route.name: route.pattern
        for route in config.registry.getUtility(IRoutesMapper).get_routes(include_static=False)
    }
    given_away = []
    for view in views:
        if view.route not in patterns or view.name in OPEN_TO_ALL:
            continue
        address = '/' + re.sub(r'\*\w+', 'Z109', re.sub(r'\{[^}]*\}', 'x', patterns[view.route])).lstrip('/')
        for method in view.methods or ('GET',):
            answer = app.request(address, method=method, expect_errors=True)
            to_login = answer.status_int == 303 and '/login' in answer.headers['Location']
            if not to_login and not 400 <= answer.status_int < 500 and method != 'OPTIONS':
                given_away.append(f'{method} {address} ({view.route}): {answer.status}')
    nothing_in(given_away)


class TestTheComplaints:
    """A violation is found."""

    def _config(self, **options) -> Configurator:
        config = Configurator()
        config.add_route('here', '/here')
        config.add_view(lambda request: None, route_name='here', **options)
        return config

    def test_a_view_that_says_nothing(self):
        assert len(complaints(views_of(self._config()))) == 1

    def test_a_view_that_is_open_without_a_reason(self):
        assert 'open to everybody' in complaints(views_of(self._config(permission=NO_PERMISSION_REQUIRED)))[0]

    def test_a_permission_that_is_a_loose_string(self):
        assert 'loose string' in complaints(views_of(self._config(permission='see')))[0]

    def test_a_form_that_comes_from_anywhere(self):
        found = complaints(views_of(self._config(permission=Permission.SEE, require_csrf=False)))
        assert 'from anywhere' in found[0]

    def test_a_view_as_it_should_be(self):
        assert complaints(views_of(self._config(permission=Permission.SEE))) == []
