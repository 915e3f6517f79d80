"""The pages of cases: what each person gets, what is refused, nothing that a title can break."""

from __future__ import annotations

import base64
import io
import json
import zipfile

import pytest

from lantai.features.cases import service
from lantai.features.holds import service as holds
from lantai.features.records import lookup
from tests.builders.destruction import condemned
from tests.builders.office import PASSWORD
from tests.features.cases.conftest import HOSTILE


def form_with(page, text: str):
    """The form of a page that has that text in it."""
    return next(form for form in page.forms.values() if text in form.text)


def press(page, text: str, **more):
    """Submits the form whose button says `text`."""
    form = form_with(page, text)
    for field in form.fields.get('name', ()):
        if getattr(field, 'tag', '') == 'button' and field.value_if_submitted() == more.get('name'):
            break
    return form.submit('name', value=more['name'], status=more.get('status', 303))


def open_appraisal(browser, count: int = 4):
    """Picks the first records of what is due; the page of the case."""
    form = form_with(browser.get('/due'), 'Open an appraisal')
    form['title'] = '到期鉴定'
    for box in form.fields['uid'][:count]:
        box.checked = True
    return form.submit(status=303).follow()


def decide(page, decision: str, ticked: int | None = None, **fields: str):
    """Fills in the decision; `ticked` is the number of a row, None the whole list."""
    form = form_with(page, 'Decide so for the whole list')
    form['decision'] = decision
    for name, value in fields.items():
        form[name] = value
    if ticked is not None:
        form.fields['uid'][ticked].checked = True
    return form.submit('name', index=0 if ticked is not None else 1)


class TestDue:
    def test_lists_what_is_due_and_counts_what_is_held(self, acting, signed_in, due):
        with acting('archivist') as act:
            holds.place(act, '诉讼', '案件', [lookup.by_uid(act, due[0])])
        page = signed_in('archivist').get('/due')
        assert 'On hold, not to be disposed of: 1' in page
        assert len(page.html.find_all('input', attrs={'name': 'uid'})) == 3, 'held ones cannot be picked'

    def test_opens_an_appraisal_of_all_that_fits(self, acting, signed_in, due):
        form = form_with(signed_in('archivist').get('/due?year=2026'), 'Open an appraisal')
        page = form.submit('all', status=303).follow()
        assert 'Records: 4' in page

    def test_says_which_records_stand_against_it_and_opens_with_the_rest(self, acting, signed_in, due):
        archivist = signed_in('archivist')
        form = form_with(archivist.get('/due'), 'Open an appraisal')
        for box in form.fields['uid']:
            box.checked = True
        with acting('archivist') as act:
            holds.place(act, '诉讼', '案件', [lookup.by_uid(act, due[1])])
        page = form.submit(status=200)
        assert 'is on hold' in page and 'What is left: 3' in page
        assert 'Records: 3' in form_with(page, 'Open with what is left').submit(status=303).follow()

    @pytest.mark.parametrize(
        ('person', 'opens'), [('appraiser', True), ('leader', False), ('manager', False)]
    )
    def test_offers_a_case_to_those_who_open_one(self, signed_in, due, person, opens):
        assert ('Open an appraisal' in signed_in(person).get('/due')) == opens


