"""The inbox, a folder being arranged, and upload, in the browser."""

from __future__ import annotations

import pytest
from webtest import Upload

from lantai.features.records import deposit, service
from lantai.features.records.lookup import find
from tests.builders.browser import at, csrf_of, form_to
from tests.builders.office import body

FOLDER = ('收集', '五月')
COMPLETE = {'title': '关于防汛的通知', 'author': '办公室', 'date': '2026-05-06', 'retention_period': 'D10'}


@pytest.fixture
def folder(acting):
    """One complete record, one that wants author and date, one with an empty file."""
    with acting('clerk') as act:
        place = service.create(act, find(act, ('收集',)), 'folder', name='五月', title='五月收集')
        deposit.put(act, place, '一.pdf', body(act, b'%PDF-1.4 1'), metadata=COMPLETE)
        deposit.put(act, place, '二.pdf', body(act, b'%PDF-1.4 2'), metadata={'title': '二'})
        deposit.put(act, place, '三.pdf', body(act, b''), metadata=COMPLETE)
    return FOLDER


def arrange(page):
    return next(form for form in page.forms.values() if '/arrange/' in form.action and 'uid' in form.fields)


def tick(form, *places):
    for place in places:
        form.fields['uid'][place].checked = True


def press(form, button):
    place = next(n for n, each in enumerate(form.fields['do']) if each._value == button)
    return form.submit('do', index=place)


class TestTheInbox:
    def test_it_is_one_click_from_everywhere_and_counts_what_one_sees(self, folder, signed_in):
        browser = signed_in('clerk')
        page = browser.get('/inbox').follow()
        assert page.request.path == at('archive', '收集')
        assert '五月收集' in page
        assert page.html.select_one('a[href="/inbox"] .count').get_text() == '1'

    def test_folders_of_others_are_not_there(self, folder, signed_in):
        page = signed_in('clerk2').get('/inbox').follow()
        assert '五月收集' not in page and 'The inbox is empty' in page
        assert not page.html.select('a[href="/inbox"] .count')

    def test_a_new_folder(self, signed_in, acting):
        browser = signed_in('clerk')
        form = form_to(browser.get(at('new/folder', '收集')), at('new/folder', '收集'))
        form['title'] = '六月/收文'
        form.submit().follow()
        with acting('clerk') as act:
            assert [node.title for node in find(act, ('收集',)).values()] == ['六月/收文']


class TestTheFolder:
    def test_it_says_what_cannot_be_submitted_yet_and_why(self, folder, signed_in):
        page = signed_in('clerk').get(at('archive', *folder))
        note = page.html.select_one('.note.warn').get_text(' ', strip=True)
        assert 'Cannot be submitted yet: 2' in note
        assert 'empty file' in note and 'Author is missing' in note
        assert 'Submit the 1 that are complete' in page.html.find('main').get_text(' ', strip=True)

    def test_what_is_missing_is_filled_in_right_there(self, folder, signed_in, acting):
        form = arrange(signed_in('clerk').get(at('archive', *folder)))
        fields = {name.rpartition('.')[2]: name for name in form.fields if name and name.startswith('fill.')}
        assert set(fields) == {'author', 'date'}
        form[fields['author']], form[fields['date']] = '财务处', '2026-05-07'
        assert 'Saved: 1' in press(form, 'fill').follow()
        with acting('clerk') as act:
            assert find(act, (*folder, '二.pdf')).metadata['author'] == '财务处'

    def test_what_is_complete_is_submitted_and_the_rest_stays(self, folder, signed_in, acting):
        page = signed_in('clerk').get(at('archive', *folder))
        form = next(form for form in page.forms.values() if 'complete' in form.fields)
        assert 'Submitted for review: 1' in form.submit('do').follow()
        with acting('clerk') as act:
            states = [find(act, (*folder, name)).state for name in ('一.pdf', '二.pdf', '三.pdf')]
        assert states == ['submitted', 'draft', 'draft']

    def test_the_selected_are_joined(self, folder, signed_in, acting):
        form = arrange(signed_in('clerk').get(at('archive', *folder)))
        tick(form, 0, 1)
        page = press(form, 'join').follow()
        assert len(page.html.select('.files li')) == 2
        assert 'Joined with' in page

    def test_the_selected_are_described_together(self, folder, signed_in, acting):
        form = arrange(signed_in('clerk').get(at('archive', *folder)))
        tick(form, 0, 1, 2)
        form['all.keyword'] = '防汛'
        press(form, 'describe').follow()
        with acting('clerk') as act:
            assert all(item.metadata['keyword'] == ['防汛'] for item in find(act, folder).values())

    def test_the_selected_go_to_their_series_and_what_cannot_is_told(self, folder, signed_in, acting):
        form = arrange(signed_in('clerk').get(at('archive', *folder)))
        tick(form, 0, 1, 2)
        page = press(form, 'settle')
        assert 'Done: 2' in page and 'Not done: 1' in page
        with acting('clerk') as act:
            assert find(act, ('Z109', 'WS', '2026', 'D10', 'BGS', '一.pdf')).state == 'draft'

    def test_nothing_selected_is_told(self, folder, signed_in):
        form = arrange(signed_in('clerk').get(at('archive', *folder)))
        assert 'Select at least one record' in press(form, 'submit').follow()

    def test_records_of_elsewhere_are_not_reached_from_here(self, folder, signed_in, acting):
        with acting('clerk') as act:
            uid = deposit.put(act, find(act, ('收集',)), 'loose.pdf', body(act)).node.uid
        browser = signed_in('clerk')
        token = csrf_of(browser.get(at('archive', *folder)))
        browser.post(at('arrange', *folder), {'csrf_token': token, 'do': 'delete', 'uid': uid}, status=404)

    def test_a_manager_looks_and_changes_nothing(self, folder, signed_in):
        page = signed_in('manager').get(at('archive', *folder))
        assert '五月收集' in page
        assert not page.html.select('input.pick') and not page.html.select('main .acts a')

    def test_a_file_is_split_off(self, folder, signed_in, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, (*folder, '一.pdf')), '附件.txt', body(act, b'x'))
        browser = signed_in('clerk')
        page = browser.get(at('archive', *folder, '一.pdf'), {'file': '附件.txt'})
        form = next(form for form in page.forms.values() if '/split/' in form.action)
        assert 'Split off' in form.submit().follow()
        with acting('clerk') as act:
            assert find(act, (*folder, '附件.txt')).single is not None


