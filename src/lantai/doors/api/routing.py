"""Registers what was declared, so that the description and the routes are the same list."""

from collections.abc import Callable
from importlib import import_module

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import NotFound
from lantai.doors.api.endpoint import PREFIX, Endpoint, endpoints
from lantai.doors.api.reading import read_body, read_query
from lantai.services.security.permissions import Permission
from lantai.web.errors import NoSuchMethod

#: the modules with endpoints
MODULES = (
    'tree',
    'content',
    'transitions',
    'people',
    'search',
    'catalogue',
    'cases',
    'holds',
    'retention',
    'log',
    'jobs',
    'openapi',
)


def _view(declared: Endpoint) -> Callable[[Request], Response]:
    def view(request: Request) -> Response:
        given = read_query(request, declared.query)
        if declared.body is not None:
            given = {**given, **read_body(request, declared.body)}
        response = declared.function(request, given)
        response.headers.setdefault('Cache-Control', 'no-store')
        return response

    return view


def wrong_method(_request: Request) -> Response:
    """The address exists for other methods."""
    raise NoSuchMethod()


def nothing_there(_request: Request) -> Response:
    """Whoever is not signed in has been answered 401 before."""
    raise NotFound()


def includeme(config: Configurator) -> None:
    for name in MODULES:
        import_module(f'lantai.doors.api.{name}')
    routes: dict[str, list[str]] = {}
    for declared in endpoints():
        route = f'api{declared.pattern}'
        if route not in routes:
            config.add_route(route, PREFIX + declared.pattern)
        routes.setdefault(route, []).append(declared.method)
        methods = ('GET', 'HEAD') if declared.method == 'GET' else (declared.method,)
        config.add_view(
            _view(declared),
            route_name=route,
            request_method=methods,
            permission=declared.permission,
            require_csrf=False,
        )
    for route in routes:
        config.add_view(wrong_method, route_name=route, permission=Permission.SIGNED_IN, require_csrf=False)
    config.add_route('api-unknown', '/api/*rest')
    config.add_view(
        nothing_there, route_name='api-unknown', permission=Permission.SIGNED_IN, require_csrf=False
    )
