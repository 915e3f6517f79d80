"""Pages of records for whoever signs in, and a draft to look at."""

from __future__ import annotations

import pytest

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from tests.builders.browser import Browsers, browsers
from tests.builders.office import body
from tests.features.records.drafts import COMPLETE, PDF, SERIES


@pytest.fixture
def signed_in(site) -> Browsers:
    """`signed_in('clerk')` is that person's browser."""
    return browsers(site)


@pytest.fixture
def draft(acting):
    """A complete draft of the clerk; its path."""
    with acting('clerk') as act:
        deposit.put(act, find(act, SERIES), '通知.pdf', body(act, PDF), metadata=COMPLETE)
    return (*SERIES, '通知.pdf')
