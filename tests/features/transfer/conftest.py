"""Filed records on a transfer, as far as a test needs it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lantai.features.cases import service
from lantai.features.records import lookup
from lantai.features.transfer.service import open_transfer
from tests.builders.cases import filed_items


@pytest.fixture
def filed(site, acting) -> list[str]:
    """Uids of three filed records."""
    return filed_items(site, acting, ['甲', '乙', '丙'], period='D30', year=2026)


@pytest.fixture
def opened(acting, filed) -> str:
    """The id of a transfer of them that the archivist opened."""
    with acting('archivist') as act:
        return open_transfer(act, '2026 年移交', [lookup.by_uid(act, uid) for uid in filed]).uid


@pytest.fixture
def do(acting) -> Callable:
    """`do('leader', case_id, 'approve')`: an action with what it needs to go through."""

    def act_on(who: str, case_id: str, name: str, **values) -> None:
        with acting(who) as act:
            case = service.find(act, case_id)
            if name == 'approve':
                values.setdefault('list_root', case.list_root())
            service.act_on(act, case, name, values.pop('comment', ''), **values)

    return act_on


@pytest.fixture
def sent(opened, do) -> str:
    """The same, approved, packed and sent."""
    do('leader', opened, 'approve')
    do('archivist', opened, 'package')
    do('archivist', opened, 'send', way='政务外网', place='澜港区档案馆')
    return opened
