"""The schema of documents, and what it does with what people and programs give."""

from __future__ import annotations

import string
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.base.canonical import canonical_json
from lantai.base.errors import Invalid
from lantai.services.content import fields
from lantai.services.content.schema import SchemaError, build, load, shipped
from lantai.web.i18n import translate

DOCUMENT = shipped()['document']


def refusals(values) -> dict[str | None, str]:
    """The code for each field that `clean` refuses."""
    with pytest.raises(Invalid) as caught:
        DOCUMENT.clean(values)
    return {condition.field: condition.code for condition in caught.value.conditions}


class TestClean:
    def test_keeps_what_is_right(self):
        assert DOCUMENT.clean({'title': ' 关于开展检查的通知 ', 'year': '2021', 'date': '2021-03-02'}) == {
            'title': '关于开展检查的通知',
            'year': 2021,
            'date': '2021-03-02',
        }

    def test_names_every_wrong_field_at_once(self):
        assert refusals(
            {
                'title': 'x' * 501,
                'date': '2021-02-30',
                'year': 'soon',
                'document_type': '小说',
                'colour': 'red',
                'retention_period': 'D0',
                'author': 'a\x00b',
                'archival_code': 'Z109-1',
                'keyword': {'a': 1},
                'total_number_of_pages': True,
            }
        ) == {
            'title': 'too-long',
            'date': 'bad-date',
            'year': 'bad-year',
            'document_type': 'not-in-list',
            'colour': 'unknown-field',
            'retention_period': 'bad-period',
            'author': 'bad-characters',
            'archival_code': 'given-by-system',
            'keyword': 'wrong-type',
            'total_number_of_pages': 'wrong-type',
        }

    @pytest.mark.parametrize('values', [None, [], 'title', 3])
    def test_wants_a_mapping(self, values):
        assert refusals(values) == {None: 'wrong-type'}

    @pytest.mark.parametrize('value', [12, 1.5, True, ['a'], {'a': 'b'}])
    def test_a_title_is_text(self, value):
        assert refusals({'title': value}) == {'title': 'wrong-type'}

    @pytest.mark.parametrize('value', ['', '   ', None, []])
    def test_empty_clears(self, value):
        assert DOCUMENT.clean({'keyword': value}) == {'keyword': None}
        assert DOCUMENT.merged({'keyword': ['档案'], 'title': '题名'}, {'keyword': value}) == {
            'title': '题名'
        }

    def test_a_whole_description_has_its_defaults_and_nothing_cleared(self):
        assert DOCUMENT.clean({'title': '题名', 'abstract': ''}, partial=False) == {
            'title': '题名',
            'language': '汉语',
        }

    @pytest.mark.parametrize(
        'written',
        [
            '2021-03-02',
            '2021-3-2',
            '20210302',
            '2021/3/2',
            '2021.03.02',
            '2021年3月2日',
            '２０２１－０３－０２',
        ],
    )
    def test_reads_dates_as_offices_write_them(self, written):
        assert DOCUMENT.clean({'date': written}) == {'date': '2021-03-02'}

    @pytest.mark.parametrize(
        'written', ['2021', '2021-13-01', '02-03-2021', '2021-03-02T00:00', '0000-01-01', '昨天']
    )
    def test_refuses_what_is_no_date(self, written):
        assert refusals({'date': written}) == {'date': 'bad-date'}

    @pytest.mark.parametrize(
        ('written', 'kept'),
        [('永久', 'Y'), ('y', 'Y'), ('D30', 'D30'), ('d10', 'D10'), ('30年', 'D30'), ('Ｄ１５', 'D15')],
    )
    def test_reads_periods(self, written, kept):
        assert DOCUMENT.clean({'retention_period': written}) == {'retention_period': kept}

    @pytest.mark.parametrize('written', ['长期', 'D', 'D0', 'D1000', 'D-1', '30', 'YY'])
    def test_refuses_what_is_no_period(self, written):
        assert refusals({'retention_period': written}) == {'retention_period': 'bad-period'}

    @pytest.mark.parametrize(
        ('year', 'code'),
        [
            (1899, 'out-of-range'),
            ('2200', 'out-of-range'),
            (2021.0, 'wrong-type'),
            ('-1', 'bad-year'),
            ('9' * 5000, 'too-long'),
            (10**40, 'out-of-range'),
        ],
    )
    def test_refuses_years_out_of_reach(self, year, code):
        assert refusals({'year': year}) == {'year': code}

    def test_parts_lists_typed_into_one_input(self):
        assert DOCUMENT.clean({'principal_receiver': '各处室；各直属单位;各处室'}) == {
            'principal_receiver': ['各处室', '各直属单位']
        }

    def test_a_list_has_a_limit(self):
        assert refusals({'keyword': [str(n) for n in range(201)]}) == {'keyword': 'too-many'}

    def test_several_authors_are_one_text(self):
        assert DOCUMENT.clean({'author': ['保税区管理局', '财政局']}) == {'author': '保税区管理局；财政局'}

    def test_other_names_of_a_choice_are_understood(self):
        assert DOCUMENT.clean({'document_type': '命令（令）', 'precedence': '急件'}) == {
            'document_type': '命令(令)',
            'precedence': '加急',
        }
        assert DOCUMENT.clean({'security_classification': '公开'}) == {'security_classification': None}

    @pytest.mark.parametrize(
        'character', ['\x00', '\x1b', '\x7f', '\x85', '\n', '\ud800', '\ufffe', '\U0001fffe', '\ufdd0']
    )
    def test_no_control_characters_in_a_line(self, character):
        assert refusals({'title': f'a{character}b'}) == {'title': 'bad-characters'}

    def test_lines_where_lines_belong(self):
        assert DOCUMENT.clean({'abstract': '一\r\n二'}) == {'abstract': '一\n二'}

    @pytest.mark.parametrize('title', ['<b>&"', '\u202e倒', '😀', 'x' * 255, '{{7*7}}${1}'])
    def test_hostile_titles_are_only_text(self, title):
        assert DOCUMENT.clean({'title': title}) == {'title': title}


