import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lantai.base.errors import DomainError, Malformed, TooLarge
from lantai.doors.dav import multistatus
from lantai.doors.dav.xmlbody import LockInfo, Propfind, parse_lockinfo, parse_propfind, parse_proppatch


def propfind(inner: str) -> bytes:
    return f'<D:propfind xmlns:D="DAV:">{inner}</D:propfind>'.encode()


class TestPropfind:
    @pytest.mark.parametrize(
        ('body', 'expected'),
        [
            (b'', Propfind('allprop')),
            (b' \r\n', Propfind('allprop')),
            (propfind('<D:allprop/>'), Propfind('allprop')),
            (propfind('<D:propname/>'), Propfind('propname')),
            (
                propfind('<D:allprop/><D:include><D:owner/></D:include>'),
                Propfind('allprop', ('{DAV:}owner',)),
            ),
            (
                propfind('<D:prop><D:getetag/><x xmlns=""/><责任者 xmlns="urn:x"/></D:prop>'),
                Propfind('prop', ('{DAV:}getetag', 'x', '{urn:x}责任者')),
            ),
            (propfind('<q:unknown xmlns:q="urn:q"/><D:prop/>'), Propfind('prop')),
            (
                propfind('<D:prop><责 xmlns="http://例子/"/></D:prop>'),
                Propfind('prop', ('{http://例子/}责',)),
            ),
            (
                '<?xml version="1.0" encoding="utf-16"?><propfind xmlns="DAV:"><allprop/></propfind>'.encode(
                    'utf-16'
                ),
                Propfind('allprop'),
            ),
        ],
    )
    def test_what_is_asked_for(self, body, expected):
        assert parse_propfind(body) == expected

    @pytest.mark.parametrize(
        'body',
        [
            b'<foo',
            b'<D:propfind xmlns:D="DAV:"><D:prop><bar:foo/></D:prop></D:propfind>',
            propfind(''),
            propfind('<D:prop><bar:foo xmlns:bar=""/></D:prop>'),
            propfind('<D:prop/><D:propname/>'),
            b'<x/>',
            b'\xff\xfe\x00',
            b'<D:lockinfo xmlns:D="DAV:"/>',
            propfind('<D:prop><x xmlns="urn:例"><y:z/></x></D:prop>'),
            b'<propfind><prop/></propfind>',
            b'\x00' * 10,
            b'<!DOCTYPE x><D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>',
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + propfind('<D:prop>&a;</D:prop>'),
            propfind('<D:prop>' + '<D:a>' * 200 + '</D:a>' * 200 + '</D:prop>'),
        ],
    )
    def test_the_unreadable_is_refused(self, body):
        with pytest.raises(Malformed):
            parse_propfind(body)

    def test_too_much_is_refused_quickly(self):
        started = time.monotonic()
        with pytest.raises(TooLarge):
            parse_propfind(propfind('<D:prop>' + '<D:a/>' * 400_000 + '</D:prop>'))
        with pytest.raises(DomainError):
            parse_propfind(propfind('<D:a>' * 100_000))
        assert time.monotonic() - started < 5

    @given(st.binary(max_size=60))
    def test_nothing_but_a_refusal_comes_of_nonsense(self, body):
        try:
            parse_propfind(body)
        except DomainError:
            pass


class TestProppatch:
    def test_steps_keep_their_order(self):
        steps = parse_proppatch(
            b'<D:propertyupdate xmlns:D="DAV:" xmlns:q="urn:q"><D:remove><D:prop><q:a/></D:prop>'
            b'</D:remove><D:set><D:prop><q:a>1</q:a><q:b/></D:prop></D:set></D:propertyupdate>'
        )
        assert [(step.name, step.xml is None, step.text) for step in steps] == [
            ('{urn:q}a', True, ''),
            ('{urn:q}a', False, '1'),
            ('{urn:q}b', False, ''),
        ]

    def test_a_value_stands_alone_with_its_namespaces_and_language(self):
        (step,) = parse_proppatch(
            '<D:propertyupdate xmlns:D="DAV:" xmlns:q="urn:q" xml:lang="zh"><D:set><D:prop>'
            '<q:责任者>甲<q:b D:c="1"/> &lt;</q:责任者></D:prop></D:set></D:propertyupdate>'.encode()
        )
        element = etree.fromstring(step.xml)
        assert element.tag == '{urn:q}责任者'
        assert element.get('{http://www.w3.org/XML/1998/namespace}lang') == 'zh'
        assert element[0].get('{DAV:}c') == '1'
        assert element[0].tail == ' <'

    @pytest.mark.parametrize(
        'body', [b'', b'<D:propertyupdate xmlns:D="DAV:"/>', b'<D:propfind xmlns:D="DAV:"/>', b'nonsense']
    )
    def test_without_steps_it_is_refused(self, body):
        with pytest.raises(Malformed):
            parse_proppatch(body)


class TestLockinfo:
    def body(self, inner):
        return f'<D:lockinfo xmlns:D="DAV:">{inner}</D:lockinfo>'.encode()

    def test_an_empty_body_refreshes(self):
        assert parse_lockinfo(b'') is None

    def test_scope_and_owner(self):
        inner = '<D:lockscope><D:{}/></D:lockscope><D:locktype><D:write/></D:locktype>'
        assert parse_lockinfo(self.body(inner.format('shared'))) == LockInfo(False)
        found = parse_lockinfo(
            self.body(inner.format('exclusive') + '<D:owner><D:href>me</D:href></D:owner>')
        )
        assert found.exclusive
        assert etree.fromstring(found.owner)[0].text == 'me'

    @pytest.mark.parametrize(
        'inner',
        [
            '',
            '<D:lockscope/><D:locktype><D:write/></D:locktype>',
            '<D:lockscope><D:shared/></D:lockscope>',
            '<D:lockscope><D:shared/><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype>',
            '<D:lockscope><D:shared/></D:lockscope><D:locktype><D:read/></D:locktype>',
        ],
    )
    def test_half_a_request_is_refused(self, inner):
        with pytest.raises(Malformed):
            parse_lockinfo(self.body(inner))


class TestMultistatus:
    @given(st.text(max_size=40))
    def test_any_text_gives_readable_xml(self, value):
        etree.fromstring(f'<a>{multistatus.text(value)}</a>')

    def test_a_document_reads_back(self):
        part = multistatus.propstat(
            multistatus.element('{DAV:}displayname', multistatus.text('a<&b'))
            + multistatus.element('{urn:y}é')
            + multistatus.element('plain', '1'),
            200,
        )
        root = etree.fromstring(b''.join(multistatus.document([multistatus.response('/dav/x', part)])))
        prop = root.find('.//{DAV:}prop')
        assert [child.tag for child in prop] == ['{DAV:}displayname', '{urn:y}é', 'plain']
        assert prop[0].text == 'a<&b' and prop[0].prefix == 'D'
