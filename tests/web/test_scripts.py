"""The scripts of the pages in a real browser: keys, tree, lists, upload; and hostile titles in the layout."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from waitress.server import create_server

from lantai.app.main import main
from lantai.base.clock import FixedClock
from lantai.features.records import deposit
from lantai.features.records.lookup import find
from lantai.services.security.actor import machine_user
from lantai.services.security.people import people_of
from tests.builders.browser import at
from tests.builders.chromium import chromium, sign_in
from tests.builders.office import PASSWORD, body, make_office
from tests.builders.sites import new_site

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
MOMENT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: milliseconds the browser waits for anything; much, since a loaded machine is no fault of a page
PATIENCE = 120_000
HOSTILE = ('无空格' * 80, 'W' * 240, '<b>&amp;"\'</b> \u202egnp.exe', '😀' * 60, 'a\u0301' * 90)


@pytest.fixture(scope='module')
def served(tmp_path_factory):
    """The office, served to all tests of this module, with records in the series; site and address."""
    with new_site(tmp_path_factory.mktemp('served') / 'data', FixedClock(MOMENT)) as site:
        site.transact(make_office, machine_user('test'), door='cli')
        site.transact(_fill, machine_user('test'), door='cli')
        server = create_server(main(site), host='127.0.0.1', port=0, threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield site, f'http://127.0.0.1:{server.effective_port}'
        server.close()
        thread.join(10)


def _fill(act) -> None:
    clerk = replace(act, actor=people_of(act.repository).actor('clerk'))
    for number, title in enumerate((*HOSTILE, 'Six', 'Seven')):
        deposit.put(clerk, find(clerk, SERIES), f'{number}.txt', body(clerk), title=title)


@pytest.fixture(scope='module')
def address(served):
    return served[1]


@pytest.fixture(scope='module')
def browser():
    """One browser for the module: starting it takes longer than most of the tests."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope='module')
def signed_in(browser, address):
    """The cookies of the clerk, who signs in once."""
    context = browser.new_context(locale='en-US')
    context.set_default_timeout(PATIENCE)
    sign_in(context.new_page(), address, 'clerk', PASSWORD)
    yield context.storage_state()
    context.close()


