"""Locks as clients use them."""

from datetime import timedelta

import pytest
from lxml import etree

from tests.doors.dav.conftest import INBOX, OPEN, D, condition, lockinfo, setting

DOC = f'{INBOX}/doc.txt'


@pytest.fixture
def shared(dav, acting):
    """A draft that two people may change: the clerk made it, the archivist may edit it."""
    assert dav('PUT', f'{OPEN}/doc.txt', b'1').status_int == 201
    return f'{OPEN}/doc.txt'


class TestLocking:
    def test_a_lock_is_shown_with_all_it_has(self, dav):
        dav('PUT', DOC, b'1')
        answer = dav(
            'LOCK', DOC, lockinfo(owner='<o:x xmlns:o="urn:o">王</o:x>'), Timeout='Second-180', Depth='0'
        )
        assert answer.status_int == 200
        active = dav.prop(DOC, '{DAV:}lockdiscovery').find(f'{D}activelock')
        assert active.findtext(f'{D}timeout') == 'Second-180'
        assert active.findtext(f'{D}depth') == '0'
        assert active.findtext(f'{D}lockroot/{D}href') == DOC
        assert f'<{active.findtext(f"{D}locktoken/{D}href")}>' == answer.headers['Lock-Token']
        assert active.find(f'{D}owner')[0].tag == '{urn:o}x' and active.find(f'{D}owner')[0].text == '王'

    def test_without_depth_it_is_infinite(self, dav):
        dav('PUT', DOC, b'1')
        dav.lock(DOC)
        assert dav.prop(DOC, '{DAV:}lockdiscovery').findtext(f'.//{D}depth') == 'infinity'
        assert dav('LOCK', f'{INBOX}/x', lockinfo(), Depth='1').status_int == 400

    def test_it_stops_whoever_has_no_token(self, dav):
        dav('PUT', DOC, b'1')
        dav('PUT', f'{INBOX}/other.txt', b'2')
        token = dav.lock(DOC)
        for method, path, headers in (
            ('PUT', DOC, {}),
            ('DELETE', DOC, {}),
            ('MOVE', DOC, {'Destination': f'{INBOX}/x'}),
            ('MOVE', f'{INBOX}/other.txt', {'Destination': DOC}),
            ('COPY', f'{INBOX}/other.txt', {'Destination': DOC}),
        ):
            answer = dav(method, path, b'x' if method == 'PUT' else b'', **headers)
            assert (method, answer.status_int, condition(answer)) == (method, 423, 'lock-token-submitted')
            assert DOC in answer.text
        body = setting('<x xmlns="urn:x"/>')
        assert dav('PROPPATCH', DOC, body).status_int == 423
        assert dav('GET', DOC).body == b'1'
        assert dav('PUT', DOC, b'3', If_=f'(<{token}>)').status_int == 204
        assert dav('PUT', DOC, b'3', If_=f'<http://h{DOC}> (<{token}>)').status_int == 204
        assert dav('PUT', DOC, b'3', If_=f'(<{token}x>)').status_int == 412

    def test_the_token_of_another_person_does_not_help(self, dav, shared):
        token = dav.lock(shared)
        archivist = dav.as_('archivist')
        assert archivist('PUT', shared, b'x', If_=f'(<{token}>)').status_int == 423
        assert archivist('UNLOCK', shared, Lock_Token=f'<{token}>').status_int == 403
        assert archivist('LOCK', shared, If_=f'(<{token}>)').status_int == 403
        assert archivist('LOCK', shared, lockinfo()).status_int == 423

    def test_shared_locks_stand_side_by_side(self, dav, shared):
        archivist = dav.as_('archivist')
        mine, theirs = dav.lock(shared, scope='shared'), archivist.lock(shared, scope='shared')
        assert mine != theirs
        answer = dav('LOCK', shared, lockinfo('exclusive'))
        assert (answer.status_int, condition(answer)) == (423, 'no-conflicting-lock')
        assert dav('PUT', shared, b'2').status_int == 423
        assert dav('PUT', shared, b'2', If_=f'(<{mine}>)').status_int == 204

    def test_a_lock_ends_by_itself_at_once(self, dav, clock):
        dav('PUT', DOC, b'1')
        token = dav.lock(DOC, Timeout='Second-1')
        clock.moment += timedelta(seconds=2)
        assert len(dav.prop(DOC, '{DAV:}lockdiscovery')) == 0
        assert dav('PUT', DOC, b'2', If_=f'(<{token}>)').status_int == 412
        assert dav('PUT', DOC, b'2').status_int == 204

    def test_refreshing(self, dav, clock):
        dav('PUT', DOC, b'1')
        token = dav.lock(DOC, Timeout='Second-60')
        clock.moment += timedelta(seconds=59)
        answer = dav('LOCK', DOC, Timeout='Second-60', If_=f'(<{token}>)')
        assert answer.status_int == 200 and 'Lock-Token' not in answer.headers
        assert etree.fromstring(answer.body).findtext(f'.//{D}locktoken/{D}href') == token
        clock.moment += timedelta(seconds=59)
        assert dav('PUT', DOC, b'2').status_int == 423
        assert dav('LOCK', DOC, If_='(<urn:uuid:unknown>)').status_int == 412
        assert dav('LOCK', DOC).status_int == 400


