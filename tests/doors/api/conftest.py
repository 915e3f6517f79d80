"""The JSON door with a caller for each person."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from webtest import TestApp

from lantai.app.main import main
from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from tests.builders.filing import add_schedule
from tests.builders.office import PASSWORD


@pytest.fixture
def application(site: Site) -> object:
    site.transact(add_schedule, machine_user('test'), door='cli')
    return main(site)


@pytest.fixture
def calling(application: object) -> Callable[..., TestApp]:
    """`calling('clerk')` asks as that person; without a name as nobody."""

    def call_as(person: str | None = None, language: str = 'zh-CN') -> TestApp:
        app = TestApp(
            application, extra_environ={'HTTP_ACCEPT_LANGUAGE': language, 'REMOTE_ADDR': '127.0.0.1'}
        )
        if person is not None:
            app.authorization = ('Basic', (person, PASSWORD))
        return app

    return call_as


def tree(*names: str) -> str:
    """The address of a node."""
    return '/api/v1/tree/' + '/'.join(quote(name, safe='') for name in names)


def content(*names: str) -> str:
    """The address of its bytes."""
    return tree(*names).replace('/tree/', '/content/', 1)


def steps(*names: str) -> str:
    """Where its steps are taken."""
    return tree(*names).replace('/tree/', '/transitions/', 1)


SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
DESCRIBED = {'title': '关于开展检查的通知', 'author': '办公室', 'date': '2026-03-01'}
