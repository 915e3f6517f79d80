"""The page of an item, its files, its steps, and two people who edit it at once."""

from __future__ import annotations

import pytest
from webtest import Upload

from lantai.features.records import deposit, service
from lantai.features.records.lookup import find
from tests.builders.browser import at, csrf_of, form_to
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
COMPLETE = {'title': '关于消防检查的通知', 'author': '办公室', 'date': '2026-02-03'}
PDF = b'%PDF-1.4 the very bytes'


@pytest.fixture
def draft(acting):
    """A complete draft of the clerk; its path."""
    with acting('clerk') as act:
        deposit.put(act, find(act, SERIES), '通知.pdf', body(act, PDF), metadata=COMPLETE)
    return (*SERIES, '通知.pdf')


def metadata(acting, path):
    with acting('machine') as act:
        return dict(find(act, path).metadata)


def state(acting, path):
    with acting('machine') as act:
        return find(act, path).state


class TestThePage:
    def test_it_says_what_where_in_which_state_and_what_may_be_done(self, draft, signed_in):
        page = signed_in('clerk').get(at('archive', *draft))
        main = page.html.find('main').get_text(' ', strip=True)
        for text in ('关于消防检查的通知', 'Being arranged', '办公室', '2026-02-03', 'Submit', 'Captured'):
            assert text in main
        assert [crumb.get_text() for crumb in page.html.select('.crumbs li')][:2] == [
            'Z109 保税区管理局',
            'WS 文书',
        ]

    def test_a_step_not_possible_yet_names_every_reason_and_where_to_mend_it(self, signed_in, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, SERIES), 'leer.pdf', body(act, b''), title='Leer')
        page = signed_in('clerk').get(at('archive', *SERIES, 'leer.pdf'))
        reasons = page.html.select('.reasons .reasons li')
        links = [reason.find('a')['href'] for reason in reasons]
        assert len(reasons) == 3
        assert links[0].endswith('/edit/Z109/WS/2026/D30/BGS/leer.pdf#field-author')
        assert links[2].endswith('#files')
        assert not page.html.select('button[value=submit]')
        assert page.goto(links[0].split('#')[0]).html.find(id='field-author')

    def test_it_is_the_same_in_chinese(self, draft, signed_in):
        page = signed_in('clerk', 'zh-CN').get(at('archive', *draft))
        assert '待整理' in page and '提交' in page and 'Being arranged' not in page

    def test_the_permanent_address_leads_to_it(self, draft, signed_in, acting):
        with acting('clerk') as act:
            uid = find(act, draft).uid
        assert signed_in('clerk').get(f'/id/{uid}').follow().request.path == at('archive', *draft)
        signed_in('outsider').get(f'/id/{uid}', status=404)

    def test_nothing_runs_that_is_not_our_own(self, draft, signed_in):
        page = signed_in('clerk').get(at('archive', *draft))
        policy = page.headers['Content-Security-Policy']
        assert "default-src 'none'" in policy and 'unsafe' not in policy
        assert not page.html.find_all(style=True) and not page.html.find_all('style')
        assert all(script.get('src') for script in page.html.find_all('script'))
        assert not [tag for tag in page.html.find_all(True) for name in tag.attrs if name.startswith('on')]