class TestUnlocking:
    def test_refusals(self, dav):
        dav('PUT', DOC, b'1')
        dav('PUT', f'{INBOX}/other.txt', b'1')
        token = dav.lock(DOC)
        assert dav('UNLOCK', DOC).status_int == 400
        assert dav('UNLOCK', DOC, Lock_Token='<urn:uuid:none>').status_int == 409
        answer = dav('UNLOCK', f'{INBOX}/other.txt', Lock_Token=f'<{token}>')
        assert (answer.status_int, condition(answer)) == (409, 'lock-token-matches-request-uri')
        assert dav('UNLOCK', DOC, Lock_Token=token).status_int == 204
        assert dav('PUT', DOC, b'2').status_int == 204


class TestUnmapped:
    def test_a_lock_on_a_free_name_makes_an_empty_draft(self, dav):
        answer = dav('LOCK', DOC, lockinfo(), Timeout='Second-60')
        assert answer.status_int == 201
        token = answer.headers['Lock-Token']
        head = dav('HEAD', DOC)
        assert (head.status_int, head.content_length) == (200, 0)
        put = dav('PUT', DOC, b'1', If_Match=head.headers['ETag'], If_=f'<http://h{DOC}> ({token})')
        assert put.status_int == 204
        assert dav('UNLOCK', DOC, Lock_Token=token).status_int == 204
        assert dav('GET', DOC).body == b'1'

    def test_not_where_nothing_may_be_made(self, dav):
        assert dav('LOCK', f'{INBOX}/none/x', lockinfo()).status_int == 409
        assert dav('LOCK', '/dav/Z109/x', lockinfo()).status_int == 403


