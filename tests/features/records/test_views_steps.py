"""Steps of the workflow, one record or several at once, and what is logged of a refusal."""

from __future__ import annotations

import pytest

from lantai.features.records import deposit, service
from lantai.features.records.lookup import find
from lantai.services.eventlog.log import event_log
from tests.builders.browser import at, csrf_of, form_to
from tests.builders.office import body
from tests.features.records.drafts import COMPLETE, PDF, SERIES, state


class TestSteps:
    def test_submitting_and_sending_back_with_a_comment(self, draft, signed_in, acting):
        clerk, manager = signed_in('clerk'), signed_in('manager')
        form_to(clerk.get(at('archive', *draft)), at('step', *draft)).submit('name').follow()
        assert state(acting, draft) == 'submitted'
        form = form_to(manager.get(at('step', *draft), {'name': 'return'}), at('step', *draft))
        page = form.submit(status=409)
        assert 'Please say why' in page.html.find(id='field-comment').get_text()
        form = form_to(page, at('step', *draft))
        form['comment'] = '缺附件'
        form.submit().follow()
        assert state(acting, draft) == 'draft'
        assert '缺附件' in clerk.get(at('archive', *draft))

    def test_a_step_of_somebody_else_is_not_there(self, draft, signed_in):
        signed_in('clerk').get(at('step', *draft), {'name': 'approve'}, status=404)

    def test_excluding_asks_for_the_rule(self, draft, signed_in, acting):
        archivist = signed_in('archivist')
        form = form_to(archivist.get(at('step', *draft), {'name': 'exclude'}), at('step', *draft))
        form['comment'] = '不属于归档范围'
        page = form.submit(status=409)
        assert page.html.find(id='field-rule').find(class_='error')
        assert page.html.find(id='in-comment').get_text() == '不属于归档范围'

    def test_the_history_tells_who_did_what(self, draft, signed_in):
        browser = signed_in('clerk')
        form_to(browser.get(at('archive', *draft)), at('step', *draft)).submit('name').follow()
        page = browser.get(at('history', *draft))
        lines = [line.get_text(' ', strip=True) for line in page.html.select('.log li')]
        assert 'Submitted' in lines[0] and 'clerk' in lines[0]
        assert 'File “通知.pdf” stored' in lines[1]


class TestApprovals:
    @pytest.fixture
    def three(self, acting):
        with acting('clerk') as act:
            for number in range(3):
                item = deposit.put(
                    act,
                    find(act, SERIES),
                    f'{number}.pdf',
                    body(act, PDF),
                    metadata={**COMPLETE, 'title': f'Notice {number}'},
                ).node
                service.transition(act, item, 'submit')

    def test_several_at_once(self, three, signed_in, acting):
        manager = signed_in('manager')
        page = manager.get('/approvals')
        assert [row.find('a').get_text() for row in page.html.select('main tbody tr')] == [
            'Notice 0',
            'Notice 1',
            'Notice 2',
        ]
        form = form_to(page, '/steps')
        for box in form.fields['uid'][:2]:
            box.checked = True
        assert 'Done for 2' in form.submit('name', index=0).follow()
        assert [state(acting, (*SERIES, f'{number}.pdf')) for number in range(3)] == [
            'approved',
            'approved',
            'submitted',
        ]

    def test_returning_without_a_comment_says_so_for_each_and_changes_none(self, three, signed_in, acting):
        form = form_to(signed_in('manager').get('/approvals'), '/steps')
        for box in form.fields['uid']:
            box.checked = True
        page = form.submit('name', index=1)
        assert page.text.count('Please say why') == 3 and 'Not done: 3' in page
        assert page.html.find('h1').get_text() == 'Return'
        assert state(acting, (*SERIES, '0.pdf')) == 'submitted'

    def test_the_comment_is_asked_for_right_there(self, three, signed_in, acting):
        form = form_to(signed_in('manager').get('/approvals'), '/steps')
        for box in form.fields['uid'][:2]:
            box.checked = True
        again = form_to(form.submit('name', index=1), '/steps')
        again['comment'] = '请补附件'
        assert 'Done for 2' in again.submit().follow()
        assert [state(acting, (*SERIES, f'{number}.pdf')) for number in range(3)] == [
            'draft',
            'draft',
            'submitted',
        ]

    def test_one_that_cannot_takes_no_other_with_it(self, three, signed_in, acting):
        form = form_to(signed_in('manager').get('/approvals'), '/steps')
        with acting('clerk') as act:
            service.transition(act, find(act, (*SERIES, '1.pdf')), 'withdraw')
        for box in form.fields['uid']:
            box.checked = True
        page = form.submit('name', index=0)
        assert 'Done: 2' in page and 'Not done: 1' in page
        assert [state(acting, (*SERIES, f'{number}.pdf')) for number in range(3)] == [
            'approved',
            'draft',
            'approved',
        ]

    def test_nothing_selected_is_told(self, three, signed_in):
        form = form_to(signed_in('manager').get('/approvals'), '/steps')
        assert 'Select at least one record' in form.submit('name', index=0).follow()

    def test_a_uid_of_nowhere_gives_away_nothing(self, three, signed_in):
        manager = signed_in('manager')
        token = csrf_of(manager.get('/approvals'))
        page = manager.post(
            '/steps', {'csrf_token': token, 'name': 'approve', 'uid': 'nonsense', 'back': '/'}
        )
        assert 'A record that is no longer here' in page

    def test_the_start_page_shows_what_waits_and_the_figure_is_the_same(self, three, signed_in):
        page = signed_in('manager').get('/')
        assert 'Notice 0' in page
        figures = {each.get_text(strip=True) for each in page.html.select('a[href="/approvals"] .count')}
        assert figures == {'3'}

    def test_nobody_else_has_them_in_front_of_them(self, three, signed_in):
        for person in ('clerk', 'jjc_manager', 'reader', 'outsider', 'auditor'):
            assert 'Nothing waits for you' in signed_in(person).get('/approvals')


class TestRefusals:
    def test_what_a_page_shows_itself_is_logged_all_the_same(self, draft, signed_in, site):
        def refusals():
            with site.reading() as act:
                log = event_log(act.repository)
                return log.size + log.waiting

        browser = signed_in('archivist')
        form = form_to(browser.get(at('step', *draft), {'name': 'exclude'}), at('step', *draft))
        before = refusals()
        form.submit(status=409)
        assert refusals() == before + 1
        assert browser.get(at('archive', *draft)).html.select_one('.state')['data-state'] == 'draft'