class TestFiles:
    def test_a_download_is_the_upload(self, draft, signed_in):
        answer = signed_in('clerk').get(at('content', *draft))
        assert answer.body == PDF
        assert answer.headers['Content-Disposition'].startswith('attachment')

    def test_a_pdf_is_shown_in_place(self, draft, signed_in):
        browser = signed_in('clerk')
        frame = browser.get(at('archive', *draft)).html.find('iframe')
        assert browser.get(frame['src']).headers['Content-Disposition'].startswith('inline')

    def test_markup_is_never_shown_in_place(self, signed_in, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, SERIES), 'x.html', body(act, b'<script>1</script>'), title='X')
        browser = signed_in('clerk')
        assert not browser.get(at('archive', *SERIES, 'x.html')).html.find('iframe')
        answer = browser.get(at('content', *SERIES, 'x.html'), {'show': '1'})
        assert answer.headers['Content-Disposition'].startswith('attachment')
        assert 'sandbox' in answer.headers['Content-Security-Policy']

    def test_files_are_added_replaced_and_removed_without_scripts(self, draft, signed_in, acting):
        browser = signed_in('clerk')
        form = form_to(browser.get(at('attach', *draft)), at('attach', *draft))
        form['files'] = [Upload('附件1.txt', b'one'), Upload('附件2.txt', b'two')]
        page = form.submit().follow()
        assert [each.get_text() for each in page.html.select('.files .n')] == [
            '通知.pdf',
            '附件1.txt',
            '附件2.txt',
        ]
        form = form_to(browser.get(at('replace', *draft, '附件1.txt')), at('replace', *draft, '附件1.txt'))
        form['files'] = Upload('anything.txt', b'another one')
        form.submit().follow()
        assert browser.get(at('content', *draft, '附件1.txt')).body == b'another one'
        form_to(browser.get(at('delete', *draft, '附件2.txt')), at('delete', *draft, '附件2.txt')).submit()
        with acting('machine') as act:
            assert {each.name for each in find(act, draft).values()} == {'通知.pdf', '附件1.txt'}

    def test_a_script_sends_one_file_and_is_told_the_outcome(self, draft, signed_in):
        browser = signed_in('clerk')
        token = csrf_of(browser.get(at('attach', *draft)))
        address = at('attach', *draft) + '?path=a.txt&modified=1700000000123'
        headers = {
            'X-CSRF-Token': token,
            'Accept': 'application/json',
            'Content-Type': 'application/octet-stream',
        }
        answer = browser.post(address, b'bytes', headers=headers)
        assert answer.json['outcome'] == 'Stored'
        assert browser.get(at('content', *draft, 'a.txt')).body == b'bytes'

    def test_without_the_token_nothing_is_taken(self, draft, signed_in):
        browser = signed_in('clerk')
        headers = {'Accept': 'application/json', 'Content-Type': 'application/octet-stream'}
        answer = browser.post(at('attach', *draft) + '?path=a.txt', b'bytes', headers=headers, status=400)
        assert answer.json['type'] == 'urn:lantai:bad-csrf-token'

    def test_a_form_without_a_file_says_so(self, draft, signed_in):
        page = signed_in('clerk').get(at('attach', *draft))
        assert 'Choose at least one file' in form_to(page, at('attach', *draft)).submit(status=422)

    def test_nobody_adds_to_what_is_not_theirs(self, draft, signed_in):
        signed_in('manager').get(at('attach', *draft), status=404)


