"""The end of records as people work it in the browser, without and with what a hold or a receipt changes.

A real server over a copy of the demonstration, one window for each person, every step by its own person.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.builders.chromium import chromium, sign_in
from tests.builders.demonstration import PASSWORD
from tests.builders.serving import run, serving

#: milliseconds that work in the background may take
PATIENCE = 60_000


class Office:
    """The windows of all persons on one server."""

    def __init__(self, browser, url: str) -> None:
        self.url = url
        self._browser = browser
        self._windows: dict[str, object] = {}
        #: answers that no page may give
        self.faults: list[str] = []

    def __call__(self, person: str):
        """That person's window, signed in."""
        if person not in self._windows:
            # scripts off: all of this works without them
            page = self._browser.new_context(locale='en', java_script_enabled=False).new_page()
            page.on('response', self._response)
            sign_in(page, self.url, person, PASSWORD)
            self._windows[person] = page
        return self._windows[person]

    def _response(self, answer) -> None:
        if answer.status >= 500:
            self.faults.append(f'{answer.url}: {answer.status}')

    def at(self, person: str, path: str):
        """The same, at an address."""
        page = self(person)
        page.goto(path if path.startswith('http') else self.url + path)
        return page

    def button(self, person: str, path: str, name: str) -> None:
        """Presses a button of a page; what comes back has no complaint."""
        page = self.at(person, path)
        page.get_by_role('button', name=name, exact=True).click()
        refused = page.locator('.note.bad')
        assert refused.count() == 0, refused.inner_text()


