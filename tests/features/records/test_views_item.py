"""The page of an item and its files."""

from __future__ import annotations

from webtest import Upload

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from tests.builders.browser import at, csrf_of, form_to
from tests.builders.office import body
from tests.features.records.drafts import PDF, SERIES


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

    def test_a_file_is_told_what_it_is_in_the_record(self, draft, signed_in):
        browser = signed_in('clerk')
        form = next(
            form for form in browser.get(at('archive', *draft)).forms.values() if 'role' in form.fields
        )
        form['role'] = 'main'
        assert 'Main text' in form.submit().follow().html.select_one('.files').get_text()
