"""Two people at once, each at a browser of their own: nobody overwrites or approves what they did not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest

from lantai.services.workflow import engine
from tests.builders.browser import at
from tests.builders.chromium import chromium
from tests.builders.filing import approved
from tests.builders.serving import serving
from tests.journeys.browser import Desk, desk, in_office, office_in

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
Desks = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture(scope='module')
def sit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    data = office_in(tmp_path_factory.mktemp('office') / 'data')
    in_office(data, _fill)
    with serving(data) as server, chromium() as browser:
        yield partial(desk, browser, server.url)


def _fill(act) -> None:
    for name in ('edited.pdf', 'listed.pdf', 'replaced.pdf'):
        engine.change_state(act, approved(act, name, name=name), 'submitted', 'submit')
    for name in ('first.pdf', 'second.pdf'):
        approved(act, name, name=name)


def test_the_second_of_two_who_edit_keeps_what_they_typed(sit: Desks) -> None:
    where = at('edit', *SERIES, 'edited.pdf')
    with sit('archivist') as first, sit('archivist') as second:
        first.go(where)
        second.go(where)
        first.describe(title='Written first')
        page = second.describe(title='Written second', author='Somebody')
        assert page.locator('.note[role=alert]').count() == 1
        assert page.input_value('#in-title') == 'Written second'
        assert page.input_value('#in-author') == 'Somebody'
        assert 'Written first' in page.inner_text('.theirs')
        second.press('main form.fields button.main-act')
        assert 'Written second' in page.inner_text('h1')


def test_two_who_approve_the_same_list_approve_once(sit: Desks) -> None:
    with sit('manager') as first, sit('manager') as second:
        for each in (first, second):
            each.go('/approvals')
            each.page.check('input.pick[aria-label="listed.pdf"]')
        first.press('button[value=approve]')
        page = second.press('button[value=approve]')
        assert 'Not done: 1' in page.inner_text('main')
        page = second.go(at('history', *SERIES, 'listed.pdf'))
        assert page.inner_text('main').count('Approved · manager') == 1


def test_what_was_replaced_meanwhile_is_not_approved_unseen(sit: Desks) -> None:
    where = at('archive', *SERIES, 'replaced.pdf')
    with sit('archivist') as archivist, sit('manager') as manager, sit('manager') as listing:
        manager.go(where)
        listing.go('/approvals')
        archivist.go(at('edit', *SERIES, 'replaced.pdf'))
        archivist.describe(title='Another record now')
        listing.page.check('input.pick[aria-label="replaced.pdf"]')
        page = listing.press('button[value=approve]')
        assert 'Somebody else has changed this meanwhile' in page.inner_text('main')
        page = manager.press('main button[name=name][value=approve]')
        assert 'Somebody has changed this record since you opened it' in page.inner_text('main')
        manager.go(where)
        manager.press('main button[name=name][value=approve]')
        assert manager.page.locator('main .state[data-state=approved]').count() >= 1


def test_two_who_file_into_one_series_give_each_number_once(sit: Desks) -> None:
    with sit('archivist') as first, sit('archivist') as second:
        for each, name in ((first, 'first.pdf'), (second, 'second.pdf')):
            page = each.go('/filing')
            page.check(f'input.pick[aria-label="{name}"]')
            each.press('main form button.main-act')
            page.reload()
        # both see the same code in their preview; only one of them can get it
        codes = [each.page.inner_text('td.code.nowrap') for each in (first, second)]
        assert codes[0] == codes[1]
        first.press('button[value=confirm]')
        page = second.press('button[value=confirm]')
        if page.locator('button[value=confirm]').count():
            second.press('button[value=confirm]')
        given = [each.page.inner_text('td.code.nowrap') for each in (first, second)]
        assert given == [codes[0], codes[0][:-4] + '0002']