@pytest.fixture(scope='module')
def data(demonstration: Path, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp('journey') / 'data'
    shutil.copytree(demonstration, path)
    return path


@pytest.fixture(scope='module')
def office(data: Path) -> Iterator[Office]:
    with serving(data) as server, chromium() as browser:
        office = Office(browser, server.url)
        yield office
        assert office.faults == []


def open_from_due(office: Office, title: str, count: int, clock: str = '') -> tuple[str, list[str]]:
    """The archivist picks the first records of what is due and opens a case: its address, and theirs."""
    page = office.at('archivist', f'/due?clock={clock}')
    ticks = page.locator('input[name=uid]')
    uids = [ticks.nth(number).get_attribute('value') for number in range(count)]
    for number in range(count):
        ticks.nth(number).check()
    page.get_by_label('Name of the case').fill(title)
    page.get_by_role('button', name='Open a transfer' if clock else 'Open an appraisal', exact=True).click()
    assert page.locator('h1').inner_text() == title
    return page.url, uids


def appraised(office: Office, title: str, count: int) -> tuple[str, list[str]]:
    """The appraiser condemns them all, the leader approves: address of the destruction, and the records."""
    appraisal, uids = open_from_due(office, title, count)
    page = office.at('appraiser', appraisal)
    page.get_by_label('Destroy').check()
    page.locator('input[name=reason]').fill('已无查考利用价值')
    page.get_by_role('button', name='Decide so for the whole list').click()
    office.button('appraiser', appraisal, 'Submit the appraisal report')
    page = office.at('leader', appraisal)
    assert f'{count} records' in page.locator('.what-happens').inner_text()
    page.get_by_role('button', name='Approve this list with these decisions').click()
    page.get_by_role('link', name=f'Destruction · {title}').click()
    return page.url, uids


def approved(office: Office, title: str, count: int) -> tuple[str, list[str]]:
    """The same, with the destruction approved and checked by both witnesses."""
    case, uids = appraised(office, title, count)
    office.button('leader', case, 'Approve the destruction of this list')
    office.button('supervisor1', case, 'I have checked the list against the records')
    page = office.at('archivist', case)
    assert '1 witnesses still have to check the list' in page.locator('main').inner_text()
    assert '冯雪' in office.at('supervisor2', case).locator('main').inner_text()
    office.button('supervisor2', case, 'I have checked the list against the records')
    return case, uids


def execute(office: Office, case: str, title: str) -> None:
    """The archivist destroys what is on the list, and it is done by the worker."""
    page = office.at('archivist', case)
    page.get_by_label('Name of the list').fill('something else')
    page.get_by_role('button', name='Destroy for good').click()
    assert 'Type the name of the list exactly' in page.locator('.note.bad').inner_text()
    page.get_by_label('Name of the list').fill(title)
    page.get_by_role('button', name='Destroy for good').click()
    page.locator('.state', has_text='Destroyed, waiting for signatures').first.wait_for(timeout=PATIENCE)


def state_of(office: Office, uid: str) -> str:
    """The word for a record's state on its page, as the archivist sees it."""
    return office.at('archivist', f'/id/{uid}').locator('.head .state').inner_text()


def test_from_due_to_destroyed_with_all_six_persons(office):
    title = '到期文件鉴定（一）'
    case, uids = approved(office, title, 3)
    assert {state_of(office, uid) for uid in uids} == {'To be destroyed'}
    execute(office, case, title)
    for person in ('supervisor1', 'supervisor2'):
        office.button(person, case, 'I witnessed the destruction and sign')
    page = office.at('archivist', case)
    assert page.locator('.head .state').first.inner_text() == 'Destroyed and signed'
    page.get_by_role('link', name='Certificate of destruction').click()
    certificate = page.locator('article').inner_text()
    assert '冯雪' in certificate and '蒋磊' in certificate
    answer = page.request.get(page.url + '?format=pdf')
    assert answer.body().startswith(b'%PDF')
    stored = json.loads(page.request.get(page.url + '?format=json').body())
    assert stored['value']['statement']['counts']['destroyed'] == 3
    assert {state_of(office, uid) for uid in uids} == {'Destroyed'}
    page = office.at('archivist', f'/id/{uids[0]}')
    assert 'Its content was destroyed on' in page.locator('.note').inner_text()
    page.get_by_role('link', name='Certificate of destruction').click()
    assert 'Certificate of destruction' in page.locator('h1').inner_text()


def test_a_hold_set_in_the_waiting_period_spares_its_record(office):
    title = '到期文件鉴定（二）'
    case, uids = approved(office, title, 2)
    page = office.at('archivist', f'/holds/new?uid={uids[0]}')
    page.get_by_label('Name of the hold').fill('诉讼保全')
    page.get_by_label('Reason').fill('法院调取证据')
    page.get_by_role('button', name='Put on hold', exact=True).click()
    assert state_of(office, uids[0]) == 'Filed · on hold'
    page = office.at('archivist', case)
    assert 'Set aside: It is on hold' in page.locator('main').inner_text()
    execute(office, case, title)
    for person in ('supervisor1', 'supervisor2'):
        office.button(person, case, 'I witnessed the destruction and sign')
    assert state_of(office, uids[0]) == 'Filed · on hold'
    assert state_of(office, uids[1]) == 'Destroyed'
    page = office.at('archivist', case + '/certificate')
    assert 'It is on hold' in page.locator('article').inner_text()
    content = page.request.get(f'{office.url}/id/{uids[0]}')
    assert content.ok


def test_a_transfer_with_its_receipt(office):
    title = '永久文件移交'
    case, uids = open_from_due(office, title, 3, clock='transfer')
    assert {state_of(office, uid) for uid in uids} == {'In transfer'}
    office.button('leader', case, 'Approve this list')
    office.button('archivist', case, 'Make the package')
    page = office.at('archivist', case)
    package = page.request.get(case + '/package').body()
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert sum(name.endswith('/metadata.json') for name in names) == 3
    office.button('archivist', case, 'It was sent over a line')
    page = office.at('archivist', case)
    page.get_by_label('Number of the receipt').fill('澜档接〔2026〕9号')
    page.get_by_label('Received on').fill(date.today().isoformat())
    page.get_by_label('Why the rest comes back').fill('第三件附件无法打开')
    for uid in uids[:2]:
        page.locator(f'input[value="{uid}"]').check()
    page.get_by_role('button', name='It confirms only the selected').click()
    assert page.locator('.head .state').first.inner_text() == 'Transferred'
    assert [state_of(office, uid) for uid in uids] == ['Transferred', 'Transferred', 'Filed']
    register = office.at('leader', case + '/register').locator('article').inner_text()
    assert '澜档接〔2026〕9号' in register and '澜港区档案馆' in register
    assert office.at('clerk', case).locator('h1').inner_text() != title, 'no business of the clerk'


def test_everything_still_holds_afterwards(office, data):
    report = json.loads(run('verify', '--json', data=data))
    assert report['ok'], report['problems'][:5]


def test_the_pages_are_complete_in_both_languages(office):
    """No page of the cases says anything in the other language than its titles and names do."""
    page = office('leader')
    cases = []
    for listed in ('/transfers', '/cases'):
        links = office.at('leader', listed).locator('main table a').all()
        cases += [link.get_attribute('href') for link in links]
    assert len(cases) >= 12
    page.get_by_role('button', name='中文').click()
    lists = ('/due', '/due?clock=transfer', '/cases', '/transfers', '/holds')
    for path in (*lists, *cases):
        page.goto(office.url + path)
        assert page.locator('html').get_attribute('lang') == 'zh-CN'
        words = page.locator('main').inner_text()
        assert 'Waits for' not in words and 'History' not in words, path
