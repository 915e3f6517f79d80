"""The pages of records and of the search, with somebody signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from webtest import TestApp

from lantai.app import rooms
from lantai.app.main import main
from lantai.services.search import operation
from tests.builders.office import PASSWORD

ROOMS = ('lantai.features.people', 'lantai.features.records', 'lantai.features.searching')


@pytest.fixture
def indexed(site):
    """The office with its index."""
    operation.bring_up(site)
    return site


@pytest.fixture
def signed_in(indexed, monkeypatch) -> Callable[..., TestApp]:
    """`signed_in('clerk')` is that person's browser; it speaks English unless told otherwise."""
    pages = tuple(name for name in rooms.INCLUDES if name.startswith('lantai.web') or name in ROOMS)
    monkeypatch.setattr(rooms, 'INCLUDES', pages)
    application = main(indexed)

    def sign_in(person: str, language: str = 'en') -> TestApp:
        app = TestApp(
            application, extra_environ={'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': language}
        )
        form = next(form for form in app.get('/login').forms.values() if form.action == '/login')
        form['name'], form['password'] = person, PASSWORD
        form.submit(status=303)
        return app

    return sign_in
