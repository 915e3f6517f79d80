"""An office with a retention schedule."""

import pytest

from lantai.services.security.actor import machine_user
from lantai.services.site import Site
from tests.builders.filing import add_schedule


@pytest.fixture
def office(site: Site) -> Site:
    """The site with a schedule in force for Z109."""
    site.transact(add_schedule, machine_user('test'), door='cli')
    return site
