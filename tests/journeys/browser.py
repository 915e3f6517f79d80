"""People at a real browser: everything a page complains of is collected and is a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lantai.app.opening import opened
from lantai.services.act import Act
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from tests.builders.chromium import sign_in
from tests.builders.filing import add_schedule
from tests.builders.office import PASSWORD, make_office

#: milliseconds the browser waits for anything; much, since a loaded machine is no fault of a page
PATIENCE = 60_000
#: puts files into a DataTransfer, as dragging them from the desktop does
DRAG = """files => {
  const data = new DataTransfer();
  for (const [name, text] of files)
    data.items.add(new File([Uint8Array.from(atob(text), each => each.charCodeAt(0))], name));
  return data;
}"""


def office_in(path: Path) -> Path:
    """The small office with its schedule, in a data folder for a server; passwords as cheap as they go."""
    folder = DataFolder(path)
    with opened(folder, Settings(argon2_time=1, argon2_memory_kib=8), create=True) as site:
        for work in (make_office, add_schedule):
            site.transact(work, machine_user('test'), door='cli')
    folder.settings_file.write_text('argon2_time = 1\nargon2_memory_kib = 8\n')
    return path


def in_office(path: Path, work: Callable[[Act], object]) -> None:
    """Does some work in a data folder that nobody serves yet."""
    with opened(DataFolder(path), Settings()) as site:
        site.transact(work, machine_user('test'), door='cli')


class Desk:
    """One person at a browser of their own."""

    def __init__(self, browser: Any, address: str, language: str, scripts: bool) -> None:
        self.address = address
        self.context = browser.new_context(
            locale=language, java_script_enabled=scripts, viewport={'width': 1280, 'height': 800}
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on('console', self._console)
        self.page.on('pageerror', lambda error: self.complaints.append(f'{self.page.url}: {error}'))
        self.page.on('response', self._response)

    def _console(self, message: Any) -> None:
        # a refused form says so in its page; Chromium repeats the status of the answer, which is no fault
        if message.type == 'error' and 'Failed to load resource' not in message.text:
            self.complaints.append(f'{self.page.url}: {message.text}')

    def _response(self, answer: Any) -> None:
        if answer.status >= 500:
            self.complaints.append(f'{answer.url}: {answer.status}')

    def go(self, address: str) -> Any:
        """Opens a page by its address."""
        answer = self.page.goto(self.address + address)
        assert answer.status == 200, f'{address}: {answer.status}'
        return self.page

    def press(self, selector: str) -> Any:
        """Presses a button or a link that leads to another page, and waits for that."""
        with self.page.expect_navigation():
            self.page.click(selector)
        return self.page

    def describe(self, **values: str) -> Any:
        """Fills in the form of a description and saves it."""
        for name, value in values.items():
            field = self.page.locator(f'#in-{name}')
            if field.evaluate('each => each.tagName') == 'SELECT':
                field.select_option(value)
            else:
                field.fill(value)
        return self.press('main form.fields button.main-act')


@contextmanager
def desk(
    browser: Any, address: str, person: str, language: str = 'en', scripts: bool = True
) -> Iterator[Desk]:
    """Somebody signed in; at the end the browser has nothing to complain of."""
    at = Desk(browser, address, language, scripts)
    try:
        sign_in(at.page, address, person, PASSWORD)
        yield at
        assert at.complaints == []
    finally:
        at.context.close()
