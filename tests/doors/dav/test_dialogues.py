"""What the clients of desktops say, step by step, as seen on the wire, and what they need to hear."""

import base64
from urllib.parse import quote

from lxml import etree
from webob import Request

from tests.builders.office import PASSWORD
from tests.doors.dav.conftest import INBOX, D, lockinfo, setting

WIN = 'urn:schemas-microsoft-com:'


class TestWindowsExplorer:
    def test_it_looks_at_the_host_before_the_share(self, app, dav):
        host = Request.blank('/', method='OPTIONS').get_response(app)
        for answer in (host, dav('OPTIONS', '/dav'), dav('OPTIONS', INBOX)):
            assert answer.status_int == 200
            assert (answer.headers['DAV'], answer.headers['MS-Author-Via']) == ('1, 2', 'DAV')
            assert {'LOCK', 'PROPPATCH', 'MOVE'} <= set(answer.headers['Allow'].split(', '))
            assert answer.headers['Content-Length'] == '0'

    def test_its_user_may_come_with_a_domain(self, app):
        pair = base64.b64encode(f'OFFICE\\clerk:{PASSWORD}'.encode()).decode()
        request = Request.blank('/dav/', method='OPTIONS', headers={'Authorization': f'Basic {pair}'})
        assert request.get_response(app).status_int == 200

    def test_a_new_file(self, dav, acting):
        path = f'{INBOX}/{quote("新建 文本.txt")}'
        assert dav('PROPFIND', path, Depth='0').status_int == 404
        assert dav('PUT', path).status_int == 201
        locked = dav('LOCK', path, lockinfo(owner='<D:href>OFFICE\\clerk</D:href>'), Timeout='Second-3600')
        assert locked.status_int == 200
        token = locked.headers['Lock-Token']
        times = ''.join(
            f'<Z:{name} xmlns:Z="{WIN}">Mon, 03 Feb 2020 04:05:06 GMT</Z:{name}>'
            for name in ('Win32CreationTime', 'Win32LastAccessTime', 'Win32LastModifiedTime')
        )
        patch = setting(f'{times}<Z:Win32FileAttributes xmlns:Z="{WIN}">00000020</Z:Win32FileAttributes>')
        first = dav('PROPPATCH', path, patch, If_=f'({token})')
        assert first.status_int == 207 and ' 403 ' not in first.text
        assert dav('HEAD', path).status_int == 200
        assert dav('PUT', path, b'bytes', If_=f'({token})').status_int == 204
        assert dav('PROPPATCH', path, patch, If_=f'({token})').status_int == 207
        assert dav('UNLOCK', path, Lock_Token=token.strip('<>')).status_int == 204
        assert dav.prop(path, f'{D}getlastmodified').text == 'Mon, 03 Feb 2020 04:05:06 GMT'
        with acting('clerk') as act:
            item = act.repository['收集']['新建 文本.txt']
            assert [entry['what'] for entry in item.history] == ['create', 'put']
            assert item.single.received == act.clock.now()

    def test_every_element_has_the_prefix_it_understands(self, dav):
        dav('PUT', f'{INBOX}/a.txt', b'x')
        answer = dav('PROPFIND', INBOX, Depth='1')
        for element in etree.fromstring(answer.body).iter('{DAV:}*'):
            assert element.prefix == 'D'
        assert b'<D:creationdate>2026-03-02T02:00:00Z</D:creationdate>' in answer.body


class TestFinder:
    def test_a_new_file_and_its_twin(self, dav):
        for path, body in ((f'{INBOX}/a.pdf', b'%PDF-1.4'), (f'{INBOX}/._a.pdf', b'\0\5\26\7')):
            assert dav('PROPFIND', path, Depth='0').status_int == 404
            assert dav('PUT', path).status_int == 201
            token = dav.lock(path, Timeout='Second-600')
            answer = dav('PUT', path, body, If_=f'(<{token}>)', X_Expected_Entity_Length=str(len(body)))
            assert answer.status_int == 204
            assert dav.prop(path, f'{D}getcontentlength').text == str(len(body))
            assert dav('UNLOCK', path, Lock_Token=f'<{token}>').status_int == 204
        assert dav.names(INBOX) == [f'{INBOX}/a.pdf']

    def test_a_body_that_is_shorter_than_it_said(self, dav):
        dav('PUT', f'{INBOX}/a.pdf', b'old')
        assert dav('PUT', f'{INBOX}/a.pdf', b'short', X_Expected_Entity_Length='100').status_int == 400
        assert dav('GET', f'{INBOX}/a.pdf').body == b'old'

    def test_its_probes_find_nothing(self, dav):
        for name in (
            '._.',
            '.DS_Store',
            '.Spotlight-V100',
            '.metadata_never_index',
            'Contents',
            'mach_kernel',
        ):
            assert dav('PROPFIND', f'{INBOX}/{name}', Depth='0').status_int == 404
        wanted = '<D:quota-used-bytes/><D:quota-available-bytes/>'
        body = f'<D:propfind xmlns:D="DAV:"><D:prop>{wanted}</D:prop></D:propfind>'
        answer = dav('PROPFIND', INBOX, body, Depth='0')
        assert int(etree.fromstring(answer.body).findtext(f'.//{D}quota-available-bytes')) > 0


