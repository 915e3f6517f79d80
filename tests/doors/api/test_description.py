"""The OpenAPI description is true of the routes, and answers are as it says."""

from __future__ import annotations

import re

from openapi_spec_validator import validate
from pyramid.interfaces import IRoutesMapper

from lantai.doors.api.endpoint import PREFIX
from lantai.doors.api.openapi import describe
from tests.doors.api.conftest import SERIES, content, tree


def test_the_description_is_valid_openapi():
    validate(describe())


def test_every_route_is_described_and_every_description_has_its_route(application):
    described = {
        (path, method.upper()) for path, methods in describe()['paths'].items() for method in methods
    }
    mapper = application.registry.getUtility(IRoutesMapper)
    routes = {
        route.name: route.pattern for route in mapper.get_routes() if route.pattern.startswith(PREFIX + '/')
    }
    registered = set()
    for view in application.registry.introspector.get_category('views'):
        found = view['introspectable']
        pattern = routes.get(found['route_name'])
        if pattern is not None and found['request_methods'] is not None:
            path = re.sub(r'/?\*\w+$', '/{path}', pattern.removeprefix(PREFIX))
            registered |= {(path, method) for method in found['request_methods'] if method != 'HEAD'}
    assert registered == described


def test_what_is_asked_is_answered_in_the_callers_language(calling):
    chinese = calling('clerk').get(tree('nowhere'), status=404).json
    english = calling('clerk', 'en').get(tree('nowhere'), status=404).json
    assert chinese['title'] == '这里没有内容，或没有您可以看到的内容'
    assert english['title'] == 'There is nothing here, or nothing that you may see'
    assert chinese['type'] == english['type'] == 'urn:lantai:not-found'


def test_nobody_gets_401_everywhere_before_anything_is_looked_up(calling):
    nobody = calling()
    for path in (
        tree(*SERIES),
        tree('nowhere'),
        content(*SERIES),
        '/api/v1/me',
        '/api/v1/nothing',
        '/api/v1/openapi.json',
    ):
        answer = nobody.get(path, status=401)
        assert answer.headers['WWW-Authenticate'] == 'Basic realm="Lantai", charset="UTF-8"'


def test_a_method_that_is_not_there_is_405(calling):
    assert (
        calling('clerk').put(tree(*SERIES), b'', status=405).json['type'] == 'urn:lantai:method-not-allowed'
    )