@pytest.fixture
def page(browser, signed_in):
    """The clerk's browser; what its console complains of is a failure."""
    context = browser.new_context(
        locale='en-US', viewport={'width': 1280, 'height': 800}, storage_state=signed_in
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints = []
    page.on('console', lambda message: complaints.append(message.text) if message.type == 'error' else None)
    page.on('pageerror', lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [each for each in complaints if '409' not in each] == []


@pytest.fixture
def stored(served):
    """`stored(path...)` is the size of a file as the database has it."""
    site, _address = served

    def size(*segments: str) -> int:
        with site.reading(machine_user('test')) as act:
            return find(act, segments).single.size

    return size


def focused(page) -> str:
    return page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()')


def test_a_day_by_keyboard(page, address):
    page.goto(address + at('archive', *SERIES))
    page.keyboard.press('/')
    assert focused(page) == 'find'
    page.keyboard.press('Escape')
    for key in ('ArrowDown', 'ArrowDown', ' '):
        page.keyboard.press(key)
    assert focused(page) == HOSTILE[1]
    assert page.inner_text('[data-picked]') == 'Selected: 1'
    page.keyboard.press('?')
    assert page.is_visible('#keys')
    page.keyboard.press('Escape')
    assert not page.is_visible('#keys')
    page.keyboard.press('Enter')
    page.wait_for_url('**/1.txt')
    page.keyboard.press('g')
    page.keyboard.press('t')
    page.wait_for_url('**/approvals')
    page.keyboard.press('g')
    page.keyboard.press('i')
    page.wait_for_url('**/archive/%E6%94%B6%E9%9B%86')


def test_letters_typed_into_a_field_are_letters(page, address):
    page.goto(address + at('edit', *SERIES, '5.txt'))
    page.fill('#in-title', '')
    page.focus('#in-title')
    page.keyboard.type('g t / ?')
    assert page.input_value('#in-title') == 'g t / ?'


def test_the_tree_opens_and_closes_without_leaving_the_page(page, address):
    page.goto(address + at('archive', 'Z109', 'WS'))
    page.focus('.tree .here a')
    rows = page.locator('.tree li')
    before = rows.count()
    page.keyboard.press('ArrowDown')
    assert focused(page) == '2026'
    page.keyboard.press('ArrowRight')
    page.wait_for_selector('.tree li[aria-level="4"]')
    assert rows.count() == before + 3
    page.keyboard.press('ArrowRight')
    assert focused(page).endswith('years')
    page.keyboard.press('ArrowLeft')
    page.keyboard.press('ArrowLeft')
    assert rows.count() == before
    page.click('.tree li[aria-level="3"] .twist')
    page.wait_for_selector('.tree li[aria-level="4"]')
    assert page.url.endswith('/archive/Z109/WS')


def test_selecting_a_stretch_and_all(page, address):
    page.goto(address + at('archive', *SERIES))
    picks = page.locator('input.pick')
    picks.nth(1).click()
    picks.nth(4).click(modifiers=['Shift'])
    assert page.inner_text('[data-picked]') == 'Selected: 4'
    page.check('.pick-all')
    assert page.inner_text('[data-picked]') == f'Selected: {picks.count()}'


def test_files_and_a_folder_go_in_and_each_says_what_became_of_it(page, address, tmp_path, stored):
    folder = tmp_path / '五月'
    (folder / '附件').mkdir(parents=True)
    (folder / '一.txt').write_text('one')
    (folder / '附件' / '二.txt').write_text('two')
    single = tmp_path / '三.txt'
    single.write_text('three')
    page.goto(address + at('upload', '收集'))
    page.set_input_files('input[webkitdirectory]', folder)
    page.set_input_files('input[name=files]', single)
    page.wait_for_selector('#upload-sum:text-is("3 stored · 0 failed · 0 to go")')
    single.write_text('another three')
    page.set_input_files('input[name=files]', single)
    page.wait_for_selector('.uploads .bad')
    assert 'nothing was replaced' in page.inner_text('.uploads li:last-child')
    assert page.inner_text('#upload-sum') == '3 stored · 1 failed · 0 to go'
    assert stored('收集', '五月', '附件', '二.txt') == 3
    assert stored('收集', '三.txt') == 5
    page.click('.uploads li:first-child a')
    page.wait_for_url('**/archive/**')


def test_files_dropped_anywhere_on_the_page_go_in(page, address, stored):
    page.goto(address + at('upload', '收集'))
    dropped = page.evaluate_handle(
        "() => { const data = new DataTransfer(); data.items.add(new File(['x'], '拖.txt')); return data; }"
    )
    page.dispatch_event('header', 'dragenter', {'dataTransfer': dropped})
    assert 'over' in page.get_attribute('.drop', 'class')
    page.dispatch_event('header', 'drop', {'dataTransfer': dropped})
    page.wait_for_selector('.uploads .ok')
    assert stored('收集', '拖.txt') == 1


def test_the_drawer_of_a_narrow_window(page, address):
    page.set_viewport_size({'width': 360, 'height': 700})
    page.goto(address + at('archive', *SERIES))
    assert not page.is_visible('#side')
    page.click('.open-side')
    assert page.is_visible('#side .tree')
    page.keyboard.press('Escape')
    assert not page.is_visible('#side')


@pytest.mark.parametrize('width', [360, 640, 1280, 2560])
def test_hostile_titles_change_nothing_in_the_layout(page, address, width):
    page.set_viewport_size({'width': width, 'height': 800})
    for place in (at('archive', *SERIES), at('archive', *SERIES, '1.txt'), at('edit', *SERIES, '0.txt'), '/'):
        page.goto(address + place)
        assert page.evaluate('document.documentElement.scrollWidth') == width, place
        assert page.evaluate(
            'document.querySelector("main").scrollWidth <= document.querySelector("main").clientWidth'
        )
