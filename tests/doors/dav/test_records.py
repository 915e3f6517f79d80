"""What each method means in the archive: drafts, closed places, filed records, what is hidden."""

import json

import pytest

from lantai.services.eventlog.log import event_log
from tests.doors.dav.conftest import CLOSED, INBOX, OPEN, condition, lockinfo, setting


@pytest.fixture
def filed(dav, acting) -> str:
    """The address of a filed record, put by WebDAV and filed in the database."""
    assert dav('PUT', f'{OPEN}/filed.txt', b'final').status_int == 201
    with acting('machine') as act:
        item = act.repository['Z109']['WS']['2026']['D30']['BGS']['filed.txt']
        item.state = 'filed'
        item.touch(act.clock)
    return f'{OPEN}/filed.txt'


class TestDrafts:
    def test_a_new_file_is_a_draft_and_its_bytes_come_back(self, dav, acting):
        answer = dav('PUT', f'{OPEN}/a.txt', b'hello')
        assert (answer.status_int, answer.body) == (201, b'')
        got = dav('GET', f'{OPEN}/a.txt')
        assert (got.status_int, got.body, got.headers['ETag']) == (200, b'hello', answer.headers['ETag'])
        head = dav('HEAD', f'{OPEN}/a.txt')
        assert (
            head.body == b'' and head.content_length == 5 and head.headers['ETag'] == answer.headers['ETag']
        )
        assert dav.prop(f'{OPEN}/a.txt', '{DAV:}getetag').text == answer.headers['ETag']
        assert dav.prop(f'{OPEN}/a.txt', '{urn:x-lantai}state').text == 'draft'
        with acting('clerk') as act:
            item = act.repository['Z109']['WS']['2026']['D30']['BGS']['a.txt']
            assert dav.prop(f'{OPEN}/a.txt', '{urn:x-lantai}record-id').text == item.uid
            assert answer.headers['ETag'] == f'"{item.single.sha256}"'
            assert (item.creator, item.state, item.unit) == ('clerk', 'draft', 'BGS')

    def test_put_over_replaces_and_keeps_the_record(self, dav):
        dav('PUT', f'{OPEN}/a.txt', b'one')
        before = dav.prop(f'{OPEN}/a.txt', '{urn:x-lantai}record-id').text
        assert dav('PUT', f'{OPEN}/a.txt', b'two').status_int == 204
        assert dav('GET', f'{OPEN}/a.txt').body == b'two'
        assert dav.prop(f'{OPEN}/a.txt', '{urn:x-lantai}record-id').text == before

    def test_delete_move_and_copy(self, dav):
        dav('PUT', f'{OPEN}/a.txt', b'one')
        uid = dav.prop(f'{OPEN}/a.txt', '{urn:x-lantai}record-id').text
        assert dav('MOVE', f'{OPEN}/a.txt', Destination=f'http://h{OPEN}/b.txt').status_int == 201
        assert dav.prop(f'{OPEN}/b.txt', '{urn:x-lantai}record-id').text == uid
        assert dav('COPY', f'{OPEN}/b.txt', Destination=f'{OPEN}/c.txt').status_int == 201
        assert dav.prop(f'{OPEN}/c.txt', '{urn:x-lantai}record-id').text != uid
        assert dav('DELETE', f'{OPEN}/b.txt').status_int == 204
        assert dav.names(OPEN) == [f'{OPEN}/c.txt']
        assert dav('DELETE', f'{OPEN}/b.txt').status_int == 404

    def test_collections_in_the_inbox_and_volumes_in_a_series(self, dav, acting):
        assert dav('MKCOL', f'{INBOX}/box').status_int == 201
        assert dav('MKCOL', f'{INBOX}/box/').status_int == 405
        assert dav('MKCOL', f'{INBOX}/none/box').status_int == 409
        assert dav('MKCOL', f'{INBOX}/x', b'<x/>').status_int == 415
        assert dav('MKCOL', f'{OPEN}/volume').status_int == 201
        assert dav('MKCOL', f'{OPEN}/volume/deeper').status_int == 403
        assert dav.as_('archivist')('MKCOL', '/dav/Z109/new').status_int == 403
        with acting('clerk') as act:
            assert act.repository['收集']['box'].type == 'folder'

    def test_a_record_of_several_files_is_a_collection(self, dav, acting):
        dav('PUT', f'{OPEN}/a.txt', b'one')
        with acting('clerk') as act:
            item = act.repository['Z109']['WS']['2026']['D30']['BGS']['a.txt']
            from lantai.features.records import deposit

            deposit.put(act, item, 'b.txt', act.site.contents.receive([b'two']))
        assert dav.names(f'{OPEN}/a.txt/') == [f'{OPEN}/a.txt/a.txt', f'{OPEN}/a.txt/b.txt']
        assert dav('GET', f'{OPEN}/a.txt/b.txt').body == b'two'
        assert dav('PUT', f'{OPEN}/a.txt/c.txt', b'three').status_int == 201
        assert dav('PUT', f'{OPEN}/a.txt', b'x').status_int == 405
        assert dav('DELETE', f'{OPEN}/a.txt/b.txt').status_int == 204
        assert dav.names(f'{OPEN}/a.txt') == [f'{OPEN}/a.txt/a.txt', f'{OPEN}/a.txt/c.txt']

    def test_a_file_has_nothing_below_it_and_no_slash(self, dav):
        dav('PUT', f'{OPEN}/a.txt', b'one')
        assert dav('GET', f'{OPEN}/a.txt/a.txt').status_int == 404
        assert dav('PROPFIND', f'{OPEN}/a.txt/', Depth='0').status_int == 404
        assert dav('PUT', f'{OPEN}/a.txt/b.txt', b'x').status_int == 409
        assert dav('PUT', f'{OPEN}/new.txt/', b'x').status_int == 409


