"""The pages for whoever signs in."""

from __future__ import annotations

import pytest

from tests.builders.browser import Browsers, browsers


@pytest.fixture
def signed_in(site) -> Browsers:
    """`signed_in('clerk')` is that person's browser."""
    return browsers(site)
