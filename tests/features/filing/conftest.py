"""An office that can file: the small office with a schedule in force."""

import pytest

from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from tests.builders.filing import add_schedule


@pytest.fixture
def office(site: Site) -> Site:
    """The site with a retention schedule for Z109."""
    site.transact(add_schedule, machine_user('test'), door='cli')
    return site
