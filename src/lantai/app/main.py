"""The web application of one site."""

import random
import time

import pyramid_tm
from pyramid.config import Configurator
from pyramid.router import Router
from pyramid_retry import BeforeRetry

from lantai.app.rooms import includes
from lantai.services.security.permissions import Permission
from lantai.services.site import Site
from lantai.web.requests import SITE

#: how often a request that met somebody else's change is tried: one gets through in every round, so of as
#: many as file into one series at once the last is beaten by all the others
ATTEMPTS = 16
#: seconds a beaten one waits at most before its second try; more before later ones, up to 64 times as many
PATIENCE = 0.004


def step_aside(event: BeforeRetry) -> None:
    """Waits a little, each a different time, so that two that collided do not collide again."""
    tried = event.environ.get('retry.attempt', 0)
    time.sleep(random.uniform(0, PATIENCE * 2 ** min(tried, 6)))


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
    config.add_subscriber(step_aside, BeforeRetry)
    config.include('pyramid_chameleon')
    for name in includes():
        config.include(name)
    return config
