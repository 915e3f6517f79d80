import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.doors.dav.conditions import Condition, ConditionList, State, holds, parse_if, submitted_tokens
from lantai.web.conditional import BadHeader

HERE = State('"e1"', frozenset({'urn:uuid:1'}))


class TestReading:
    def test_no_header_is_no_condition(self):
        assert parse_if(None) == ()

    def test_untagged_lists(self):
        assert parse_if('(<urn:uuid:1> Not ["x"]) (Not <DAV:no-lock>)') == (
            ConditionList(None, (Condition('urn:uuid:1'), Condition(etag='"x"', negated=True))),
            ConditionList(None, (Condition('DAV:no-lock', negated=True),)),
        )

    def test_a_tag_holds_for_all_lists_up_to_the_next(self):
        lists = parse_if('<http://h/a> (<urn:uuid:1>) (["w"]) </dav/b>([W/"y"])')
        assert [one.resource for one in lists] == ['http://h/a', 'http://h/a', '/dav/b']

    @pytest.mark.parametrize(
        'header',
        [
            '',
            ' ',
            '(',
            ')',
            '()',
            'garbage',
            '<urn:uuid:1>',
            '(<urn:uuid:1>',
            '(urn:uuid:1)',
            '(<no scheme>)',
            '(<plain>)',
            '([x])',
            '(["x)',
            '(Not)',
            '(Not Not <urn:x:1>)',
            '(<urn:x:1>) <http://h/a> (<urn:x:2>)',
            '<http://h/a>',
            '(<urn:x:1>),',
            '<http://h/a> <http://h/b> (<urn:x:1>)',
            '((<urn:x:1>))',
            '(<urn:x:1>) trailing',
            'Not (<urn:x:1>)',
            '(<>)',
            '([""x])',
        ],
    )
    def test_the_malformed_is_refused_not_ignored(self, header):
        with pytest.raises(BadHeader):
            parse_if(header)

    @given(st.text(alphabet='()<>[]"Not urnid:/W-1,\t', max_size=30))
    def test_nothing_but_a_refusal_comes_of_nonsense(self, header):
        try:
            lists = parse_if(header)
        except BadHeader:
            return
        assert lists and all(one.conditions for one in lists)

    def test_every_token_named_is_submitted_even_where_negated(self):
        assert submitted_tokens(parse_if('(Not <urn:a:1>) (<urn:b:2> ["e"])')) == {'urn:a:1', 'urn:b:2'}


class TestJudging:
    @pytest.mark.parametrize(
        ('header', 'expected'),
        [
            ('(<urn:uuid:1>)', True),
            ('(<urn:uuid:2>)', False),
            ('(Not <urn:uuid:2>)', True),
            ('(Not <DAV:no-lock>)', True),
            ('(<DAV:no-lock>)', False),
            ('(["e1"])', True),
            ('(["e2"])', False),
            ('([W/"e1"])', False),
            ('(<urn:uuid:1> ["e1"])', True),
            ('(<urn:uuid:1> ["e2"])', False),
            ('(<urn:uuid:2>) (["e1"])', True),
            ('(Not ["e1"])', False),
            ('(Not ["e2"] <urn:uuid:1>)', True),
        ],
    )
    def test_any_list_all_conditions(self, header, expected):
        assert holds(parse_if(header), lambda resource: HERE) is expected

    def test_a_tag_is_judged_at_its_own_address(self):
        states = {None: State(), '/dav/a': HERE, '/dav/b': State('"b"')}
        assert holds(parse_if('</dav/a> (<urn:uuid:1>)'), states.__getitem__)
        assert not holds(parse_if('</dav/b> (<urn:uuid:1>)'), states.__getitem__)
        assert holds(parse_if('</dav/b> (<urn:uuid:1>) (["b"])'), states.__getitem__)

    def test_nothing_there_matches_no_tag(self):
        assert not holds(parse_if('(["e1"])'), lambda resource: State())
