from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.base.errors import Malformed
from lantai.base.names import check_name
from lantai.doors.dav.errors import OtherServer
from lantai.doors.dav.paths import DavPath, href, parse_path, parse_reference


def _usable(name: str) -> bool:
    try:
        check_name(name)
    except Malformed:
        return False
    return True


names = st.text(min_size=1, max_size=60).filter(_usable)


class TestParsePath:
    @pytest.mark.parametrize(
        ('raw', 'segments'),
        [
            ('/dav', ()),
            ('/dav/', ()),
            ('/dav/a/b', ('a', 'b')),
            ('/dav/a/b/', ('a', 'b')),
            ('/dav//a', ('a',)),
            ('/dav/%2541', ('%41',)),
            ('/dav/a+b', ('a+b',)),
            ('/%64av/x', ('x',)),
            ('/dav/x?y=z', ('x',)),
            ('/dav/@@view/index.html/__parent__/++x++', ('@@view', 'index.html', '__parent__', '++x++')),
            ('/dav/%e4%b8%ad', ('中',)),
            ('/dav/%F0%A0%AE%B7', ('𠮷',)),
            ('/dav/a%20', ('a ',)),
            ('/dav/a;b=c', ('a;b=c',)),
        ],
    )
    def test_names_are_decoded_once(self, raw, segments):
        assert parse_path(raw).segments == segments

    @pytest.mark.parametrize(
        'raw',
        [
            '/dav/..',
            '/dav/../etc',
            '/dav/%2e%2e/x',
            '/dav/%2E',
            '/dav/a%2Fb',
            '/dav/a%5Cb',
            '/dav/a\\b',
            '/dav/a%00',
            '/dav/%0A',
            '/dav/%7F',
            '/dav/%C2%85',
            '/dav/%FF',
            '/dav/%ED%A0%80',
            '/dav/%',
            '/dav/%4',
            '/dav/%zz',
            'dav/x',
            '',
            '/dav/' + 'x' * 256,
            '/dav/' + '%E4%B8%AD' * 86,
        ],
    )
    def test_what_is_no_name_is_refused(self, raw):
        with pytest.raises(Malformed):
            parse_path(raw)

    def test_eighty_five_han_characters_fit(self):
        assert parse_path('/dav/' + quote('档' * 85)).segments == ('档' * 85,)

    def test_another_tree_is_another_server(self):
        for raw in ('/', '/archive/x', '/davx/y', '/api/v1/tree'):
            with pytest.raises(OtherServer):
                parse_path(raw)

    def test_a_mount_point_is_taken_off(self):
        assert parse_path('/office/dav/x', '/office').segments == ('x',)

    @given(st.lists(names, max_size=4), st.booleans())
    def test_what_is_listed_is_found_again(self, segments, collection):
        assert parse_path(href(tuple(segments), collection)).segments == tuple(segments)

    @given(st.text(alphabet=st.characters(max_codepoint=255), max_size=40))
    def test_nothing_but_a_refusal_comes_of_nonsense(self, text):
        try:
            found = parse_path('/dav/' + text)
        except (Malformed, OtherServer):
            return
        assert all(
            name not in ('', '.', '..') and '/' not in name and '\\' not in name for name in found.segments
        )


class TestParseReference:
    @pytest.mark.parametrize(
        ('value', 'host'),
        [
            ('http://h/dav/x', 'h'),
            ('http://h:80/dav/x', 'h'),
            ('https://h/dav/x', 'h:443'),
            ('HTTP://H:6543/dav/x', 'h:6543'),
            ('/dav/x', 'anything'),
            ('http://u:p@h/dav/x', 'h'),
            ('http://[::1]:6543/dav/x', '[::1]:6543'),
        ],
    )
    def test_our_own_host(self, value, host):
        assert parse_reference(value, host) == DavPath(('x',))

    @pytest.mark.parametrize(
        'value', ['http://other/dav/x', 'http://h:99/dav/x', 'ftp://h/dav/x', 'http://h/archive/x', '/']
    )
    def test_elsewhere(self, value):
        with pytest.raises(OtherServer):
            parse_reference(value, 'h')

    @pytest.mark.parametrize(
        'value',
        [
            '',
            ' ',
            'not a url',
            'x',
            'dav/x',
            '//h/dav/x',
            'http:///dav/x',
            'http://h:x/dav/y',
            'http://h/dav/%',
            'http://[::1/dav/x',
            'http://h/dav/../x',
        ],
    )
    def test_unreadable(self, value):
        with pytest.raises(Malformed):
            parse_reference(value, 'h')


def test_hrefs_are_ascii_and_collections_end_in_a_slash():
    assert href(('收集', 'a b#?&'), True) == '/dav/%E6%94%B6%E9%9B%86/a%20b%23%3F%26/'
    assert href((), True) == '/dav/'
    assert href(('x',), False, '/office') == '/office/dav/x'
