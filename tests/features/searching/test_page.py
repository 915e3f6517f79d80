"""The page of the search, as somebody without scripts uses it."""

from __future__ import annotations

from lantai.features.records import deposit, lookup, service
from lantai.services.search import operation
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
HOSTILE = (
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '${1/0}',
    '\u202eetirw\u202c 反写',
    '字' * 200,
    '🎉🎉 表情',
    "a' OR 1=1 --",
)


def put(acting, name: str, title: str, who: str = 'clerk', **metadata) -> str:
    with acting(who) as act:
        described = {'title': title, 'author': '办公室', 'date': '2026-03-01', **metadata}
        return deposit.put(act, lookup.find(act, SERIES), name, body(act), metadata=described).node.uid


def titles(page) -> list[str]:
    return [cell.get_text() for cell in page.html.select('table.list td.name a bdi')]


def test_the_bare_page_says_what_can_be_asked(signed_in):
    page = signed_in('clerk').get('/search')
    assert 'Search in all you may see' in page
    assert not page.html.select('table.list')


def test_a_search_marks_its_hits_and_tells_code_place_state_and_date(signed_in, acting):
    put(acting, '通知.pdf', '关于开展安全生产检查的通知')
    app = signed_in('clerk')
    page = app.get('/search', {'q': '安全 检查'})
    (row,) = page.html.select('table.list tbody tr')
    assert [mark.get_text() for mark in row.select('td.name a mark')] == ['安全', '检查']
    assert titles(page) == ['关于开展安全生产检查的通知']
    # each row says where it lies, in what state it is, and of when
    assert row.select('td.code bdi')[0].get_text() == '—'
    assert 'Z109 保税区管理局 / WS 文书 / 2026' in row.select('.place')[0].get_text()
    assert row.select('.state')[0]['data-state'] == 'draft'
    assert '2026-03-01' in row.get_text()
    # the link leads there, and the box keeps what was asked
    app.get(row.select('td.name a')[0]['href'])
    assert page.html.select('input#q')[0]['value'] == '安全 检查'
    assert page.html.select('input#find')[0]['value'] == '安全 检查'


def test_a_hit_outside_the_title_shows_the_field(signed_in, acting):
    put(acting, 'x.pdf', '关于检查的通知', document_number='保税管〔2026〕18号')
    page = signed_in('clerk').get('/search', {'q': '2026〕18'})
    snippet = page.html.select('table.list td.name .place')[-1]
    assert snippet.select('mark')[0].get_text() == '2026〕18'
    assert '保税管〔2026〕18号' in snippet.get_text()


def test_filters_are_in_the_address_and_can_be_taken_away(signed_in, acting):
    put(acting, '一.pdf', '检查一')
    uid = put(acting, '二.pdf', '检查二')
    with acting('clerk') as act:
        service.transition(act, lookup.by_uid(act, uid), 'submit')
    app = signed_in('clerk')
    page = app.get('/search', {'q': '检查'})
    form = page.forms[next(key for key, form in page.forms.items() if 'state' in form.fields)]
    assert [option[0] for option in form['state'].options] == ['', 'draft', 'submitted']
    form['state'] = 'submitted'
    page = form.submit()
    assert titles(page) == ['检查二']
    (chip,) = page.html.select('a.chip')
    assert set(titles(app.get(chip['href']))) == {'检查一', '检查二'}
    # the other values of a filter in use can still be chosen, with their figures
    assert 'Being arranged (1)' in page.html.select('select[name=state]')[0].get_text()


def test_dates_narrow_with_both_ends_included(signed_in, acting):
    for day in ('2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'):
        put(acting, f'{day}.pdf', f'检查 {day}', date=day)
    page = signed_in('clerk').get(
        '/search', {'q': '检查', 'date_from': '2026-02-01', 'date_to': '2026-02-28', 'sort': 'date'}
    )
    assert titles(page) == ['检查 2026-02-01', '检查 2026-02-28']


def test_long_results_go_by_next_and_previous(signed_in, acting):
    for n in range(53):
        put(acting, f'{n}.pdf', f'检查第{n}号')
    app = signed_in('clerk')
    first = app.get('/search', {'q': '检查'})
    assert len(titles(first)) == 50
    assert not first.html.select('a[rel=prev]')
    second = app.get(first.html.select('a[rel=next]')[0]['href'])
    assert len(titles(second)) == 3
    assert not second.html.select('a[rel=next]')
    assert titles(app.get(second.html.select('a[rel=prev]')[0]['href'])) == titles(first)


def test_a_torn_cursor_begins_again(signed_in, acting):
    put(acting, '一.pdf', '检查一')
    assert titles(signed_in('clerk').get('/search', {'q': '检查', 'cursor': 'xx'})) == ['检查一']


def test_what_one_may_not_see_leaves_no_trace(signed_in, acting):
    put(acting, '密.pdf', '外人看不见的检查')
    page = signed_in('outsider').get('/search', {'q': '看不见'})
    assert 'Nothing was found' in page
    assert '外人' not in page
    assert not page.html.select('table.list')
    assert all(
        len(select.select('option')) == 1 for select in page.html.select('select') if select['name'] != 'sort'
    )


def test_hostile_titles_are_text(signed_in, acting):
    for number, title in enumerate(HOSTILE):
        put(acting, f'{number}.pdf', title)
    app = signed_in('clerk')
    for title in HOSTILE:
        for asked in (title[:255], title[:2]):
            page = app.get('/search', {'q': asked})
            assert title in titles(page)
            assert not page.html.select('td.name script, td.name img')


NONSENSE = (
    {'q': 'x' * 256},
    {'q': '检查', 'year': "1' OR 1"},
    {'q': '检查', 'state': 'nonsense'},
    {'q': '检查', 'type': '<b>', 'period': 'D0'},
    {'q': '检查', 'date_from': 'yesterday', 'sort': 'backwards'},
    {'q': '\x00\x01"*'},
    {'container': 'no such uid'},
)


def test_addresses_that_make_no_sense_are_answered(signed_in):
    app = signed_in('clerk')
    for asked in NONSENSE:
        app.get('/search', asked, status=200)


def test_a_search_that_is_too_long_says_so_and_keeps_it(signed_in):
    page = signed_in('clerk').get('/search', {'q': '长' * 256})
    assert 'At most 255 characters' in page.html.select('[role=alert]')[0].get_text()
    assert page.html.select('input#q')[0]['value'] == '长' * 256


def test_without_an_index_the_page_says_so_calmly(signed_in, indexed):
    app = signed_in('clerk')
    (indexed.folder.index / 'current').unlink()
    page = app.get('/search', {'q': '检查'}, status=503)
    assert 'being rebuilt' in page.html.select('[role=alert]')[0].get_text()
    assert page.headers['Retry-After']
    operation.bring_up(indexed)
    app.get('/search', {'q': '检查'}, status=200)


def test_the_page_speaks_chinese(signed_in, acting):
    put(acting, '一.pdf', '检查一')
    page = signed_in('clerk', 'zh-CN').get('/search', {'q': '检查'})
    assert '找到 1 条' in page.html.get_text(' ', strip=True).replace('找到 1  条', '找到 1 条')


def test_nobody_is_shown_anything_before_signing_in(signed_in):
    app = signed_in('clerk')
    app.reset()
    assert app.get('/search', {'q': '检查'}, status=303).location.startswith('http://localhost/login')
