"""PROPFIND and PROPPATCH."""

import pytest
from lxml import etree

from tests.doors.dav.conftest import INBOX, OPEN, D, setting

DOC = f'{INBOX}/doc.txt'
WIN = 'urn:schemas-microsoft-com:'


def stats(answer) -> dict[str, int]:
    """Property -> status, of the first response."""
    assert answer.status_int == 207, answer.text
    first = etree.fromstring(answer.body)[0]
    return {
        prop.tag: int(stat.findtext(f'{D}status').split()[1])
        for stat in first.iterfind(f'{D}propstat')
        for prop in stat.find(f'{D}prop')
    }


class TestPropfind:
    def test_without_a_body_all_that_is_cheap(self, dav):
        dav('PUT', DOC, b'12345')
        found = stats(dav('PROPFIND', DOC, Depth='0'))
        assert set(found.values()) == {200}
        for name in (
            'resourcetype',
            'getcontentlength',
            'getetag',
            'getlastmodified',
            'creationdate',
            'supportedlock',
        ):
            assert D + name in found
        assert f'{D}quota-used-bytes' not in found
        assert f'{D}getcontentlength' not in stats(dav('PROPFIND', INBOX, Depth='0'))

    def test_names_only(self, dav):
        dav('PUT', DOC, b'1')
        dav('PROPPATCH', DOC, setting('<责任者 xmlns="urn:x">甲</责任者>'))
        answer = dav('PROPFIND', DOC, '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>', Depth='0')
        found = stats(answer)
        assert {'{urn:x}责任者', f'{D}getetag'} <= set(found)
        assert '甲' not in answer.text

    def test_what_is_not_there_is_told(self, dav):
        wanted = '<D:getetag/><D:x/><D:quota-available-bytes/>'
        body = f'<D:propfind xmlns:D="DAV:"><D:prop>{wanted}</D:prop></D:propfind>'
        assert stats(dav('PROPFIND', INBOX, body, Depth='0')) == {
            f'{D}getetag': 404,
            f'{D}x': 404,
            f'{D}quota-available-bytes': 200,
        }

    def test_depth(self, dav):
        dav('PUT', DOC, b'1')
        assert dav('PROPFIND', INBOX).status_int == 403
        assert b'propfind-finite-depth' in dav('PROPFIND', INBOX, Depth='infinity').body
        assert dav('PROPFIND', INBOX, Depth='2').status_int == 400
        assert dav.names(DOC) == []
        assert dav('PROPFIND', DOC).status_int == 207

    def test_a_collection_is_answered_without_its_slash_too(self, dav):
        answer = dav('PROPFIND', INBOX, Depth='0')
        assert etree.fromstring(answer.body).findtext(f'.//{D}href') == f'{INBOX}/'

    @pytest.mark.parametrize('method', ['PROPFIND', 'PROPPATCH', 'LOCK'])
    @pytest.mark.parametrize(
        'body',
        [
            '<x',
            '<a:b/>',
            '<!DOCTYPE x [<!ENTITY e "e">]><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>',
            '<D:wrong xmlns:D="DAV:"/>',
            '\ufeff',
            '<?xml version="1.0" encoding="nonsense"?><x/>',
        ],
    )
    def test_unreadable_bodies(self, dav, method, body):
        dav('PUT', DOC, b'1')
        assert dav(method, DOC, body, Depth='0').status_int == 400

    def test_too_much_body(self, dav):
        assert dav('PROPFIND', INBOX, b'<x>' + b' ' * (1 << 20) + b'</x>', Depth='0').status_int == 413

    def test_a_long_listing_is_whole(self, dav, acting):
        from lantai.features.records import deposit

        with acting('clerk') as act:
            for number in range(450):
                deposit.put(
                    act, act.repository['收集'], f'{number:04}.txt', act.site.contents.receive([b'x'])
                )
        assert dav.names(INBOX) == [f'{INBOX}/{number:04}.txt' for number in range(450)]


