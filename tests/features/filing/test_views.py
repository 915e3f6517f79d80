"""The pages of filing, worked as a person without scripts does."""

import io
from urllib.parse import quote

import openpyxl
import pytest

from lantai.features.filing import service
from lantai.features.filing.model import batches_of
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.sealer import seal_all
from tests.builders.filing import approved


@pytest.fixture
def waiting(office, acting):
    """Uids of two sound records and one without an author, approved."""
    with acting('machine') as act:
        return [
            approved(act, '甲').uid,
            approved(act, '乙 <b>粗</b>', name='乙.pdf').uid,
            approved(act, '丙', author=None).uid,
        ]


def opened(browser, *uids, title='一季度'):
    browser.sign_in('archivist')
    page = browser.get('/filing')
    form = browser.form_with(page, 'fonds')
    form['title'] = title
    for box in form.fields['uid']:
        box.checked = box._value in uids
    return form.submit(status=303).follow()


def press(browser, page, value, **fields):
    form = browser.form_with(page, 'revision')
    for name, content in fields.items():
        form[name] = content
    return form.submit('act', value=value)


def state(acting, uid):
    with acting('machine') as act:
        item = act.repository.by_uid(uid)
        return item.state, item.reference_code


def refusals(site):
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    with site.database.reading() as repository:
        events = [entry.event for entry in event_log(repository).entries(0, 1000)]
    return [(event['error'], event['conditions']) for event in events if event['act'] == 'refused']


def test_what_is_approved_is_listed_with_the_series_it_will_go_to(browser, waiting):
    browser.sign_in('archivist')
    page = browser.get('/filing')
    assert page.text.count('name="uid"') == 3
    assert '乙 &lt;b&gt;粗&lt;/b&gt;' in page and '办公室' in page


@pytest.mark.parametrize('person', ['clerk', 'manager', 'unitarchivist', 'reader', 'sysadmin', 'outsider'])
def test_the_pages_do_not_exist_for_who_does_not_file(browser, waiting, acting, person):
    with acting('archivist') as act:
        batch = service.open_batch(act, act.repository['Z109'], '', [act.repository.by_uid(waiting[0])])
        batch_id = batch.id
    browser.sign_in(person)
    for address in (
        '/filing',
        f'/filing/{batch_id}',
        f'/filing/{batch_id}/register',
        f'/filing/one?uid={waiting[0]}',
        f'/filing?item={waiting[0]}',
    ):
        browser.get(address, status=404)
    assert 'href="/filing"' not in browser.get('/').text


def test_a_batch_is_put_in_order_and_filed_by_buttons_alone(browser, waiting, acting):
    page = opened(browser, *waiting[:2])
    assert 'Z109-WS·2026·D30·BGS-0001' in page and 'Nothing stops this batch' in page
    rows = [row.attrs['data-uid'] for row in page.html.select('tbody tr')]
    page = press(browser, page, f'down:{rows[0]}').follow()
    assert [row.attrs['data-uid'] for row in page.html.select('tbody tr')] == rows[::-1]
    done = press(browser, page, 'confirm', comment='一季度归档').follow()
    assert 'Filed: 2 records' in done
    assert state(acting, rows[1]) == ('filed', 'Z109-WS·2026·D30·BGS-0001')
    assert state(acting, rows[0]) == ('filed', 'Z109-WS·2026·D30·BGS-0002')


def test_a_dragged_order_is_sent_as_a_whole(browser, waiting):
    page = opened(browser, *waiting[:2])
    rows = [row.attrs['data-uid'] for row in page.html.select('tbody tr')]
    page = press(browser, page, 'order', order=' '.join(rows[::-1])).follow()
    assert [row.attrs['data-uid'] for row in page.html.select('tbody tr')] == rows[::-1]


def test_what_stops_the_batch_is_said_at_the_record_with_the_place_to_mend_it(browser, waiting, acting):
    page = opened(browser, *waiting)
    stops = [' '.join(span.get_text(' ').split()) for span in page.html.select('tbody .bad')]
    assert stops == ['Stops: Author is missing Put right']
    assert page.html.select('tbody .bad a')[0]['href'].endswith('#field-author')
    assert not page.html.select('button[value=confirm]')
    box = next(
        box for box in browser.form_with(page, 'revision').fields['picked'] if box._value == waiting[2]
    )
    box.checked = True
    page = box.form.submit('act', value='remove').follow()
    assert page.html.select('button[value=confirm]')
    assert state(acting, waiting[2]) == ('approved', None)


def test_a_refused_confirmation_changes_nothing_and_lists_the_reasons(browser, waiting, acting, office):
    page = opened(browser, *waiting[:2])
    with acting('machine') as act:
        item = act.repository.by_uid(waiting[0])
        item.metadata = {key: value for key, value in item.metadata.items() if key != 'author'}
    form = browser.form_with(page, 'revision')
    refused = form.submit('act', value='confirm', status=303).follow()
    assert 'cannot be filed yet; nothing was changed' in refused and 'Author is missing' in refused
    assert refusals(office) == [('batch-refused', ['required'])]
    assert state(acting, waiting[1]) == ('approved', None)