class TestClosed:
    @pytest.mark.parametrize(
        ('method', 'headers'),
        [('PUT', {}), ('MKCOL', {}), ('LOCK', {})],
    )
    def test_nothing_goes_in(self, dav, method, headers):
        archivist = dav.as_('archivist')
        body = {'PUT': b'x', 'MKCOL': b'', 'LOCK': lockinfo()}[method]
        answer = archivist(method, f'{CLOSED}/x', body, **headers)
        assert (answer.status_int, condition(answer)) == (403, 'container-closed')
        assert archivist.names(CLOSED) == []

    def test_nothing_comes_out_or_changes(self, dav, acting):
        dav('PUT', f'{OPEN}/a.txt', b'one')
        with acting('machine') as act:
            act.repository['Z109']['WS']['2026']['D30']['BGS'].open = False
        for method, headers in (
            ('PUT', {}),
            ('DELETE', {}),
            ('MOVE', {'Destination': f'{INBOX}/a.txt'}),
        ):
            answer = dav(method, f'{OPEN}/a.txt', b'x' if method == 'PUT' else b'', **headers)
            assert (method, answer.status_int, condition(answer)) == (method, 403, 'container-closed')
        assert dav('COPY', f'{OPEN}/a.txt', Destination=f'{INBOX}/a.txt').status_int == 201
        assert dav('GET', f'{OPEN}/a.txt').body == b'one'
        assert dav.prop(OPEN, '{urn:x-lantai}state').text == 'closed'
        assert len(dav.prop(f'{OPEN}/a.txt', '{DAV:}supportedlock')) == 0


