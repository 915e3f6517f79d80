"""The pages of holds: placing one from a record's page or a list, what it does there, releasing it."""

from __future__ import annotations

import pytest

from lantai.features.records import lookup
from tests.builders.browser import at, browsers
from tests.builders.cases import filed_items

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')


@pytest.fixture
def filed(site, acting) -> list[str]:
    return filed_items(site, acting, ['甲', '乙'], period='D30', year=2026)


@pytest.fixture
def archivist(site, filed):
    return browsers(site)('archivist')


def place(page, title: str = '诉讼', reason: str = '案件未结'):
    form = next(form for form in page.forms.values() if 'reason' in form.fields)
    form['title'], form['reason'] = title, reason
    return form.submit(status=303).follow()


def test_a_record_is_put_on_hold_from_its_page_and_says_so_there(site, acting, filed, archivist):
    page = archivist.get(f'/id/{filed[0]}').maybe_follow()
    page = place(page.click('Put on hold'))
    assert 'In force' in page
    page = archivist.get(f'/id/{filed[0]}').maybe_follow()
    assert 'On hold: not appraised, destroyed or transferred until it is released' in page
    assert '诉讼' in page and 'Filed · on hold' in page
    clerk = browsers(site)('clerk').get(f'/id/{filed[0]}').maybe_follow()
    assert 'On hold' in clerk and '诉讼' not in clerk, 'its name is not everybody’s business'


def test_several_are_put_on_hold_from_a_list(acting, filed, archivist):
    page = archivist.get(at('archive', *SERIES))
    form = next(form for form in page.forms.values() if 'uid' in form.fields)
    token = form['csrf_token'].value
    page = archivist.post('/holds/new', {'uid': filed, 'choose': '1', 'csrf_token': token})
    place(page)
    with acting('archivist') as act:
        assert all(lookup.by_uid(act, uid).held for uid in filed)


def test_a_series_is_put_on_hold_with_all_below(acting, filed, archivist):
    place(archivist.get(at('archive', *SERIES)).click('Put on hold'))
    page = archivist.get(f'/id/{filed[0]}').maybe_follow()
    assert 'What it lies in is on hold' in page


def test_name_and_reason_are_needed_and_nothing_typed_is_lost(filed, archivist):
    page = archivist.get(f'/holds/new?uid={filed[0]}')
    form = next(form for form in page.forms.values() if 'reason' in form.fields)
    form['title'] = '诉讼'
    page = form.submit(status=422)
    form = next(form for form in page.forms.values() if 'reason' in form.fields)
    assert (form['title'].value, form.fields['uid'][0].value) == ('诉讼', filed[0])
    assert 'This is needed' in page


def test_it_is_released_with_a_reason_and_stays_on_record(acting, filed, archivist):
    page = place(archivist.get(f'/holds/new?uid={filed[0]}'))
    form = next(form for form in page.forms.values() if 'reason' in form.fields)
    form['reason'] = '已结案'
    page = form.submit(status=303).follow()
    assert 'Released because:' in page and '已结案' in page
    assert 'Release the hold' not in page
    with acting('archivist') as act:
        assert not lookup.by_uid(act, filed[0]).held


@pytest.mark.parametrize(
    ('person', 'status'), [('leader', 200), ('appraiser', 200), ('supervisor1', 200), ('clerk', 404)]
)
def test_who_sees_holds(site, filed, archivist, person, status):
    address = place(archivist.get(f'/holds/new?uid={filed[0]}')).request.path
    browser = browsers(site)(person)
    page = browser.get(address, status=status)
    browser.get('/holds', status=status)
    assert 'Release the hold' not in page, 'that is the archivist’s'
