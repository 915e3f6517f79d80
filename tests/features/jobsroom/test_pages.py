"""The pages of long work: progress, outcome per object, and that they stay until read."""

import pytest

from lantai.services.content import factory
from lantai.services.jobs import service
from lantai.services.jobs.running import Runner
from tests.builders import jobs as _kinds  # noqa: F401 (registers them)


def text_of(page):
    return ' '.join(page.html.select_one('#main').get_text(' ', strip=True).split())


def form_to(page, ending):
    return next(form for form in page.forms.values() if form.action.endswith(ending))


@pytest.fixture
def make(acting):
    def make(kind='test-count', person='clerk', **params):
        with acting(person) as act:
            return service.create(act, kind, {'n': 20, **params}).id

    return make


def test_who_never_had_a_job_has_no_entry_in_the_menu_and_an_explaining_page(browser):
    app = browser('clerk')
    page = app.get('/jobs')
    assert 'No long work yet' in text_of(page)
    assert 'href="/jobs"' not in app.get('/account').text


def test_a_job_under_way_shows_its_progress_and_loads_again(browser, make, site):
    job_id = make()
    Runner(site).run(job_id, seconds=0)
    Runner(site).run(job_id, seconds=0)
    app = browser('clerk')
    page = app.get('/jobs')
    assert page.html.select_one('meta[http-equiv=refresh]')
    assert 'Under way' in text_of(page) and '3 / 20' in text_of(page)
    one = app.get(f'/jobs/{job_id}')
    assert one.html.select_one('progress')['value'] == '15'
    assert 'href="/jobs"' in app.get('/account').text


def test_a_finished_one_says_what_became_of_each_and_stays_until_read(browser, make, site):
    job_id = make()
    Runner(site).run(job_id, seconds=60)
    app = browser('clerk')
    page = app.get('/jobs')
    assert 'Done, with failures' in text_of(page) and '14 done · 4 skipped · 2 failed' in text_of(page)
    assert 'not yet read' in text_of(page) and not page.html.select_one('meta[http-equiv=refresh]')
    one = app.get(f'/jobs/{job_id}')
    assert 'A seventh one' in text_of(one) and '/6' in text_of(one)
    after = form_to(one, '/read').submit().follow()
    assert 'not yet read' not in text_of(after) and 'Earlier' in text_of(after)
    assert job_id in after.text


def test_cancelling(browser, make, site):
    job_id = make()
    app = browser('clerk')
    page = form_to(app.get(f'/jobs/{job_id}'), '/cancel').submit().follow()
    assert 'It stops after the step it is at' in text_of(page)
    Runner(site).run(job_id, seconds=60)
    page = app.get(f'/jobs/{job_id}')
    assert 'Cancelled' in text_of(page)
    assert not [form for form in page.forms.values() if form.action.endswith('/cancel')]


def test_cancelling_what_has_just_finished_is_told_plainly(browser, make, site):
    job_id = make()
    app = browser('clerk')
    page = app.get(f'/jobs/{job_id}')
    Runner(site).run(job_id, seconds=60)
    sent = form_to(page, '/cancel').submit(status=409)
    assert 'finished already' in sent.text


def test_a_failed_one_is_not_called_done(browser, make, site):
    job_id = make('test-refused')
    Runner(site).run(job_id, seconds=60)
    page = browser('clerk').get(f'/jobs/{job_id}')
    assert 'Not finished' in text_of(page) and 'Too late' in text_of(page) and 'Not reached' in text_of(page)


@pytest.mark.parametrize('person', ['clerk2', 'manager', 'auditor', 'outsider'])
def test_a_job_is_nobody_elses(browser, make, person):
    job_id = make()
    app = browser(person)
    app.get(f'/jobs/{job_id}', status=404)
    assert job_id not in app.get('/jobs').text


def test_the_system_administrator_sees_that_it_runs_and_may_stop_it(browser, make, site):
    job_id = make()
    app = browser('sysadmin')
    assert 'Of other people' in text_of(app.get('/jobs'))
    Runner(site).run(job_id, seconds=60)
    page = app.get(f'/jobs/{job_id}')
    assert '/6' not in text_of(page) and '2' in text_of(page)
    assert not [form for form in page.forms.values() if form.action.endswith('/read')]


def test_a_line_leads_to_its_record_only_where_that_may_be_seen(browser, acting, site):
    with acting('machine') as act:
        series = act.repository['Z109']['WS']['2026']['D30']['BGS']
        item = factory.create(act, series, 'item', '件.pdf')
        item.fonds_code, item.unit, item.creator = 'Z109', 'BGS', 'clerk'
        item.touch(act.clock)
        uid = item.uid
    for person, links in (('clerk', 1), ('outsider', 0)):
        with acting(person) as act:
            job = service.create(act, 'test-count', {'n': 0})
            job.say('said', 'Something was said', uid=uid, path='/x')
            job_id = job.id
        page = browser(person).get(f'/jobs/{job_id}')
        assert len(page.html.select('main table.list a')) == links
        assert 'Something was said' in text_of(page)


@pytest.mark.parametrize('job_id', ['x', '..', '%F0%9F%98%80', 'a' * 500])
def test_an_address_that_is_no_job_is_not_found(browser, job_id):
    browser('clerk').get(f'/jobs/{job_id}', status=(400, 404))


def test_in_chinese(browser, make, site):
    job_id = make()
    Runner(site).run(job_id, seconds=60)
    page = browser('clerk', 'zh-CN').get(f'/jobs/{job_id}')
    assert '已完成，有失败' in text_of(page) and '已阅' in text_of(page)
