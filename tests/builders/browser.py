"""A browser without scripts: the pages as somebody who is signed in gets them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from webtest import TestApp

from lantai.app.main import main
from lantai.services.site import Site
from tests.builders.office import PASSWORD

Browsers = Callable[..., TestApp]


def browsers(site: Site) -> Browsers:
    """`browsers(site)('clerk')` signs in; English unless told otherwise."""
    application = main(site)

    def sign_in(person: str, language: str = 'en') -> TestApp:
        app = TestApp(
            application, extra_environ={'REMOTE_ADDR': '10.0.0.1', 'HTTP_ACCEPT_LANGUAGE': language}
        )
        form = next(form for form in app.get('/login').forms.values() if form.action == '/login')
        form['name'], form['password'] = person, PASSWORD
        form.submit(status=303)
        return app

    return sign_in


def at(page: str, *names: str) -> str:
    """The address of a page about a node, from the names of its path."""
    return f'/{page}/' + '/'.join(quote(name, safe='') for name in names)


def form_to(page, action: str):
    """The form of a page that goes to an address ending so."""
    return next(form for form in page.forms.values() if form.action.endswith(action))


def csrf_of(page) -> str:
    """The token that scripts of the page send."""
    return page.html.find('meta', attrs={'name': 'csrf-token'})['content']
