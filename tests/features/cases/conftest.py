"""Browsers of an office with filed records that are long due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lantai.services.security.actor import machine_user
from tests.builders.browser import Browsers, browsers
from tests.builders.cases import filed_items
from tests.builders.destruction import more_people

#: a title that tries to break a page
HOSTILE = '<script>alert(1)<' + '\u202e' + '&"\'' + '长' * 120


@pytest.fixture
def due(site, acting, clock) -> Iterator[list[str]]:
    """Uids of four filed records of D10, long past it; the first has a hostile title."""
    site.transact(more_people, machine_user('test'), door='cli')
    uids = filed_items(site, acting, ['甲', '乙', '丙', '丁'], period='D10', year=2026)

    def rename(act) -> None:
        item = act.repository.by_uid(uids[0])
        item.metadata = {**item.metadata, 'title': HOSTILE}

    site.transact(rename)
    clock.moment = datetime(2040, 1, 2, tzinfo=UTC)
    yield uids


@pytest.fixture
def signed_in(site) -> Browsers:
    """`signed_in('clerk')` is that person's browser."""
    return browsers(site)
