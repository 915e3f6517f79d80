"""Forms: describing, two who edit at once, making, and placing."""

from __future__ import annotations

import pytest
from webtest import Upload

from lantai.features.records import deposit
from lantai.features.records.lookup import find
from tests.builders.browser import at, form_to
from tests.builders.office import body
from tests.features.records.drafts import COMPLETE, PDF, SERIES, metadata


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

    def test_a_file_of_a_record_is_renamed_in_it(self, draft, signed_in, acting):
        with acting('clerk') as act:
            deposit.put(act, find(act, draft), '附件.txt', body(act, b'1'))
        browser = signed_in('clerk')
        page = browser.get(at('archive', *draft), {'file': '附件.txt'})
        form = form_to(page.click('^Rename$'), at('place', *draft, '附件.txt'))
        form['name'] = '附件1.txt'
        form.submit().follow()
        with acting('machine') as act:
            assert {each.name for each in find(act, draft).values()} == {'通知.pdf', '附件1.txt'}
