"""What the pages say of files beside their description: text, real format, previews."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from lantai.features.filing.looking import look_at_new_files
from lantai.features.records import deposit, lookup, naming, places
from lantai.features.records.naming import NothingContradicts
from lantai.services.eventlog.sealer import seal_all
from lantai.services.extraction.work import Extraction
from tests.builders import papers
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')


def put(acting, name: str, data: bytes, into: tuple[str, ...] = SERIES) -> str:
    with acting('clerk') as act:
        described = {'title': '会议照片', 'author': '办公室', 'date': '2026-03-01'}
        return deposit.put(act, lookup.find(act, into), name, body(act, data), metadata=described).node.uid


def work(site) -> None:
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    extraction = Extraction(site)
    while extraction.step():
        pass
    extraction.close()
    look_at_new_files(site)


def page_of(app, site, uid: str, **query):
    with site.reading() as act:
        path = '/archive' + quote(act.repository.by_uid(uid).path)
    return app.get(path, query)


@pytest.mark.parametrize(
    ('name', 'data', 'said'),
    [
        ('a.txt', b'text', 'Its text can be searched'),
        ('a.pdf', b'%PDF-1.7 broken', 'It is damaged; its text could not be read'),
        ('a.png', papers.picture(), 'It is a picture; its text is not read'),
        ('a.bin', bytes(range(256)), 'Text of this kind of file is not read'),
    ],
)
def test_the_page_says_what_became_of_the_text(signed_in, acting, site, name, data, said):
    uid = put(acting, name, data)
    app = signed_in('clerk')
    assert 'Its text is waiting to be read' in page_of(app, site, uid)
    work(site)
    assert said in page_of(app, site, uid)


def test_the_format_stands_there_with_its_number(signed_in, acting, site):
    uid = put(acting, 'a.png', papers.picture())
    work(site)
    page = page_of(signed_in('clerk'), site, uid)
    assert 'Portable Network Graphics' in page and 'fmt/11' in page


def test_a_misnamed_file_is_named_by_what_it_is_with_one_click(signed_in, acting, site):
    uid = put(acting, '会议照片 07.jpg', papers.picture('PNG'))
    work(site)
    app = signed_in('clerk', 'zh-CN')
    page = page_of(app, site, uid)
    assert '文件内容是 PNG，与扩展名不符' in page
    form = next(form for form in page.forms.values() if 'as-format' in form.action)
    assert '按 PNG 处理' in page
    page = form.submit(status=303).follow()
    assert '与扩展名不符' not in page
    with site.reading() as act:
        item = act.repository.by_uid(uid)
        (component,) = item.components
        assert (item.name, component.name, component.media_type) == ('会议照片 07.png',) * 2 + ('image/png',)
        assert item.single is component and component.version == 1
        assert naming.contradiction(component) is None
    # looked at again, it fits
    work(site)
    assert '与扩展名不符' not in page_of(app, site, uid)


def test_a_file_whose_name_fits_is_not_renamed(acting, site):
    uid = put(acting, 'a.png', papers.picture('PNG'))
    work(site)
    with acting('clerk') as act, pytest.raises(NothingContradicts):
        naming.name_by_content(act, lookup.by_uid(act, uid).components[0])


def test_a_taken_name_is_not_taken_away(acting, site):
    put(acting, 'a.png', papers.picture('PNG'))
    uid = put(acting, 'a.jpg', papers.picture('PNG'))
    work(site)
    with acting('clerk') as act:
        name = naming.name_by_content(act, lookup.by_uid(act, uid).components[0])
    assert name not in ('a.jpg', 'a.png')


def test_renaming_by_hand_clears_the_contradiction_and_another_wrong_ending_is_noticed(acting, site):
    uid = put(acting, 'a.jpg', papers.picture('PNG'))
    work(site)
    with acting('clerk') as act:
        places.rename(act, lookup.by_uid(act, uid), 'a.docx')
    work(site)
    with acting('clerk') as act:
        (component,) = lookup.by_uid(act, uid).components
        assert naming.contradiction(component) is not None


def test_previews_are_for_readers_and_change_with_the_content(signed_in, acting, site):
    uid = put(acting, 'a.tif', papers.picture('TIFF'))
    app = signed_in('clerk')
    assert not page_of(app, site, uid).html.select('.view img')
    work(site)
    (picture,) = page_of(app, site, uid).html.select('.view img')
    answer = app.get(picture['src'])
    assert answer.content_type == 'image/jpeg' and answer.body.startswith(b'\xff\xd8')
    assert app.get(picture['src'], headers={'If-None-Match': answer.headers['ETag']}, status=304)
    signed_in('outsider').get(picture['src'], status=404)
    signed_in('clerk2').get(picture['src'], status=404)
    app.get(picture['src'].replace('large', 'huge'), status=404)
    put(acting, 'a.tif', papers.picture('TIFF', (50, 50)))
    app.get(picture['src'], status=404)


def test_lists_show_small_pictures_that_load_when_they_are_seen(signed_in, acting, site):
    put(acting, 'a.png', papers.picture())
    put(acting, 'b.txt', b'text')
    work(site)
    app = signed_in('clerk')
    (picture,) = app.get('/archive/' + '/'.join(SERIES)).html.select('img.thumb')
    assert picture['loading'] == 'lazy' and picture['alt'] == ''
    assert len(app.get(picture['src']).body) < 10_000


def test_what_is_restricted_has_no_preview(signed_in, acting, site):
    uid = put(acting, 'a.png', papers.picture())
    work(site)

    def restrict(act):
        item = act.repository.by_uid(uid)
        item.access = {**item.access, 'publicity': '不予公开'}

    site.transact(restrict)
    app = signed_in('clerk')
    assert not app.get('/archive/' + '/'.join(SERIES)).html.select('img.thumb')
    with site.reading() as act:
        segments = '/'.join(act.repository.by_uid(uid).components[0].segments)
    app.get(f'/preview/{segments}?size=small', status=404)
