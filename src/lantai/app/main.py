"""The web application of one site."""

import pyramid_tm
from pyramid.config import Configurator
from pyramid.router import Router

from lantai.app.rooms import includes
from lantai.services.security.permissions import Permission
from lantai.services.site import Site
from lantai.web.requests import SITE

#: how often a request that met somebody else's change is tried again
ATTEMPTS = 6


def main(site: Site) -> Router:
    """The WSGI application."""
    return configure(site).make_wsgi_app()


def configure(site: Site) -> Configurator:
    """The configuration of the application, committed when the application is made."""
    config = Configurator(
        settings={
            'tm.manager_hook': pyramid_tm.explicit_manager,
            'retry.attempts': ATTEMPTS,
            'pyramid.default_locale_name': 'zh_CN',
            'csrf_trusted_origins': [],
        }
    )
    config.registry[SITE] = site
    # whoever forgets to say who may see a view gets one for people who are signed in, and a red test
    config.set_default_permission(Permission.SIGNED_IN)
    config.set_default_csrf_options(require_csrf=True, check_origin=True, allow_no_origin=True)
    config.include('pyramid_tm')
    config.include('pyramid_retry')
    config.include('pyramid_chameleon')
    for name in includes():
        config.include(name)
    return config