class TestEditing:
    def edit(self, browser, path):
        return form_to(browser.get(at('edit', *path)), at('edit', *path))

    def test_what_is_typed_is_kept(self, draft, signed_in, acting):
        form = self.edit(signed_in('clerk'), draft)
        form['keyword'] = '消防；检查'
        form['access.publicity'] = '主动公开'
        page = form.submit().follow()
        assert 'Saved' in page
        assert metadata(acting, draft)['keyword'] == ['消防', '检查']

    def test_errors_stand_at_their_field_and_nothing_typed_is_lost(self, draft, signed_in, acting):
        form = self.edit(signed_in('clerk'), draft)
        form['date'], form['title'], form['total_number_of_pages'] = '31.31.2026', 'New title', 'many'
        page = form.submit(status=422)
        assert 'such as 2021-03-02' in page.html.find(id='field-date').get_text()
        assert page.html.find(id='field-total_number_of_pages').find(class_='error')
        assert page.html.find(id='in-date')['value'] == '31.31.2026'
        assert page.html.find(id='in-title')['value'] == 'New title'
        assert metadata(acting, draft)['title'] == COMPLETE['title']

    def test_the_classification_ceiling_is_told_at_the_field(self, draft, signed_in):
        form = self.edit(signed_in('clerk'), draft)
        form['access.classification'] = '机密'
        page = form.submit(status=422)
        assert 'must not be kept' in page.html.find(id='field-access.classification').get_text()

    def test_the_second_of_two_loses_nothing_and_decides(self, draft, signed_in, acting):
        mine, theirs = self.edit(signed_in('clerk'), draft), self.edit(signed_in('unitarchivist'), draft)
        theirs['title'], theirs['annotation'] = 'Their title', 'Their remark'
        theirs.submit().follow()
        mine['title'], mine['abstract'] = 'My title', 'My abstract'
        page = mine.submit(status=412)
        assert 'Somebody else has saved this' in page
        field = page.html.find(id='field-title')
        assert (
            field.find('input')['value'] == 'My title'
            and 'Their title' in field.find(class_='theirs').get_text()
        )
        assert page.html.find(id='in-abstract').get_text() == 'My abstract'
        assert metadata(acting, draft)['title'] == 'Their title'
        form_to(page, at('edit', *draft)).submit().follow()
        kept = metadata(acting, draft)
        assert (kept['title'], kept['abstract'], kept['annotation']) == (
            'My title',
            'My abstract',
            'Their remark',
        )

    def test_two_who_change_different_elements_both_keep_theirs(self, draft, signed_in, acting):
        mine, theirs = self.edit(signed_in('clerk'), draft), self.edit(signed_in('unitarchivist'), draft)
        theirs['annotation'] = 'Their remark'
        theirs.submit().follow()
        mine['abstract'] = 'My abstract'
        page = mine.submit(status=412)
        assert 'different elements' in page and not page.html.find(class_='theirs')
        form_to(page, at('edit', *draft)).submit().follow()
        kept = metadata(acting, draft)
        assert (kept['abstract'], kept['annotation']) == ('My abstract', 'Their remark')

    def test_a_stranger_gets_no_form(self, draft, signed_in):
        signed_in('manager').get(at('edit', *draft), status=404)

    def test_a_base_that_was_tampered_with_changes_nothing_by_itself(self, draft, signed_in, acting):
        form = self.edit(signed_in('clerk'), draft)
        form['base'] = '[{"title": 1}'
        form.submit().follow()
        assert {key: metadata(acting, draft)[key] for key in COMPLETE} == COMPLETE


