"""The system's Chromium, driven by Playwright's Python package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

NAMES = ('chromium', 'chromium-browser', 'google-chrome')


@contextmanager
def chromium() -> Iterator:
    """A browser without a window; the test is skipped, saying so, where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip('no Chromium on this machine')
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # it runs as root in containers, where the sandbox cannot
        browser = playwright.chromium.launch(executable_path=path, args=['--no-sandbox'])
        yield browser
        browser.close()


def sign_in(page, address: str, person: str, password: str) -> None:
    """Fills in the form, as a person does."""
    page.goto(f'{address}/login')
    page.fill('#name', person)
    page.fill('#password', password)
    page.click('main button.main-act')
    page.wait_for_url(lambda url: '/login' not in url)