class TestAppraisal:
    def test_is_decided_in_bulk_and_singly_and_shows_what_is_missing(self, signed_in, due):
        address = open_appraisal(signed_in('archivist')).request.path
        appraiser = signed_in('appraiser')
        page = appraiser.get(address)
        assert '4 records are not decided yet' in page
        page = decide(page, 'condemn', reason='无价值').follow()
        page = decide(page, 'retain', ticked=0, reason='仍有用', period='d30').follow()
        assert 'Keep on · 30 years' in page.html.get_text(' ', strip=True)
        page = press(page, 'Submit the appraisal report', name='submit').follow()
        assert 'Waiting for the leader' in page

    def test_keeps_what_was_typed_where_something_is_missing(self, signed_in, due):
        address = open_appraisal(signed_in('archivist')).request.path
        form = form_with(signed_in('appraiser').get(address), 'Decide so for the whole list')
        form['reason'] = '写了一半的理由'
        form.fields['uid'][2].checked = True
        page = form.submit('name', index=0, status=409)
        assert 'Choose a decision' in page
        again = form_with(page, 'Decide so for the whole list')
        assert again['reason'].value == '写了一半的理由'
        assert [box.checked for box in again.fields['uid']] == [False, False, True, False]

    def test_is_approved_by_a_page_that_shows_what_will_happen_and_not_the_root(self, acting, signed_in, due):
        address = open_appraisal(signed_in('archivist')).request.path
        appraiser = signed_in('appraiser')
        page = decide(appraiser.get(address), 'condemn', reason='无价值').follow()
        page = decide(page, 'offer', ticked=1, reason='进馆').follow()
        press(page, 'Submit the appraisal report', name='submit')
        page = signed_in('leader').get(address)
        words = page.html.find('main').get_text(' ', strip=True)
        assert 'destruction list that you approve once more: 3' in words
        assert 'transfer to the state archives that you approve once more: 1' in words
        with acting('leader') as act:
            root = service.find(act, address.rpartition('/')[2]).list_root()
        assert root not in words and root in page.text
        page = press(page, 'Approve this list', name='approve').follow()
        assert 'Led to' in page

    def test_a_list_that_changed_meanwhile_is_not_approved(self, acting, signed_in, due):
        address = open_appraisal(signed_in('archivist')).request.path
        appraiser, leader = signed_in('appraiser'), signed_in('leader')
        page = decide(appraiser.get(address), 'condemn', reason='无价值').follow()
        press(page, 'Submit the appraisal report', name='submit')
        old = leader.get(address)
        form = form_with(leader.get(address), 'Return for another decision')
        form['comment'] = '请再议'
        form.submit('name', value='return', status=303)
        page = decide(appraiser.get(address), 'retain', ticked=0, reason='仍有用', period='D10').follow()
        press(page, 'Submit the appraisal report', name='submit')
        assert 'The list has changed' in press(old, 'Approve this list', name='approve', status=409)

    def test_its_report_is_a_page_a_pdf_a_spreadsheet_and_signed_json(self, signed_in, due):
        address = open_appraisal(signed_in('archivist')).request.path
        appraiser = signed_in('appraiser')
        page = decide(appraiser.get(address), 'condemn', reason='无价值').follow()
        press(page, 'Submit the appraisal report', name='submit')
        assert 'Appraisal report' in appraiser.get(f'{address}/report')
        assert appraiser.get(f'{address}/report?format=pdf').body.startswith(b'%PDF')
        assert zipfile.is_zipfile(io.BytesIO(appraiser.get(f'{address}/report?format=xlsx').body))
        assert json.loads(appraiser.get(f'{address}/report?format=json').body)['signature']['algorithm']
        for unknown in ('/certificate', '/report?format=exe'):
            appraiser.get(address + unknown, status=404)


class TestDestruction:
    @pytest.fixture
    def address(self, acting, due) -> str:
        return f'/cases/{condemned(acting, due)}'

    def test_its_approval_names_what_will_be_gone(self, signed_in, address):
        words = signed_in('leader').get(address).html.find('main').get_text(' ', strip=True)
        assert 'The content of exactly these 4 records, 4 files' in words

    def test_shows_every_reason_why_it_cannot_be_executed_yet(self, signed_in, address):
        press(signed_in('leader').get(address), 'Approve the destruction', name='approve')
        page = signed_in('archivist').get(address)
        assert 'Not before 2040-01-09' in page
        assert '2 witnesses still have to check the list' in page
        assert 'Destroy for good' not in page

    def test_witnesses_see_who_has_checked(self, signed_in, address):
        press(signed_in('leader').get(address), 'Approve the destruction', name='approve')
        press(signed_in('supervisor1').get(address), 'I have checked', name='witness')
        page = signed_in('supervisor2').get(address)
        assert 'everything is there and as it was filed' in page and 'supervisor1' in page
        assert 'I have checked' not in signed_in('supervisor1').get(address), 'one checks once'

    def test_counts_for_whom_it_waits(self, signed_in, address):
        def waiting(person: str) -> bool:
            return 'Waits for you' in signed_in(person).get('/cases')

        assert [waiting(person) for person in ('leader', 'archivist', 'supervisor1')] == [True, False, False]
        press(signed_in('leader').get(address), 'Approve the destruction', name='approve')
        press(signed_in('supervisor1').get(address), 'I have checked', name='witness')
        now = [waiting(person) for person in ('supervisor1', 'supervisor2', 'leader')]
        assert now == [False, True, False]

    def test_asks_for_the_name_of_the_list(self, signed_in, clock, address):
        press(signed_in('leader').get(address), 'Approve the destruction', name='approve')
        for person in ('supervisor1', 'supervisor2'):
            press(signed_in(person).get(address), 'I have checked', name='witness')
        clock.moment = clock.moment.replace(day=10)
        form = form_with(signed_in('archivist').get(address), 'Destroy for good')
        form['typed'] = '别的'
        assert 'Type the name of the list exactly' in form.submit('name', value='execute', status=422)


