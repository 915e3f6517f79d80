"""The web application reduced to the pages of people and of records, and a way to sign in."""

from __future__ import annotations

import pytest
from webtest import TestApp

from lantai.app import rooms
from lantai.app.main import main
from tests.builders.office import PASSWORD

ROOMS = ('lantai.features.people', 'lantai.features.records')


class Browser(TestApp):
    """A browser of one person."""

    def sign_in(self, name: str, password: str = PASSWORD, **params: str):
        """Fills in the form as a person would; gives what comes back."""
        self.reset()
        form = self.form_to(self.get('/login', params), '/login')
        form['name'], form['password'] = name, password
        return form.submit(expect_errors=True)

    def form_to(self, page, address: str, **having: str):
        """The form of a page that goes to an address (and holds these values)."""
        for form in page.forms.values():
            if form.action == address and all(
                name in form.fields and form[name].value == value for name, value in having.items()
            ):
                return form
        raise AssertionError(f'no form to {address} in {page.request.path}')


@pytest.fixture
def app(site, monkeypatch) -> Browser:
    """The application; it speaks English, so that tests read like it."""
    pages = tuple(name for name in rooms.INCLUDES if name.startswith('lantai.web') or name in ROOMS)
    monkeypatch.setattr(rooms, 'INCLUDES', pages)
    return Browser(main(site), extra_environ={'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': 'en'})