class TestCollections:
    def test_an_infinite_lock_covers_members_old_and_new(self, dav):
        dav('MKCOL', f'{INBOX}/box')
        dav('PUT', f'{INBOX}/box/a', b'1')
        token = dav.lock(f'{INBOX}/box')
        assert dav('PUT', f'{INBOX}/box/a', b'2').status_int == 423
        assert dav('PUT', f'{INBOX}/box/b', b'2').status_int == 423
        assert dav('PUT', f'{INBOX}/box/b', b'2', If_=f'<http://h{INBOX}/box/> (<{token}>)').status_int == 201
        assert dav('LOCK', f'{INBOX}/box/b', lockinfo()).status_int == 423
        assert len(dav.prop(f'{INBOX}/box/b', '{DAV:}lockdiscovery')) == 1
        assert dav('UNLOCK', f'{INBOX}/box/a', Lock_Token=f'<{token}>').status_int == 204

    def test_a_lock_of_depth_zero_keeps_the_members_as_they_are(self, dav):
        dav('MKCOL', f'{INBOX}/box')
        dav('PUT', f'{INBOX}/box/a', b'1')
        dav.lock(f'{INBOX}/box', Depth='0')
        assert dav('PUT', f'{INBOX}/box/a', b'2').status_int == 204
        assert dav('PUT', f'{INBOX}/box/b', b'2').status_int == 423
        assert dav('DELETE', f'{INBOX}/box/a').status_int == 423

    def test_a_locked_member_holds_its_folder(self, dav):
        dav('MKCOL', f'{INBOX}/box')
        dav('MKCOL', f'{INBOX}/full')
        dav('PUT', f'{INBOX}/box/a', b'1')
        dav.lock(f'{INBOX}/box/a')
        assert dav('DELETE', f'{INBOX}/box').status_int == 423
        assert dav('MOVE', f'{INBOX}/box', Destination=f'{INBOX}/moved').status_int == 423
        assert dav('COPY', f'{INBOX}/full', Destination=f'{INBOX}/box').status_int == 423
        assert dav('LOCK', f'{INBOX}/box', lockinfo()).status_int == 423
        assert dav('GET', f'{INBOX}/box/a').body == b'1'

    def test_locks_do_not_travel(self, dav):
        dav('PUT', DOC, b'1')
        token = dav.lock(DOC)
        moved = f'{INBOX}/moved.txt'
        assert dav('MOVE', DOC, Destination=moved, If_=f'(<{token}>)').status_int == 201
        assert len(dav.prop(moved, '{DAV:}lockdiscovery')) == 0
        assert dav('PUT', DOC, b'2').status_int == 201
        assert len(dav.prop(DOC, '{DAV:}lockdiscovery')) == 0


class TestConditions:
    @pytest.mark.parametrize('header', ['', 'x', '(', '()', '(<urn:x:1>', '(urn:x:1)'])
    def test_the_malformed_stops_the_change(self, dav, header):
        dav('PUT', DOC, b'1')
        answer = dav('PUT', DOC, b'2', If_=header)
        assert (answer.status_int, condition(answer)) == (400, 'bad-header')
        assert dav('GET', DOC).body == b'1'

    def test_etags_and_no_lock(self, dav):
        etag = dav('PUT', DOC, b'1').headers['ETag']
        assert dav('PUT', DOC, b'2', If_='(["other"])').status_int == 412
        assert dav('PUT', DOC, b'2', If_=f'([{etag}])').status_int == 204
        assert dav('PUT', DOC, b'2', If_='(<DAV:no-lock>)').status_int == 412
        assert dav('PUT', DOC, b'2', If_='(Not <DAV:no-lock>)').status_int == 204
        assert dav('DELETE', DOC, If_='(["other"])').status_int == 412

    def test_plain_conditions(self, dav):
        assert dav('PUT', DOC, b'1', If_Match='"x"').status_int == 412
        assert dav('PUT', DOC, b'1', If_Match='*').status_int == 412
        etag = dav('PUT', DOC, b'1', If_None_Match='*').headers['ETag']
        assert dav('PUT', DOC, b'1', If_None_Match='*').status_int == 412
        assert dav('PUT', DOC, b'2', If_Match='"other"').status_int == 412
        assert dav('PUT', DOC, b'2', If_Match=f'"other", {etag}').status_int == 204
        assert dav('PUT', DOC, b'3', If_Unmodified_Since='Mon, 02 Mar 2020 00:00:00 GMT').status_int == 412
        assert dav('PUT', DOC, b'3', If_Match='nonsense').status_int == 400
        assert dav('GET', DOC, If_None_Match=dav('HEAD', DOC).headers['ETag']).status_int == 304
        assert dav('MOVE', DOC, Destination=f'{INBOX}/x', If_Match=etag).status_int == 412
