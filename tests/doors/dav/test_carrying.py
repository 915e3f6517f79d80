"""Files dragged into a record and out of one."""

import pytest

from lantai.features.records import deposit
from tests.doors.dav.conftest import INBOX, OPEN

RECORD = f'{OPEN}/record.txt'


@pytest.fixture
def record(dav, acting) -> str:
    """A draft of two files: record.txt and enclosure.txt; gives its uid."""
    dav('PUT', RECORD, b'main')
    with acting('clerk') as act:
        item = act.repository['Z109']['WS']['2026']['D30']['BGS']['record.txt']
        deposit.put(act, item, 'enclosure.txt', act.site.contents.receive([b'enclosed']))
        return item.uid


def test_out_of_a_record_a_file_is_a_record_of_its_own(dav, record):
    assert dav('MOVE', f'{RECORD}/enclosure.txt', Destination=f'{INBOX}/alone.txt').status_int == 201
    assert dav('GET', f'{INBOX}/alone.txt').body == b'enclosed'
    assert dav.prop(f'{INBOX}/alone.txt', '{urn:x-lantai}record-id').text != record
    assert dav('GET', RECORD).body == b'main', 'what is left is one file again'


def test_a_copy_leaves_the_record_as_it_is(dav, record):
    assert dav('COPY', f'{RECORD}/enclosure.txt', Destination=f'{OPEN}/copy.txt').status_int == 201
    assert dav('GET', f'{OPEN}/copy.txt').body == b'enclosed'
    assert len(dav.names(RECORD)) == 2


def test_into_a_record_a_draft_becomes_one_of_its_files(dav, record, acting, site):
    dav('PUT', f'{OPEN}/more.txt', b'more')
    joined = dav.prop(f'{OPEN}/more.txt', '{urn:x-lantai}record-id').text
    assert dav('MOVE', f'{OPEN}/more.txt', Destination=f'{RECORD}/more.txt').status_int == 201
    assert dav('GET', f'{RECORD}/more.txt').body == b'more'
    assert dav('GET', f'{OPEN}/more.txt').status_int == 404
    with acting('clerk') as act:
        item = act.repository.by_uid(record)
        assert item.joined == (joined,) and item.history[-1]['what'] == 'join'
        assert act.repository.by_uid(joined) is None
    assert len(list(site.contents.keys())) == 3


def test_over_a_file_that_is_there(dav, record):
    dav('PUT', f'{OPEN}/more.txt', b'more')
    uid = dav.prop(f'{OPEN}/more.txt', '{urn:x-lantai}record-id').text
    for method, over, body in (('COPY', 'F', b'more'), ('MOVE', 'T', b'enclosed')):
        status = dav(
            method, f'{RECORD}/enclosure.txt', Destination=f'{OPEN}/more.txt', Overwrite=over
        ).status_int
        assert status == (412 if over == 'F' else 204)
        assert dav('GET', f'{OPEN}/more.txt').body == body
    assert dav.prop(f'{OPEN}/more.txt', '{urn:x-lantai}record-id').text == uid
    assert dav('COPY', f'{OPEN}/more.txt', Destination=f'{RECORD}/more.txt').status_int == 409, 'a file now'


def test_a_folder_does_not_go_into_a_record(dav, record):
    dav('MKCOL', f'{INBOX}/box')
    assert dav('MOVE', f'{INBOX}/box', Destination=f'{RECORD}/box').status_int == 403
    assert dav('MKCOL', f'{RECORD}/box').status_int == 403
