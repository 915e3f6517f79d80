"""The web application of the small office."""

from __future__ import annotations

import pytest
from webtest import TestApp

from lantai.app.main import main
from lantai.services.eventlog.sealer import seal_all
from tests.builders.office import PASSWORD


@pytest.fixture
def seal(site):
    """Puts what was recorded into the log, as the worker does every second."""
    return lambda: seal_all(site.database, site.keys, site.clock, site.folder.run)


@pytest.fixture
def browser(site):
    """`browser('auditor')`: a browser in which that person is signed in."""
    application = main(site)

    def open_as(person, language='en'):
        app = TestApp(
            application, extra_environ={'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': language}
        )
        form = next(form for form in app.get('/login').forms.values() if 'password' in form.fields)
        form['name'], form['password'] = person, PASSWORD
        form.submit()
        return app

    return open_as