def test_a_confirmation_of_an_older_look_is_refused(browser, waiting, acting):
    page = opened(browser, *waiting[:2])
    press(browser, page, f'down:{page.html.select("tbody tr")[0].attrs["data-uid"]}')
    form = browser.form_with(page, 'revision')
    assert 'has changed since you looked at it' in form.submit('act', value='confirm', status=303).follow()
    assert state(acting, waiting[0]) == ('approved', None)


def test_a_form_without_its_token_is_refused(browser, waiting, acting):
    page = opened(browser, *waiting[:2])
    browser.post(page.request.path, {'act': 'confirm'}, status=400)
    browser.post('/filing', {'fonds': 'Z109', 'uid': waiting[2]}, status=400)
    browser.post('/filing/one', {'uid': waiting[2]}, status=400)
    assert state(acting, waiting[0]) == ('approved', None)


@pytest.mark.parametrize('act', ['', 'nonsense', 'up:nobody', 'down:', 'order'])
def test_nonsense_is_refused(browser, waiting, act):
    page = opened(browser, *waiting[:2])
    form = browser.form_with(page, 'revision')
    assert form.submit('act', value=act, expect_errors=True).status_int in (409, 422)


def test_one_record_is_filed_on_a_page_of_its_own(browser, waiting, acting):
    browser.sign_in('archivist')
    page = browser.get(f'/filing?item={waiting[0]}', status=303).follow()
    assert 'Z109-WS·2026·D30·BGS-0001' in page and '2057-01-01' in page
    form = browser.form_with(page, 'uid')
    form['comment'] = '归档'
    done = form.submit(status=303).follow()
    assert 'Filed as Z109-WS·2026·D30·BGS-0001' in done
    browser.get(f'/filing/one?uid={waiting[0]}', status=404)
    page = browser.get(f'/filing/one?uid={waiting[2]}')
    assert 'File this record' not in page and 'Not possible yet' in page


def test_a_record_on_a_batch_leads_to_it(browser, waiting):
    page = opened(browser, *waiting[:1])
    assert browser.get(f'/filing?item={waiting[0]}', status=303).location.endswith(page.request.path)


def test_a_dissolved_batch_is_gone(browser, waiting):
    page = opened(browser, *waiting[:2])
    after = press(browser, page, 'drop').follow()
    assert 'The batch is dissolved' in after
    browser.get(page.request.path, status=404)


def test_the_register_is_the_form_of_the_standard(browser, waiting):
    page = opened(browser, *waiting[:2])
    assert 'made when the batch is filed' in browser.get(page.request.path + '/register')
    press(browser, page, 'confirm')
    register = browser.get(page.request.path + '/register')
    headings = [cell.get_text(strip=True) for cell in register.html.select('table.form th')]
    assert headings == [
        'Name of the body',
        'Time of filing',
        'Category of the records',
        'Quantity',
        'Way of filing',
        'Reference codes',
        'Checks and results',
        'Units that made and handled them',
        'Archives department',
    ]
    assert '保税区管理局' in register and '2026-03-02' in register and 'Not run' in register


def test_the_catalogue_as_page_print_and_spreadsheet(browser, waiting):
    press(browser, opened(browser, *waiting[:2]), 'confirm')
    page = browser.get('/catalogue/Z109/WS/2026')
    assert len(page.html.select('table.catalogue tbody tr')) == 2
    assert len(browser.get('/catalogue/Z109?format=print').html.select('table.catalogue tbody tr')) == 2
    assert not browser.get('/catalogue/Z109?year=2025').html.select('table.catalogue')
    assert (
        len(
            browser.get('/catalogue/Z109?year=2026&period=D30&unit=BGS').html.select(
                'table.catalogue tbody tr'
            )
        )
        == 2
    )
    assert 'This filter cannot be used' in browser.get('/catalogue/Z109?year=x')
    answer = browser.get('/catalogue/Z109?format=xlsx')
    assert answer.content_type.endswith('spreadsheetml.sheet')
    assert openpyxl.load_workbook(io.BytesIO(answer.body)).active.max_row == 3
    browser.get('/catalogue/Z109/WS/2026/D30/BGS/' + quote('甲.pdf'), status=404)
    browser.get('/catalogue/nowhere', status=404)
    browser.sign_in('reader')
    assert not browser.get('/catalogue/Z109').html.select('table.catalogue')


def test_a_large_batch_is_handed_to_a_job_and_its_page_shows_how_far_it_is(
    browser, waiting, acting, monkeypatch
):
    monkeypatch.setattr(service, 'AT_ONCE', 1)
    page = opened(browser, *waiting[:2])
    after = press(browser, page, 'confirm').follow()
    assert after.html.select('progress') and after.headers['Refresh'] == '2'
    assert state(acting, waiting[0]) == ('approved', None)
    with acting('archivist') as act:
        assert not batches_of(act.repository).codes


def test_files_that_are_not_looked_at_yet_are_counted_and_the_next_look_goes_on(
    browser, waiting, monkeypatch
):
    from lantai.features.filing.views import batch

    monkeypatch.setattr(batch, 'PATIENCE', 0)
    page = opened(browser, *waiting[:2])
    assert 'Files still to be looked at: 2' in ' '.join(page.html.get_text(' ').split())
    assert page.headers['Refresh'] == '1' and not page.html.select('button[value=confirm]')
    monkeypatch.setattr(batch, 'PATIENCE', 60)
    page = browser.get(page.request.path)
    assert 'Refresh' not in page.headers and page.html.select('button[value=confirm]')
