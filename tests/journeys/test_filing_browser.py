"""From signing in to a filed record in a real browser, in both languages, by several people."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.builders.browser import at
from tests.builders.chromium import chromium
from tests.builders.filing import pdf
from tests.builders.serving import Server, run, serving
from tests.journeys.browser import DRAG, Desk, desk, office_in

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
Desks = Callable[..., AbstractContextManager[Desk]]
#: language -> titles of the two records, words that have to stand on the pages
WORDS = {
    'zh-CN': ('关于开展春季检查的通知', '春季检查工作总结', '待审核', '已归档', '归档文件目录'),
    'en': ('Notice of the autumn inspection', 'Autumn report', 'Waiting for review', 'Filed', 'Catalogue'),
}  # fmt: skip


@pytest.fixture(scope='module')
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_in(tmp_path_factory.mktemp('office') / 'data')


@pytest.fixture(scope='module')
def server(data: Path) -> Iterator[Server]:
    with serving(data) as server:
        yield server


@pytest.fixture(scope='module')
def sit(server: Server) -> Iterator[Desks]:
    """`with sit('clerk', 'en') as at:` is that person at a browser."""
    with chromium() as browser:
        yield partial(desk, browser, server.url)


def drop(page: Any, *files: tuple[str, bytes]) -> None:
    """Drags files from the desktop onto the page."""
    packed = [(name, base64.b64encode(content).decode()) for name, content in files]
    dragged = page.evaluate_handle(DRAG, packed)
    page.dispatch_event('header', 'dragenter', {'dataTransfer': dragged})
    page.dispatch_event('header', 'drop', {'dataTransfer': dragged})
    page.locator('.uploads .ok').nth(len(files) - 1).wait_for()


@pytest.mark.parametrize('language', WORDS)
def test_from_signing_in_to_a_filed_record(sit: Desks, language: str) -> None:
    first, second, submitted, filed, catalogue = WORDS[language]
    folder, names = f'folder-{language}', (f'1-{language}.pdf', f'2-{language}.pdf')
    with sit('clerk', language) as clerk:
        clerk.go(at('new/folder', '收集'))
        clerk.describe(title=folder)
        page = clerk.go(at('upload', '收集', folder))
        drop(page, *((name, pdf(name)) for name in names))
        for name, title in zip(names, (first, second), strict=True):
            clerk.go(at('edit', '收集', folder, name))
            clerk.describe(title=title, author='办公室', date='2026-03-01')
        page = clerk.go(at('archive', '收集', folder))
        clerk.press('button[value="submit-complete"]')
        assert page.locator('.state[data-state="submitted"]').count() == 2
        assert submitted in page.inner_text('main')

    with sit('manager', language) as manager:
        page = manager.go('/approvals')
        assert page.locator('input.pick').count() == 2
        page.check('.pick-all')
        manager.press('button[name="name"][value="approve"]')
        assert page.locator('input.pick').count() == 0

    with sit('archivist', language) as archivist:
        for number, name in enumerate(names):
            archivist.go(at('edit', '收集', folder, name))
            archivist.describe(
                year='2026', retention_period='D30', document_number=f'{language}〔2026〕{number}号'
            )
        page = archivist.go('/filing')
        page.check('.pick-all')
        archivist.press('main form button.main-act')
        page.reload()
        codes = page.locator('td.code.nowrap').all_inner_texts()
        assert len(codes) == 2 and all(code.startswith('Z109-WS·2026·D30·BGS-') for code in codes)
        # the preview follows the order the archivist gives
        archivist.press('tbody tr:first-child button[value^="down:"]')
        archivist.press('button[value="confirm"]')
        assert filed in page.inner_text('main .head')
        assert page.locator('td.code.nowrap').all_inner_texts() == codes
        assert page.locator('td.name bdi').all_inner_texts() == [second, first]
        archivist.press('main .head a.main-act')
        assert codes[0] in page.inner_text('table.form')

    with sit('clerk', language) as clerk:
        page = clerk.go('/')
        page.keyboard.press('/')
        page.keyboard.type(first[:6])
        with page.expect_navigation():
            page.keyboard.press('Enter')
        clerk.press(f'main a:has-text("{first}")')
        assert codes[1] in page.inner_text('main')
        assert page.locator('.state[data-state="filed"]').count() >= 1
        page = clerk.go(at('catalogue', 'Z109'))
        assert catalogue in page.inner_text('h1') and codes[0] in page.inner_text('table')

    with sit('auditor', language) as auditor:
        page = auditor.go('/journal')
        assert 'archivist' in page.inner_text('main')
        assert first not in page.inner_text('main')


def test_reading_uploading_and_approving_without_scripts(sit: Desks, tmp_path: Path) -> None:
    paper = tmp_path / 'plain.pdf'
    paper.write_bytes(pdf('plain'))
    with sit('clerk', scripts=False) as clerk:
        page = clerk.go(at('upload', *SERIES))
        page.set_input_files('input[name=files]', paper)
        clerk.press('main form button.main-act')
        clerk.go(at('edit', *SERIES, paper.name))
        clerk.describe(title='Without scripts', author='办公室', date='2026-03-01')
        page = clerk.go(at('archive', *SERIES, paper.name))
        clerk.press('button[name="name"][value="submit"]')
        assert page.locator('.state[data-state="submitted"]').count() >= 1
    with sit('manager', scripts=False) as manager:
        manager.go(at('archive', *SERIES, paper.name))
        manager.press('button[name="name"][value="approve"]')
        assert page_state(manager.page) == 'approved'


def page_state(page: Any) -> str:
    return page.locator('main .head .state').first.get_attribute('data-state')


def test_the_repository_is_sound_afterwards(data: Path, sit: Desks) -> None:
    """Runs last in this module: beside the server, over its socket."""
    assert json.loads(run('verify', '--json', data=data))['ok']
