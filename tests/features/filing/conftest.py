"""An office that can file: the small office with a schedule in force."""

import pytest
from webtest import TestApp

from lantai.app import rooms
from lantai.app.main import main
from lantai.features.filing.views import batch, batches
from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from tests.builders.filing import add_schedule
from tests.builders.office import PASSWORD

ROOMS = (
    'lantai.features.people',
    'lantai.features.records',
    'lantai.features.ingest',
    'lantai.features.filing',
)


@pytest.fixture
def office(site: Site) -> Site:
    """The site with a retention schedule for Z109."""
    site.transact(add_schedule, machine_user('test'), door='cli')
    return site


class Browser(TestApp):
    """A browser of one person."""

    def sign_in(self, name: str):
        """Fill in the form as a person would."""
        self.reset()
        form = next(form for form in self.get('/login').forms.values() if form.action == '/login')
        form['name'], form['password'] = name, PASSWORD
        return form.submit(status=303)

    def form_with(self, page, field: str):
        """The form of a page that has a field."""
        return next(form for form in page.forms.values() if field in form.fields)


@pytest.fixture
def browser(office, monkeypatch) -> Browser:
    """The pages of filing and what they lean on, in English."""
    pages = tuple(name for name in rooms.INCLUDES if name.startswith('lantai.web') or name in ROOMS)
    monkeypatch.setattr(rooms, 'INCLUDES', pages)
    for module in (batch, batches):
        # on a busy machine looking at two files may take longer than a page waits
        monkeypatch.setattr(module, 'PATIENCE', 60)
    return Browser(main(office), extra_environ={'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': 'en'})
