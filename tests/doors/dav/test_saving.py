"""Programs that save by renaming change one record, not two."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.doors.dav.conftest import INBOX, setting

DOC = f'{INBOX}/doc.docx'


def uid(dav, path: str) -> str:
    return dav.prop(path, '{urn:x-lantai}record-id').text


@pytest.fixture
def doc(dav):
    """A draft with a property of its own; gives its record id."""
    dav('PUT', DOC, b'old')
    dav('PROPPATCH', DOC, setting('<a xmlns="urn:a">kept</a>'))
    return uid(dav, DOC)


def check_saved(dav, doc: str) -> None:
    assert dav('GET', DOC).body == b'new'
    assert uid(dav, DOC) == doc
    assert dav.prop(DOC, '{urn:a}a').text == 'kept'
    assert dav.names(INBOX) == [DOC]


def test_a_temporary_file_moved_onto_the_document(dav, doc, acting):
    """Nautilus, WPS, LibreOffice on a drive."""
    temporary = f'{INBOX}/.goutputstream-AB12CD'
    dav('PUT', temporary, b'new')
    assert dav('MOVE', temporary, Destination=DOC, Overwrite='F').status_int == 412
    assert dav('MOVE', temporary, Destination=DOC, Overwrite='T').status_int == 204
    check_saved(dav, doc)
    with acting('clerk') as act:
        assert [entry['what'] for entry in act.repository['收集']['doc.docx'].history].count('put') == 2


def test_the_document_moved_away_and_the_new_one_into_its_place(dav, doc):
    """Microsoft Office on a drive."""
    new, old = f'{INBOX}/{quote("~WRD0001.tmp")}', f'{INBOX}/{quote("~WRL0002.tmp")}'
    dav('PUT', new, b'new')
    assert dav('MOVE', DOC, Destination=old).status_int == 201
    assert dav('GET', DOC).status_int == 404
    assert dav('MOVE', new, Destination=DOC).status_int == 201
    assert dav('GET', old).body == b'old'
    assert uid(dav, old) != doc
    assert dav('DELETE', old).status_int == 204
    check_saved(dav, doc)


def test_the_document_moved_away_and_written_anew(dav, doc):
    """Editors that keep a backup."""
    backup = f'{INBOX}/doc.docx~'
    assert dav('MOVE', DOC, Destination=backup).status_int == 201
    assert dav('PUT', DOC, b'new').status_int == 201
    assert dav('GET', backup).body == b'old'
    assert dav('DELETE', backup).status_int == 204
    check_saved(dav, doc)


def test_a_document_saved_in_a_folder_of_its_own(dav, doc):
    """Applications of macOS: name.sb-xxxxxxxx-yyyyyy/name moved onto name."""
    folder = f'{INBOX}/doc.docx.sb-1234abcd-Xy12Zz'
    dav('MKCOL', folder)
    dav('PUT', f'{folder}/doc.docx', b'new')
    assert dav('MOVE', f'{folder}/doc.docx', Destination=DOC).status_int == 204
    assert dav('DELETE', folder).status_int == 204
    check_saved(dav, doc)


def test_saving_many_times_keeps_one_record(dav, doc):
    for _number in range(3):
        new, old = f'{INBOX}/t1.tmp', f'{INBOX}/t2.tmp'
        dav('PUT', new, b'new')
        assert dav('MOVE', DOC, Destination=old).status_int == 201
        assert dav('MOVE', new, Destination=DOC).status_int == 201
        assert dav('DELETE', old).status_int == 204
        check_saved(dav, doc)


def test_a_minute_later_a_name_is_free_for_another_record(dav, doc, clock):
    dav('PUT', f'{INBOX}/other', b'other')
    other = uid(dav, f'{INBOX}/other')
    dav('MOVE', DOC, Destination=f'{INBOX}/renamed.docx')
    clock.moment += timedelta(seconds=61)
    dav('MOVE', f'{INBOX}/other', Destination=DOC)
    assert uid(dav, DOC) == other
    assert uid(dav, f'{INBOX}/renamed.docx') == doc


def test_into_another_container_a_record_keeps_its_own_identity(dav, doc):
    dav('MKCOL', f'{INBOX}/box')
    dav('PUT', f'{INBOX}/new', b'new')
    dav('MOVE', DOC, Destination=f'{INBOX}/box/doc.docx')
    dav('MOVE', f'{INBOX}/new', Destination=DOC)
    assert uid(dav, f'{INBOX}/box/doc.docx') == doc
    assert dav('GET', f'{INBOX}/box/doc.docx').body == b'old'


def test_no_bytes_are_left_behind(dav, doc, site):
    dav('PUT', f'{INBOX}/t1', b'new')
    dav('MOVE', DOC, Destination=f'{INBOX}/t2')
    dav('MOVE', f'{INBOX}/t1', Destination=DOC)
    dav('DELETE', f'{INBOX}/t2')
    dav('PUT', f'{INBOX}/t1', b'newer')
    dav('MOVE', f'{INBOX}/t1', Destination=DOC)
    assert [site.contents.path(key).read_bytes() for key in site.contents.keys()] == [b'newer']
    assert list(site.folder.incoming.iterdir()) == []
