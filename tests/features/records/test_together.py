"""A step for all that match a filter: at once while they are few, as a job when they are more."""

from __future__ import annotations

import pytest

from lantai.features.records import deposit, service, together
from lantai.features.records.lookup import find
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.worker import work_off
from tests.builders.browser import at, csrf_of
from tests.builders.office import body
from tests.features.records.drafts import COMPLETE, PDF, SERIES


@pytest.fixture
def five(acting):
    """Five records that wait for the manager, and a draft of the clerk that cannot be submitted."""
    with acting('clerk') as act:
        for number in range(5):
            put = deposit.put(act, find(act, SERIES), f'{number}.pdf', body(act, PDF), metadata=COMPLETE)
            service.transition(act, put.node, 'submit')
        deposit.put(act, find(act, SERIES), 'bare.pdf', body(act, PDF))


def states(acting) -> list[str]:
    with acting('machine') as act:
        return sorted(item.state for item in find(act, SERIES).values())


def press(page, words: str):
    """Presses the button with these words, as a browser without scripts does."""
    button = next(each for each in page.html.select('.for-all button') if words in each.get_text())
    data = {'csrf_token': csrf_of(page), 'all': button['value'], 'back': page.request.path_qs}
    return page.test_app.post(button['formaction'], data)


def test_the_button_says_how_many_and_takes_them_all(signed_in, acting, five):
    page = signed_in('manager').get(at('archive', *SERIES))
    assert 'Approve (5)' in page
    press(page, 'Approve').follow()
    assert states(acting) == ['approved'] * 5 + ['draft']


def test_only_what_matches_the_words_is_taken(signed_in, acting, site, five):
    with acting('clerk') as act:
        for number in range(2):
            metadata = {**COMPLETE, 'title': '防汛值班安排'}
            put = deposit.put(act, find(act, SERIES), f'f{number}.pdf', body(act, PDF), metadata=metadata)
            service.transition(act, put.node, 'submit')
    work_off(site)
    page = signed_in('manager').get(at('archive', *SERIES), {'words': '防汛'})
    assert 'Approve (2)' in page
    press(page, 'Approve')
    assert states(acting).count('approved') == 2


def test_what_cannot_take_it_says_why(signed_in, acting, five):
    answer = press(signed_in('manager').get(at('archive', *SERIES)), 'Return')
    assert 'Not done: 5' in answer and states(acting).count('submitted') == 5


def test_all_that_waits_is_taken_from_the_queue(signed_in, acting, five):
    page = signed_in('manager').get('/approvals')
    press(page, 'Approve (5)')
    assert states(acting).count('approved') == 5


def test_somebody_without_the_right_takes_nothing(signed_in, acting, five):
    browser = signed_in('reader')
    token = csrf_of(browser.get('/'))
    browser.post(at('all-steps', *SERIES), {'csrf_token': token, 'all': 'approve'}, status='*')
    assert 'approved' not in states(acting)


def test_many_become_a_job_with_an_outcome_for_each(signed_in, acting, site, five, monkeypatch):
    monkeypatch.setattr(together, 'DIRECT', 2)
    answer = press(signed_in('manager').get(at('archive', *SERIES)), 'Approve')
    with acting('clerk') as act:
        service.transition(act, find(act, (*SERIES, '3.pdf')), 'withdraw')
    assert '/jobs/' in answer.location
    work_off(site)
    with acting('machine') as act:
        (job,) = [each for each in jobs_of(act.repository).by_id.values() if each.kind == together.KIND]
        assert (job.state, job.done, job.failed, job.total) == ('done', 4, 1, 5)
        assert next(line['path'] for line in job.lines.values()).endswith('3.pdf')
    assert states(acting).count('approved') == 4