class TestAnyInput:
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )

    @settings(deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(sorted(DOCUMENT.fields)) | st.text(max_size=8), json_values, max_size=8
        )
    )
    def test_is_kept_or_refused_by_field(self, values):
        try:
            cleaned = DOCUMENT.clean(values)
        except Invalid as refused:
            named = [condition.field for condition in refused.conditions]
            assert named and len(named) == len(set(named))
            assert set(named) <= {key[:100] for key in values}
        else:
            assert set(cleaned) == set(values)
            canonical_json(cleaned)
            assert DOCUMENT.clean(cleaned) == cleaned

    @settings(deadline=None)
    @given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
    def test_every_date_stays_itself(self, day):
        assert DOCUMENT.clean({'date': day.isoformat()}) == {'date': day.isoformat()}

    @settings(deadline=None)
    @given(st.text(alphabet=string.printable + '年月日永久長期', max_size=12))
    def test_typed_text_never_breaks_a_typed_field(self, text):
        for key in ('date', 'year', 'retention_period', 'document_type', 'total_number_of_pages'):
            try:
                DOCUMENT.clean({key: text})
            except Invalid as refused:
                assert [condition.field for condition in refused.conditions] == [key]


MINIMUM = {'title': '会场布置照片', 'author': '办公室', 'date': '2021-03-02'}