class TestProppatch:
    def test_set_read_and_remove(self, dav):
        dav('PUT', DOC, b'1')
        body = setting('<责任者 xmlns="urn:x">甲<乙/></责任者><n xmlns="">none</n>')
        assert set(stats(dav('PROPPATCH', DOC, body)).values()) == {200}
        assert dav.prop(DOC, '{urn:x}责任者').text == '甲'
        assert stats(dav('PROPFIND', DOC, Depth='0'))['n'] == 200
        remove = setting('<n/><gone/>').replace('D:set', 'D:remove')
        assert set(stats(dav('PROPPATCH', DOC, remove)).values()) == {200}
        assert 'n' not in stats(dav('PROPFIND', DOC, Depth='0'))

    def test_all_or_nothing(self, dav):
        dav('PUT', DOC, b'1')
        body = setting('<a xmlns="urn:x">1</a><D:getetag xmlns:D="DAV:">"x"</D:getetag>')
        answer = dav('PROPPATCH', DOC, body)
        assert stats(answer) == {'{urn:x}a': 424, f'{D}getetag': 403}
        assert b'cannot-modify-protected-property' in answer.body
        assert dav.prop(DOC, '{urn:x}a') is None

    def test_what_describes_the_record_can_be_set_where_the_schema_takes_it(self, dav, acting):
        dav('PUT', DOC, b'1')
        body = setting(
            '<L:author xmlns:L="urn:x-lantai">办公室</L:author><date xmlns="urn:x-lantai">2026-03-01</date>'
            '<a xmlns="urn:x">1</a>'
        )
        assert set(stats(dav('PROPPATCH', DOC, body)).values()) == {200}
        with acting('clerk') as act:
            metadata = act.repository['收集']['doc.txt'].metadata
            assert (metadata['author'], metadata['date']) == ('办公室', '2026-03-01')
        assert dav.prop(DOC, '{urn:x-lantai}author').text == '办公室'
        wrong = setting('<date xmlns="urn:x-lantai">yesterday</date><a xmlns="urn:x">2</a>')
        assert 200 not in stats(dav('PROPPATCH', DOC, wrong)).values()
        assert dav.prop(DOC, '{urn:x-lantai}date').text == '2026-03-01'
        assert dav.prop(DOC, '{urn:x}a').text == '1'
        state = setting('<state xmlns="urn:x-lantai">filed</state>')
        assert stats(dav('PROPPATCH', DOC, state)) == {'{urn:x-lantai}state': 403}

    def test_they_go_along_and_stay(self, dav):
        dav('PUT', DOC, b'1')
        dav('PROPPATCH', DOC, setting('<a xmlns="urn:x">1</a>'))
        dav('PUT', DOC, b'2')
        dav('COPY', DOC, Destination=f'{INBOX}/copy')
        dav('MOVE', DOC, Destination=f'{INBOX}/moved')
        assert (
            dav.prop(f'{INBOX}/copy', '{urn:x}a').text == dav.prop(f'{INBOX}/moved', '{urn:x}a').text == '1'
        )

    def test_on_a_folder_but_not_on_the_scheme(self, dav):
        dav('MKCOL', f'{INBOX}/box')
        assert stats(dav('PROPPATCH', f'{INBOX}/box', setting('<a xmlns="urn:x"/>'))) == {'{urn:x}a': 200}
        assert stats(dav('PROPPATCH', OPEN, setting('<a xmlns="urn:x"/>'))) == {'{urn:x}a': 403}

    def test_times(self, dav):
        dav('PUT', DOC, b'1', X_OC_Mtime='1580702706')
        assert dav.prop(DOC, f'{D}getlastmodified').text == 'Mon, 03 Feb 2020 04:05:06 GMT'
        lastmodified = setting('<D:lastmodified xmlns:D="DAV:">1580702700</D:lastmodified>')
        assert stats(dav('PROPPATCH', DOC, lastmodified)) == {f'{D}lastmodified': 200}
        assert dav.prop(DOC, f'{D}getlastmodified').text == 'Mon, 03 Feb 2020 04:05:00 GMT'
        win = (
            f'<w:Win32CreationTime xmlns:w="{WIN}">Sun, 02 Feb 2020 04:05:06 GMT</w:Win32CreationTime>'
            f'<Win32LastModifiedTime xmlns="{WIN}">Tue, 04 Feb 2020 04:05:06 GMT</Win32LastModifiedTime>'
            f'<w:Win32FileAttributes xmlns:w="{WIN}">00000020</w:Win32FileAttributes>'
        )
        assert set(stats(dav('PROPPATCH', DOC, setting(win))).values()) == {200}
        assert dav.prop(DOC, f'{D}getlastmodified').text == 'Tue, 04 Feb 2020 04:05:06 GMT'
        assert dav.prop(DOC, f'{{{WIN}}}Win32FileAttributes').text == '00000020'
        assert dav.prop(DOC, f'{D}creationdate').text == '2026-03-02T02:00:00Z'

    @pytest.mark.parametrize('value', ['nonsense', '-5', '99999999999999', '1e9', ''])
    def test_a_nonsense_time_is_ignored(self, dav, value):
        answer = dav('PUT', DOC, b'1', X_OC_Mtime=value)
        assert answer.status_int == 201 and 'X-OC-MTime' not in answer.headers
        assert dav.prop(DOC, f'{D}getlastmodified').text == 'Mon, 02 Mar 2026 02:00:00 GMT'