class TestMaking:
    def new(self, browser, kind, *path):
        return form_to(browser.get(at(f'new/{kind}', *path)), at(f'new/{kind}', *path))

    def test_a_record_with_its_files_in_one_form(self, signed_in, acting):
        form = self.new(signed_in('clerk'), 'item', *SERIES)
        form['title'], form['author'], form['date'] = '关于值班的通知', '办公室', '2026年3月1日'
        form['files'] = [Upload('正文.pdf', PDF), Upload('附件.txt', b'two')]
        page = form.submit().follow()
        assert '关于值班的通知' in page.html.find('h1').get_text()
        assert [each.get_text() for each in page.html.select('.files .n')] == ['正文.pdf', '附件.txt']
        with acting('machine') as act:
            assert find(act, (*SERIES, '关于值班的通知')).metadata['date'] == '2026-03-01'

    def test_one_file_gives_the_record_its_name(self, signed_in, acting):
        form = self.new(signed_in('clerk'), 'item', *SERIES)
        form['title'] = '函'
        form['files'] = [Upload('复函.pdf', PDF)]
        form.submit().follow()
        with acting('machine') as act:
            assert find(act, (*SERIES, '复函.pdf')).single is not None

    def test_what_is_wrong_stands_at_the_field_and_nothing_is_made(self, signed_in, acting, site):
        form = self.new(signed_in('clerk'), 'item', *SERIES)
        form['title'], form['date'] = 'Kept', 'yesterday'
        form['files'] = [Upload('x.pdf', PDF)]
        page = form.submit(status=422)
        assert page.html.find(id='field-date').find(class_='error')
        assert page.html.find(id='in-title')['value'] == 'Kept'
        assert 'choose the files again' in page
        with acting('machine') as act:
            assert find(act, SERIES).count() == 0
        assert list(site.folder.incoming.iterdir()) == []

    def test_a_series_is_named_by_what_it_says(self, signed_in, acting):
        form = self.new(signed_in('archivist'), 'series', 'Z109', 'WS')
        form['title'], form['year'] = '2027', '2027'
        form.submit().follow()
        with acting('machine') as act:
            assert find(act, ('Z109', 'WS', '2027')).year == 2027

    @pytest.mark.parametrize(
        ('field', 'value'), [('year', 'soon'), ('period', 'D'), ('title', ''), ('category', 'ws!')]
    )
    def test_a_series_that_says_nonsense_is_not_made(self, signed_in, field, value):
        form = self.new(signed_in('archivist'), 'series', 'Z109', 'WS')
        form['title'] = 'Title'
        form[field] = value
        page = form.submit(status=422)
        assert page.html.find(id=f'field-{field}').find(class_='error')

    def test_a_name_that_is_taken_is_told_at_the_field(self, signed_in):
        form = self.new(signed_in('archivist'), 'series', 'Z109', 'WS')
        form['title'], form['year'] = 'again', '2026'
        page = form.submit(status=422)
        assert 'taken' in page.html.find(id='field-name').get_text()

    @pytest.mark.parametrize(
        ('person', 'kind'),
        [('reader', 'item'), ('clerk', 'series'), ('clerk', 'fonds'), ('clerk', 'nonsense')],
    )
    def test_who_may_not_make_it_gets_no_form(self, signed_in, person, kind):
        signed_in(person).get(at(f'new/{kind}', *SERIES), status=404)


class TestPlaces:
    def test_a_draft_is_renamed_moved_and_copied(self, draft, signed_in, acting):
        browser = signed_in('clerk')
        form = form_to(browser.get(at('place', *draft)), at('place', *draft))
        form['name'] = '新名.pdf'
        assert 'Moved' in form.submit().follow()
        here = (*SERIES, '新名.pdf')
        form = form_to(browser.get(at('place', *here)), at('place', *here))
        form['target'] = 'Z109/WS/2026/D10/BGS'
        form.submit().follow()
        there = ('Z109', 'WS', '2026', 'D10', 'BGS', '新名.pdf')
        form = form_to(browser.get(at('place', *there), {'copy': '1'}), at('place', *there))
        form['name'] = '副本.pdf'
        form.submit().follow()
        with acting('machine') as act:
            original, twin = find(act, there), find(act, (*there[:-1], '副本.pdf'))
            assert twin.derived_from == original.uid

    def test_what_stands_in_the_way_is_told_on_the_same_page(self, draft, signed_in):
        browser = signed_in('clerk')
        form = form_to(browser.get(at('place', *draft)), at('place', *draft))
        form['path'], form['name'] = 'Z109/WS/2026/D30/JJC', 'kept.pdf'
        page = form.submit(status=409)
        assert page.html.find(id='in-name')['value'] == 'kept.pdf'
        assert page.html.find(class_='bad')

    def test_only_places_that_take_it_are_offered(self, draft, signed_in):
        page = signed_in('clerk').get(at('place', *draft))
        offered = {option['value'] for option in page.html.select('#in-target option')}
        assert 'Z109/WS/2026/D30/BGS' in offered and 'Z109/WS/2026/D30/JJC' not in offered

    def test_deleting_says_what_will_be_gone(self, draft, signed_in, acting):
        browser = signed_in('clerk')
        page = browser.get(at('delete', *draft))
        assert '关于消防检查的通知' in page
        form_to(page, at('delete', *draft)).submit().follow()
        browser.get(at('archive', *draft), status=404)


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
        assert state(acting, (*SERIES, '0.pdf')) == 'submitted'

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
        from lantai.services.eventlog.log import event_log

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