class TestMissing:
    def fields(self, metadata, stage, context=None):
        return [condition.field for condition in DOCUMENT.missing(metadata, stage, context)]

    def test_title_author_and_date_suffice_to_submit(self):
        assert self.fields(MINIMUM, 'submit') == []
        assert self.fields({}, 'submit') == ['title', 'author', 'date']

    def test_to_file_the_period_is_wanted_and_the_year_follows_from_the_date(self):
        assert self.fields(MINIMUM, 'file') == ['retention_period']
        assert self.fields({**MINIMUM, 'retention_period': 'D30', 'year': 2021}, 'file') == []

    def test_the_series_gives_period_and_year(self):
        assert self.fields(MINIMUM, 'file', {'period': 'D10', 'year': 2020}) == []

    @pytest.mark.parametrize(
        ('kind', 'wanted'),
        [
            ('通知', True),
            ('函', True),
            ('命令(令)', True),
            ('会议纪要', False),
            ('照片', False),
            ('其他', False),
        ],
    )
    def test_only_kinds_that_carry_a_number_want_one(self, kind, wanted):
        metadata = {**MINIMUM, 'retention_period': 'Y', 'document_type': kind}
        assert ('document_number' in self.fields(metadata, 'file')) is wanted

    def test_an_official_title_says_its_kind(self):
        metadata = {**MINIMUM, 'title': '关于做好年度统计工作的通知（试行）', 'retention_period': 'Y'}
        assert self.fields(metadata, 'file') == ['document_number']
        assert self.fields({**metadata, 'document_type': '其他'}, 'file') == []

    def test_a_secret_wants_its_period(self):
        assert self.fields({**MINIMUM, 'security_classification': '秘密'}, 'submit') == ['secrecy_period']

    def test_a_scan_wants_resolution_and_colours(self):
        metadata = {**MINIMUM, 'retention_period': 'Y', 'physical_record_characteristics': '纸质'}
        assert self.fields(metadata, 'file') == ['scanning_resolution', 'scanning_color_model']

    def test_an_unknown_stage_is_a_mistake_of_the_program(self):
        with pytest.raises(ValueError, match='no such stage'):
            DOCUMENT.missing({}, 'publish')


class TestDerive:
    def test_fills_in_from_the_record_and_its_place(self):
        derived = DOCUMENT.derive(
            {'title': '关于印发方案的通知', 'date': '2021-03-02'},
            {
                'fonds_code': 'Z109',
                'unit': 'BGS',
                'components': 2,
                'level': 'item',
                'openness': 'open',
                'period': 'D30',
            },
        )
        assert derived == {
            'title': '关于印发方案的通知',
            'date': '2021-03-02',
            'document_type': '通知',
            'year': 2021,
            'retention_period': 'D30',
            'organizational_structure_or_function': 'BGS',
            'fonds_identifier': 'Z109',
            'control_identifier': '开放',
            'language': '汉语',
            'aggregation_level': '文件',
            'document_aggregation_type': '组合文件',
        }

    def test_never_overwrites_what_somebody_gave(self):
        derived = DOCUMENT.derive({'date': '2021-01-04', 'year': 2020, 'language': '英语'}, {'year': 2021})
        assert (derived['year'], derived['language']) == (2020, '英语')

    def test_twice_is_as_good_as_once(self):
        once = DOCUMENT.derive({'date': '2021-03-02'}, {'components': 1})
        assert DOCUMENT.derive(once, {'components': 1}) == once


def test_warns_of_a_date_to_come_and_of_a_year_that_differs():
    today = date(2021, 3, 2)
    assert DOCUMENT.warnings({'date': '2021-03-02', 'year': 2021}, today) == []
    assert [c.code for c in DOCUMENT.warnings({'date': '2021-03-03', 'year': 2020}, today)] == [
        'date-in-future',
        'year-differs',
    ]


class TestWhatReadersSee:
    def test_values_in_words(self):
        assert DOCUMENT.fields['retention_period'].shown('Y') == 'Permanent'
        assert DOCUMENT.fields['retention_period'].shown('D30').interpolate() == '30 years'
        assert DOCUMENT.fields['document_type'].shown('通知') == 'Notice'
        assert DOCUMENT.fields['keyword'].shown(['甲', '乙']) == '甲；乙'

    def test_an_input_shows_what_it_would_read(self):
        kept = DOCUMENT.clean({'keyword': ['甲', '乙'], 'year': 2021, 'retention_period': '永久'})
        typed = {key: DOCUMENT.fields[key].text(value) for key, value in kept.items()}
        assert DOCUMENT.clean(typed) == kept

    def test_every_element_has_both_languages(self):
        messages = DOCUMENT.messages()
        for field in DOCUMENT.fields.values():
            assert messages[field.title] == field.zh
            assert bool(field.help) is bool(field.help_zh)