class TestAccess:
    @pytest.mark.parametrize('person', ['clerk', 'reader', 'outsider', 'jjc_manager', 'sysadmin', 'auditor'])
    def test_nobody_else_sees_a_case_or_its_papers(self, signed_in, due, person):
        address = open_appraisal(signed_in('archivist')).request.path
        browser = signed_in(person)
        for path in (address, f'{address}/report', '/cases', '/transfers', '/holds'):
            browser.get(path, status=404)
        assert 'Appraisal and destruction' not in browser.get('/')

    def test_the_manager_sees_the_case_of_the_units_records_and_acts_on_nothing(self, signed_in, due):
        address = open_appraisal(signed_in('archivist')).request.path
        page = signed_in('manager').get(address)
        assert len(page.html.find('main').find_all('button')) == 0
        token = page.html.find('meta', attrs={'name': 'csrf-token'})['content']
        signed_in('manager').post(address, {'name': 'cancel', 'csrf_token': token}, status=400)


def test_a_hostile_title_is_text_everywhere(signed_in, due):
    archivist = signed_in('archivist')
    listed, page = archivist.get('/due'), open_appraisal(archivist)
    for shown in (listed, page, archivist.get(f'/holds/new?uid={due[0]}')):
        assert '<script>alert' not in shown.text
        assert HOSTILE in shown.html.get_text()


@pytest.mark.parametrize('path', ['/cases', '/transfers', '/holds', '/due', '/due?clock=transfer'])
def test_an_empty_page_says_what_belongs_there(site, signed_in, path):
    page = signed_in('archivist').get(path)
    assert page.html.find(class_='empty') is not None


class TestTransfer:
    def test_goes_from_the_list_to_the_receipt_through_its_page(self, acting, site, signed_in, due):
        archivist = signed_in('archivist')
        token = archivist.get('/due').html.find('meta', attrs={'name': 'csrf-token'})['content']
        picked = {'uid': due[:2], 'kind': 'transfer', 'title': '移交一批', 'csrf_token': token}
        address = archivist.post('/cases/new', picked, status=303).follow().request.path
        press(signed_in('leader').get(address), 'Approve this list', name='approve')
        page = archivist.get(address)
        assert 'The package has not been made yet' in page
        page = press(page, 'Make the package', name='package').follow()
        assert zipfile.is_zipfile(io.BytesIO(page.click('Download the package').body))
        api = archivist.get(
            f'/api/v1{address}/package', headers={'Authorization': _basic('archivist')}, status=200
        )
        assert zipfile.is_zipfile(io.BytesIO(api.body))
        form = form_with(page, 'It was sent over a line')
        page = form.submit('name', index=0, status=303).follow()
        form = form_with(page, 'It confirms only the selected')
        form['number'], form['date'], form['receiver'] = '1号', '2041-01-01', '档案馆'
        page = form.submit('name', index=0, status=409)
        assert 'This day is still to come' in page
        form = form_with(page, 'It confirms only the selected')
        assert form['number'].value == '1号'
        form['date'] = '2039-12-30'
        form.fields['uid'][0].checked = True
        page = form.submit('name', index=1, status=303).follow()
        assert 'Not confirmed, filed again' in page and 'Transferred' in page
        item = archivist.get(f'/id/{due[0]}').maybe_follow()
        assert 'Transferred to 档案馆 by receipt 1号 of 2039-12-30' in item and '移交一批' in item
        clerk = signed_in('clerk').get(f'/id/{due[0]}').maybe_follow()
        assert 'by receipt 1号' in clerk and '移交一批' not in clerk

    def test_the_package_is_the_archivists_alone(self, acting, signed_in, due):
        archivist = signed_in('archivist')
        token = archivist.get('/due').html.find('meta', attrs={'name': 'csrf-token'})['content']
        picked = {'uid': due[:1], 'kind': 'transfer', 'title': '移交', 'csrf_token': token}
        address = archivist.post('/cases/new', picked, status=303).follow().request.path
        press(signed_in('leader').get(address), 'Approve this list', name='approve')
        press(archivist.get(address), 'Make the package', name='package')
        for person in ('leader', 'appraiser', 'manager', 'clerk'):
            signed_in(person).get(f'{address}/package', status=404)


def _basic(person: str) -> str:
    return 'Basic ' + base64.b64encode(f'{person}:{PASSWORD}'.encode()).decode()
