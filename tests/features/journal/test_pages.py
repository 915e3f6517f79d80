"""The page of the log as the auditor uses it."""

import pytest

from lantai.features.verification import jobs as _verification  # noqa: F401 (registers the job)
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.record import record


def text_of(page):
    return ' '.join(page.html.select_one('#main').get_text(' ', strip=True).split())


def rows(page):
    return [
        ' '.join(row.get_text(' ', strip=True).split()) for row in page.html.select('table.list tbody tr')
    ]


@pytest.fixture
def auditor(browser, seal):
    app = browser('auditor')
    seal()
    return app


def test_events_stand_there_as_sentences_with_the_state_of_the_evidence(auditor):
    page = auditor.get('/journal')
    assert 'Evidence Intact' in text_of(page)
    assert 'signed in from 10.0.0.1' in rows(page)[0]
    assert any('created: Series' in row for row in rows(page))


def test_in_chinese(browser, seal):
    app = browser('auditor', 'zh-CN')
    seal()
    page = app.get('/journal')
    assert '证据 完好' in text_of(page)
    assert '登录' in rows(page)[0] and '新建：类目' in ' '.join(rows(page))


def test_no_title_of_a_record_is_on_it(site, acting, browser, seal):
    with acting('machine') as act:
        series = act.repository['Z109']['WS']['2026']['D30']['BGS']
        item = factory.create(act, series, 'item', '绝密题名.pdf')
        uid = item.uid
    app = browser('auditor')
    seal()
    page = app.get('/journal', {'object': uid})
    assert rows(page) and '绝密题名' not in page.text


def test_filters_narrow_and_stay_in_the_form(auditor):
    page = auditor.get('/journal', {'actor': 'auditor', 'act': 'login', 'object': '', 'day': '2026-03-02'})
    assert len(rows(page)) == 1
    form = page.html.select_one('main form[role=search]')
    assert form.select_one('[name=actor]')['value'] == 'auditor'
    assert form.select_one('option[selected]')['value'] == 'login'
    assert form.select_one('[name=day]')['value'] == '2026-03-02'
    assert rows(auditor.get('/journal', {'actor': 'nobody'})) == []
    assert 'No event fits' in text_of(auditor.get('/journal', {'actor': 'nobody'}))


@pytest.mark.parametrize(
    ('query', 'message'),
    [
        ({'day': 'yesterday'}, 'A date is written as 2021-03-02'),
        ({'act': 'no.such'}, 'There is no such kind of event'),
        ({'actor': 'x' * 101}, 'No more than 100 characters'),
        ({'before': 'x'}, 'This is not a number'),
        ({'after': '-1'}, 'This is not a number'),
    ],
)
def test_a_filter_that_cannot_be_says_what_would_be_right(auditor, query, message):
    page = auditor.get('/journal', query)
    assert page.html.select('[role=alert]') and message in page.text
    for value in query.values():
        if 'day' in query or 'actor' in query:
            assert value in page.text


def test_pages_go_to_the_end_and_back(auditor, acting, seal):
    with acting('clerk') as act:
        for _ in range(200):
            record(act, Event.LOGIN, address='10.0.0.2')
    seal()
    page, seen = auditor.get('/journal'), []
    while True:
        seen += [row['id'] for row in page.html.select('table.list tbody tr')]
        older = page.html.select_one('a[rel=next]')
        if older is None:
            break
        page = auditor.get(older['href'])
    assert len(seen) == len(set(seen)) > 200
    assert page.html.select_one('a[rel=prev]') is not None
    first = auditor.get(page.html.select_one('.pager a')['href'])
    assert first.html.select_one('table.list tbody tr')['id'] == seen[0]


@pytest.mark.parametrize('person', ['clerk', 'archivist', 'sysadmin', 'security'])
def test_for_others_there_is_no_such_page_and_no_entry_in_the_menu(browser, person):
    app = browser(person)
    app.get('/journal', status=404)
    app.post('/journal/verify', status=(400, 404))
    assert '/journal' not in app.get('/account').text


def test_it_is_in_the_auditors_menu(auditor):
    assert 'href="/journal"' in auditor.get('/journal').text


def test_damage_shows_in_one_word_and_the_event_is_still_there(site, auditor):
    def damage(repository, _manager):
        log = event_log(repository)
        number = (log.size - 1) >> 6
        chunk = log.chunks[number]
        chunk.leaves = (*chunk.leaves[:-1], b'\xff{')
        log.head.signature = bytes(64)

    site.database.transact(damage)
    page = auditor.get('/journal')
    assert 'Evidence Damaged' in text_of(page)
    assert 'This event cannot be read' in rows(page)[0]


@pytest.mark.parametrize('part', ['tiles', 'chunks'])
def test_a_log_in_pieces_is_a_page_that_says_so(site, auditor, part):
    site.database.transact(lambda repository, _manager: getattr(event_log(repository), part).clear())
    page = auditor.get('/journal')
    assert 'Evidence Damaged' in text_of(page)
    assert ('event 0 is missing' in text_of(page)) == (part == 'chunks')


def test_verifying_everything_is_a_job_and_its_result_stands_above(site, auditor):
    from lantai.services.jobs.running import Runner

    page = auditor.get('/journal')
    assert 'not yet verified as a whole' in text_of(page)
    form = next(form for form in page.forms.values() if form.action.endswith('/journal/verify'))
    sent = form.submit()
    assert sent.status_int == 303 and '/jobs/' in sent.location
    runner = Runner(site)
    for job_id in runner.open_jobs():
        runner.run_to_end(job_id)
    assert 'verified as a whole' in text_of(auditor.get('/journal'))
    assert 'Done' in text_of(auditor.get(sent.location))


def test_an_empty_log_says_what_will_be_here(browser):
    app = browser('auditor')
    page = app.get('/journal')
    assert 'Nothing is sealed yet' in text_of(page)