class TestSchemaFiles:
    head = '[schema]\nname="x"\ntitle="X"\nzh="甲"\n[groups]\na={title="A", zh="甲"}\n'
    field = '[[field]]\nkey="k"\nnumber="M1"\ntitle="K"\nzh="乙"\ngroup="a"\n'

    @pytest.mark.parametrize(
        ('more', 'complaint'),
        [
            ('type="number"', 'no such type'),
            ('type="text"\nsize=3', 'unknown settings size'),
            ('type="text"\nderived=["context.mood"]', 'no such derivation'),
            ('type="text"\nrequired=["publish"]', 'no such stage'),
            ('type="choice"', 'choices belong'),
            ('type="text"\nrequired_when={field="z", stages=["file"]}', 'does not exist: z'),
            ('type="text"\n' + field + 'type="text"', 'given twice: k'),
            ('', 'type'),
            ('type=', 'x.toml'),
        ],
    )
    def test_a_mistake_is_named_with_file_and_element(self, tmp_path, more, complaint):
        path = tmp_path / 'x.toml'
        path.write_text(self.head + self.field + more, encoding='utf-8')
        with pytest.raises(SchemaError, match=complaint) as caught:
            load(path)
        assert str(caught.value).startswith('x.toml: ')

    def test_a_small_schema_of_a_body_works(self):
        schema = build(
            {
                'schema': {'name': 'x', 'title': 'X', 'zh': '甲'},
                'groups': {'a': {'title': 'A', 'zh': '甲'}},
                'field': [
                    {
                        'key': 'k',
                        'number': '',
                        'title': 'K',
                        'zh': '乙',
                        'group': 'a',
                        'type': 'integer',
                        'most': 9,
                    }
                ],
            }
        )
        assert schema.clean({'k': '9'}) == {'k': 9}


@pytest.mark.parametrize(
    ('number', 'name'),
    [
        ('M7', 'electronic record code'),
        ('M11', 'year'),
        ('M22', 'title'),
        ('M31', 'document number'),
        ('M32', 'author'),
        ('M36', 'principal receiver'),
        ('M38', 'security classification'),
        ('M39', 'secrecy period'),
        ('M43', 'total number of pages'),
        ('M75', 'annotation'),
    ],
)
def test_keys_and_numbers_are_those_of_the_standard(number, name):
    assert DOCUMENT.fields[name.replace(' ', '_')].number == number


def test_the_chinese_of_the_elements_reaches_the_pages():
    assert translate(DOCUMENT.fields['author'].label, 'zh_CN') == '责任者'
    assert translate(DOCUMENT.missing({}, 'submit')[1].message, 'zh_CN') == '缺少责任者'
    assert translate(DOCUMENT.missing({}, 'submit')[1].message, 'en') == 'Author is missing'
    assert translate(DOCUMENT.fields['retention_period'].shown('D30'), 'zh_CN') == '30年'


def test_of_all_code_points_exactly_those_that_xml_cannot_carry_are_refused():
    for code in range(0x110000):
        character = chr(code)
        never = (
            (unicodedata.category(character) in ('Cc', 'Cs') and character not in '\t\n')
            or code & 0xFFFE == 0xFFFE
            or 0xFDD0 <= code <= 0xFDEF
        )
        assert bool(fields._NOT_IN_LINES.search(character)) == never, hex(code)
        assert bool(fields._NOT_IN_A_LINE.search(character)) == (never or character in '\t\n'), hex(code)