class TestUpload:
    def test_several_files_without_scripts(self, folder, signed_in, acting):
        form = form_to(signed_in('clerk').get(at('upload', *folder)), at('upload', *folder))
        form['files'] = [Upload('甲.txt', b'1'), Upload('乙.txt', b'2')]
        assert 'Stored: 2' in form.submit().follow()
        with acting('clerk') as act:
            assert find(act, (*folder, '甲.txt')).single.size == 1

    def test_all_or_nothing(self, folder, signed_in, acting, site):
        form = form_to(signed_in('clerk').get(at('upload', *folder)), at('upload', *folder))
        form['files'] = [Upload('新.txt', b'1'), Upload('一.pdf', b'another')]
        assert 'nothing was replaced' in form.submit(status=409)
        with acting('clerk') as act:
            assert '新.txt' not in find(act, folder)
        assert list(site.folder.incoming.iterdir()) == []

    def send(self, browser, path, data, status=200, folder=FOLDER):
        token = csrf_of(browser.get(at('upload', *folder)))
        headers = {
            'X-CSRF-Token': token,
            'Accept': 'application/json',
            'Content-Type': 'application/octet-stream',
        }
        return browser.post(at('upload', *folder) + '?' + path, data, headers=headers, status=status)

    def test_a_script_sends_a_folder_file_by_file(self, folder, signed_in, acting):
        browser = signed_in('clerk')
        answer = self.send(browser, 'path=%E5%AD%90/a.txt&modified=1700000000000', b'1')
        assert answer.json == {'outcome': 'Stored', 'url': at('archive', *folder, '子', 'a.txt')}
        assert (
            self.send(browser, 'path=%E5%AD%90/a.txt', b'1').json['outcome'] == 'Was here already, unchanged'
        )
        refused = self.send(browser, 'path=%E5%AD%90/a.txt', b'2', status=409)
        assert refused.json['type'] == 'urn:lantai:different-file-there'

    @pytest.mark.parametrize(
        'path', ['path=', 'path=../..', 'path=a/../b', 'path=%00', 'path=' + 'x/' * 30 + 'y', '']
    )
    def test_a_path_that_cannot_be_is_refused(self, folder, signed_in, path, acting):
        answer = self.send(signed_in('clerk'), path, b'1', status='4*')
        assert answer.status_int in (400, 422) and answer.json['title']
        with acting('clerk') as act:
            assert find(act, folder).count() == 3

    def test_who_may_not_put_anything_there_gets_no_page(self, folder, signed_in):
        for person in ('outsider', 'reader', 'manager'):
            signed_in(person).get(at('upload', *folder), status=404)

    def test_a_closed_series_says_so_before_anything_is_chosen(self, signed_in):
        page = signed_in('archivist').get(at('upload', 'Z109', 'WS', '2026', 'D30', 'JJC'), status=409)
        assert 'takes no deposits' in page
