"""Names: decoded once, kept as received, found in either composition, never outside the tree."""

import unicodedata
from urllib.parse import quote, unquote

import pytest
from lxml import etree

from tests.doors.dav.conftest import INBOX, condition

LEGAL = [
    '@@view',
    '++x++',
    '__parent__',
    'index.html',
    'PROPFIND',
    'a%41',
    'a+b',
    ' leading',
    'trailing ',
    'trailing.',
    'a#b?c&d;e',
    "it's",
    '[x]{y}',
    'con',
    'a:b|c*',
    '𠮷野家.txt',
    '〔1998〕１２号',
    '📄.txt',
    '档' * 85,
    'x' * 255,
    '_.x',
    'Thumbs.db.txt',
    '~文件.txt',
    '.profile',
    '.文件.txt',
    '..隐.txt',
    '①㎏ﬁ',
    '~WRL0001.tmp',
    '.goutputstream-ABC',
]


@pytest.mark.parametrize('name', LEGAL)
def test_a_name_is_kept_exactly(dav, name):
    address = f'{INBOX}/{quote(name, safe="")}'
    assert dav('PUT', address, b'x').status_int == 201
    assert [unquote(href) for href in dav.names(INBOX)] == [f'/dav/收集/{name}']
    assert dav('GET', address).body == b'x'
    assert dav.prop(address, '{DAV:}displayname').text == name
    assert dav('DELETE', address).status_int == 204


@pytest.mark.parametrize(
    'path',
    [
        'a%2Fb',
        'a%5Cb',
        'a\\b',
        'a%00b',
        '%0A',
        'a%7F',
        '%C2%85',
        '%2e',
        '%2e%2e/x',
        '..',
        '%FF',
        '%ZZ',
        'x' * 256,
        '档' * 86,
    ],
)
def test_what_is_no_name_is_refused_in_address_and_destination(dav, path):
    dav('PUT', f'{INBOX}/ok', b'x')
    path = quote(path, safe='/%\\')
    answer = dav('PUT', f'{INBOX}/{path}', b'x')
    assert answer.status_int == 400 and condition(answer) in ('bad-address', 'bad-name')
    assert dav('MOVE', f'{INBOX}/ok', Destination=f'http://h{INBOX}/{path}').status_int == 400
    assert dav.names(INBOX) == [f'{INBOX}/ok']


@pytest.mark.parametrize(
    ('destination', 'status'),
    [
        ('', 400),
        ('not a url', 400),
        ('x', 400),
        ('http://other/dav/x', 502),
        ('http://h/archive/x', 502),
        ('http://h/dav/../x', 400),
        ('http://h/dav/x#y', 400),
        ('/dav/', 403),
    ],
)
def test_destinations(dav, destination, status):
    dav('PUT', f'{INBOX}/ok', b'x')
    assert dav('COPY', f'{INBOX}/ok', Destination=destination).status_int == status
    assert dav('MOVE', f'{INBOX}/ok', Destination=destination).status_int == status
    assert dav.names(INBOX) == [f'{INBOX}/ok']


@pytest.mark.parametrize('name', ['한글.txt', 'が', 'é.txt'])
def test_both_compositions_are_one_file_listed_as_stored(dav, name):
    composed, decomposed = (quote(unicodedata.normalize(form, name)) for form in ('NFC', 'NFD'))
    assert composed != decomposed
    assert dav('PUT', f'{INBOX}/{decomposed}', b'1').status_int == 201
    assert dav('PUT', f'{INBOX}/{composed}', b'2').status_int == 204
    assert dav.names(INBOX) == [f'{INBOX}/{decomposed}']
    assert dav('GET', f'{INBOX}/{composed}').body == b'2'


def test_compatibility_ideographs_are_characters_of_their_own(dav):
    for number, name in enumerate(('\ufa19', '\u795e', '\uf9d0', '\u985e')):
        assert dav('PUT', f'{INBOX}/{quote(name)}', str(number).encode()).status_int == 201
    assert len(dav.names(INBOX)) == 4
    assert dav('GET', f'{INBOX}/{quote("神")}').body == b'1'


def test_letters_of_either_case_are_two_names(dav):
    dav('PUT', f'{INBOX}/a.txt', b'1')
    assert dav('PUT', f'{INBOX}/A.txt', b'2').status_int == 201
    assert dav('GET', f'{INBOX}/a.txt').body == b'1'


def test_an_answer_holds_only_ascii_addresses_and_readable_xml(dav):
    dav('PUT', f'{INBOX}/{quote("<&>﷐.txt")}', b'x')
    answer = dav('PROPFIND', INBOX, Depth='1')
    assert all(href.text.isascii() for href in etree.fromstring(answer.body).iter('{DAV:}href'))