class TestFiled:
    @pytest.mark.parametrize('person', ['clerk', 'archivist'])
    def test_fixed_for_every_method(self, dav, filed, person):
        me = dav.as_(person)
        dav('PUT', f'{OPEN}/draft.txt', b'draft')
        for method, path, body, headers in (
            ('PUT', filed, b'x', {}),
            ('DELETE', filed, b'', {}),
            ('MOVE', filed, b'', {'Destination': f'{INBOX}/x.txt'}),
            ('MOVE', f'{OPEN}/draft.txt', b'', {'Destination': filed, 'Overwrite': 'T'}),
            ('COPY', f'{OPEN}/draft.txt', b'', {'Destination': filed, 'Overwrite': 'T'}),
            ('LOCK', filed, lockinfo(), {}),
        ):
            answer = me(method, path, body, **headers)
            assert (method, answer.status_int, condition(answer)) == (method, 403, 'record-is-filed')
        assert me('GET', filed).body == b'final'
        assert me('MKCOL', filed).status_int == 405
        assert len(me.prop(filed, '{DAV:}supportedlock')) == 0
        assert me.prop(filed, '{urn:x-lantai}state').text == 'filed'

    def test_the_refusal_is_in_the_log_and_says_of_what(self, dav, filed, site):
        dav('PUT', filed, b'x')
        with site.reading() as act:
            queued = [
                json.loads(leaf)
                for queue in event_log(act.repository).queues.values()
                for _number, leaf in queue.since(0)
            ]
            item = act.repository['Z109']['WS']['2026']['D30']['BGS']['filed.txt']
            refusal = next(event for event in queued if event['act'] == 'refused')
            assert (refusal['error'], refusal['object'], refusal['actor'], refusal['door']) == (
                'record-is-filed',
                item.uid,
                'clerk',
                'dav',
            )

    def test_it_may_be_copied_into_an_open_place(self, dav, filed):
        assert dav('COPY', filed, Destination=f'{INBOX}/copy.txt').status_int == 201
        assert dav.prop(f'{INBOX}/copy.txt', '{urn:x-lantai}state').text == 'draft'

    def test_properties_are_refused_in_the_propstat(self, dav, filed):
        answer = dav(
            'PROPPATCH',
            filed,
            setting('<x xmlns="urn:x">1</x>'),
        )
        assert answer.status_int == 207
        assert 'HTTP/1.1 403' in answer.text and 'record-is-filed' in answer.text

    def test_a_folder_around_it_is_not_deleted_either(self, dav, acting):
        dav('MKCOL', f'{OPEN}/volume')
        dav('PUT', f'{OPEN}/volume/a.txt', b'1')
        dav('PUT', f'{OPEN}/volume/b.txt', b'2')
        with acting('machine') as act:
            item = act.repository['Z109']['WS']['2026']['D30']['BGS']['volume']['b.txt']
            item.state = 'filed'
            item.touch(act.clock)
        assert dav('DELETE', f'{OPEN}/volume').status_int == 403
        assert len(dav.names(f'{OPEN}/volume')) == 2


class TestHidden:
    def test_it_answers_not_found_to_every_method_and_is_in_no_listing(self, dav):
        dav('PUT', f'{OPEN}/secret.txt', b'mine')
        other = dav.as_('clerk2')
        assert other.names(OPEN) == []
        for method in ('GET', 'HEAD', 'PROPFIND', 'DELETE', 'UNLOCK', 'COPY', 'MOVE', 'PROPPATCH'):
            body = setting('<x/>') if method == 'PROPPATCH' else ''
            headers = {'Destination': f'{INBOX}/x', 'Lock_Token': '<urn:uuid:1>', 'Depth': '0'}
            if method in ('MOVE', 'DELETE'):
                del headers['Depth']
            assert (method, other(method, f'{OPEN}/secret.txt', body, **headers).status_int) == (method, 404)

    def test_a_name_taken_by_it_looks_like_a_missing_parent(self, dav):
        dav('PUT', f'{OPEN}/secret.txt', b'mine')
        other = dav.as_('clerk2')
        missing = other('PUT', f'{OPEN}/none/x.txt', b'x')
        assert missing.status_int == 409
        for method, body, headers in (
            ('PUT', b'x', {}),
            ('MKCOL', b'', {}),
            ('LOCK', lockinfo(), {}),
        ):
            answer = other(method, f'{OPEN}/secret.txt', body, **headers)
            assert (method, answer.status_int, answer.body) == (method, 409, missing.body)
        other('PUT', f'{OPEN}/open.txt', b'x')
        moved = other('MOVE', f'{OPEN}/open.txt', Destination=f'{OPEN}/secret.txt')
        assert (moved.status_int, moved.body) == (409, missing.body)
        assert dav('GET', f'{OPEN}/secret.txt').body == b'mine'

    def test_another_body_sees_nothing_of_it(self, dav):
        outsider = dav.as_('outsider')
        assert outsider.names('/dav/') == ['/dav/Z110/', '/dav/%E6%94%B6%E9%9B%86/']
        assert outsider('PROPFIND', OPEN, Depth='1').status_int == 404
        assert outsider('PUT', f'{OPEN}/x', b'x').status_int == 409

    def test_nobody_learns_anything_before_showing_who_they_are(self, dav):
        dav('PUT', f'{OPEN}/a.txt', b'one')
        for method in ('GET', 'OPTIONS', 'PROPFIND', 'PUT', 'MKCOL', 'LOCK', 'TRACE', 'NONSENSE'):
            for path in (f'{OPEN}/a.txt', f'{OPEN}/none', '/dav/', '/dav/%FF', '/dav/%2e%2e/x'):
                answer = dav.as_(None)(method, path)
                assert (method, path, answer.status_int) == (method, path, 401)
                assert answer.headers['WWW-Authenticate'].endswith('charset="UTF-8"')