class TestOfficeAndLibreOffice:
    def test_opening_editing_saving(self, dav):
        path = f'{INBOX}/a.odt'
        dav('PUT', path, b'1')
        assert dav('PROPFIND', path, Depth='0').status_int == 207
        assert len(dav.prop(path, f'{D}supportedlock')) == 2
        token = dav.lock(path, Timeout='Second-180')
        assert dav.prop(path, f'{D}lockdiscovery').findtext(f'.//{D}timeout') == 'Second-180'
        assert dav('GET', path).body == b'1'
        assert dav('LOCK', path, Timeout='Second-180', If_=f'(<{token}>)').status_int == 200
        assert dav('PUT', path, b'2', If_=f'<http://h{path}> (<{token}>)').status_int == 204
        assert dav('UNLOCK', path, Lock_Token=f'<{token}>').status_int == 204

    def test_head_on_a_folder(self, dav):
        assert dav('HEAD', INBOX).status_int == 200
        assert dav('GET', INBOX).status_int == 200


class TestDavfs2:
    def test_a_lock_on_a_new_name_then_the_bytes(self, dav):
        path = f'{INBOX}/%e9%80%9a%e7%9f%a5.txt'
        answer = dav('LOCK', path, lockinfo(), Depth='0', Timeout='Second-600')
        assert answer.status_int == 201
        etag = dav('HEAD', path).headers['ETag']
        token = answer.headers['Lock-Token']
        condition = f'<http://h{path}> ({token})'
        assert dav('PUT', path, b'x', If_Match=etag, If_=condition).status_int == 204
        other = f'{INBOX}/%E9%80%9A%E7%9F%A5.txt'
        assert dav('PUT', path, b'y', If_=f'<http://h{other}> ({token})').status_int == 204


class TestHeaders:
    def test_a_put_in_parts_or_encoded_is_refused(self, dav):
        dav('PUT', f'{INBOX}/a', b'12345')
        assert dav('PUT', f'{INBOX}/a', b'x', Content_Range='bytes 0-0/5').status_int == 400
        assert dav('PUT', f'{INBOX}/a', b'x', Content_Encoding='gzip').status_int == 415
        assert dav('GET', f'{INBOX}/a').body == b'12345'

    def test_unknown_headers_and_methods(self, dav):
        assert dav('PUT', f'{INBOX}/a', b'x', Overwrite='F', Translate='f').status_int == 201
        for method in ('TRACE', 'PATCH', 'REPORT', 'BREW', 'POST'):
            answer = dav(method, f'{INBOX}/a')
            assert answer.status_int == 405 and 'PROPFIND' in answer.headers['Allow']

    def test_depth_and_overwrite(self, dav):
        dav('MKCOL', f'{INBOX}/box')
        dav('PUT', f'{INBOX}/box/a', b'x')
        assert dav('COPY', f'{INBOX}/box', Destination=f'{INBOX}/alone', Depth='0').status_int == 201
        assert dav.names(f'{INBOX}/alone') == []
        assert dav('COPY', f'{INBOX}/box', Destination=f'{INBOX}/all').status_int == 201
        assert dav.names(f'{INBOX}/all') == [f'{INBOX}/all/a']
        assert dav('COPY', f'{INBOX}/box', Destination=f'{INBOX}/x', Depth='1').status_int == 400
        assert dav('MOVE', f'{INBOX}/box', Destination=f'{INBOX}/x', Depth='0').status_int == 400
        assert dav('DELETE', f'{INBOX}/box', Depth='0').status_int == 400
        assert dav('COPY', f'{INBOX}/box', Destination=f'{INBOX}/all', Overwrite='x').status_int == 400
        assert dav('COPY', f'{INBOX}/box', Destination=f'{INBOX}/all', Overwrite='F').status_int == 412
        assert dav('COPY', f'{INBOX}/box', Destination=f'{INBOX}/all', Overwrite='T').status_int == 204

    def test_into_itself_and_over_its_own_folder(self, dav):
        dav('MKCOL', f'{INBOX}/box')
        dav('PUT', f'{INBOX}/box/a', b'x')
        for method in ('COPY', 'MOVE'):
            assert dav(method, f'{INBOX}/box', Destination=f'{INBOX}/box').status_int == 403
            assert dav(method, f'{INBOX}/box', Destination=f'{INBOX}/box/in').status_int == 403
            assert dav(method, f'{INBOX}/box/a', Destination=f'{INBOX}/box').status_int == 403
            assert dav(method, f'{INBOX}/box/a', Destination=f'{INBOX}/none/a').status_int == 409
        assert dav.names(f'{INBOX}/box') == [f'{INBOX}/box/a']

    def test_a_page_of_another_site_is_served_as_a_download(self, dav):
        for name in ('a.html', 'a.svg', 'a.xml', 'a.xhtml'):
            dav('PUT', f'{INBOX}/{name}', b'<script/>')
            headers = dav('GET', f'{INBOX}/{name}').headers
            assert headers['X-Content-Type-Options'] == 'nosniff'
            assert (
                headers['Content-Disposition'].startswith('attachment')
                and 'sandbox' in headers['Content-Security-Policy']
            )
