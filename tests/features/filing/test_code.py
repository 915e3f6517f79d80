"""Reference codes: both forms written, both read, separators of old databases put right."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.features.filing.code import BadCode, ReferenceCode, normalised, parse

units = st.sampled_from(['', 'BGS', '办公室', '003', 'JJC'])
codes = st.builds(
    ReferenceCode,
    fonds=st.builds('{}{:03}'.format, st.sampled_from('AJZ'), st.integers(0, 999)),
    category=st.sampled_from(['WS', 'KJ', 'ZY·JC', 'ZY·JC·CC', 'WY·TZGG']),
    number=st.integers(1, 99999),
    year=st.integers(1949, 2099),
    period=st.sampled_from(['Y', 'D30', 'D10', 'D5', 'D100']),
    unit=units,
)


@given(codes)
def test_what_is_written_is_read_again_in_both_forms(code):
    for form in ('2022', '2015'):
        assert parse(code.text(form)) == code


@given(codes, st.integers(1, 999))
def test_volumes_are_read_again(code, volume):
    assert parse(replace(code, volume=volume).text()) == replace(code, volume=volume)


@pytest.mark.parametrize(
    ('text', 'code'),
    [
        ('A439-WS·2015·D30·003-005', ReferenceCode('A439', 'WS', 5, 2015, 'D30', '003')),
        ('Z008-WS·2019·Y-037', ReferenceCode('Z008', 'WS', 37, 2019, 'Y')),
        ('J019-ZY·JC·CC·2019·D30-001-001', ReferenceCode('J019', 'ZY·JC·CC', 1, 2019, 'D30', '', 1)),
        ('J019-KU·01·2017-001-001', ReferenceCode('J019', 'KU·01', 1, 2017, '', '', 1)),
        ('X032-KJ·JJ·02-005-054', ReferenceCode('X032', 'KJ·JJ·02', 54, volume=5)),
        ('K021-ZP·2019·D30-025-005', ReferenceCode('K021', 'ZP', 5, 2019, 'D30', '', 25)),
        ('J019-LY·2019·Y-001', ReferenceCode('J019', 'LY', 1, 2019, 'Y')),
        ('C015-WY·TZGG·2019·D10-00001', ReferenceCode('C015', 'WY·TZGG', 1, 2019, 'D10')),
        ('B168-SW·2015·Y-001', ReferenceCode('B168', 'SW', 1, 2015, 'Y')),
        ('A002-RS-001-002', ReferenceCode('A002', 'RS', 2, volume=1)),
        ('Z109-WS·2011-Y-BGS-0001', ReferenceCode('Z109', 'WS', 1, 2011, 'Y', 'BGS')),
        ('Z109-WS·2011-D30-0001', ReferenceCode('Z109', 'WS', 1, 2011, 'D30')),
        ('Z109-WS·2011·Y·办公室-0001', ReferenceCode('Z109', 'WS', 1, 2011, 'Y', '办公室')),
    ],
)
def test_the_examples_of_the_standards(text, code):
    assert parse(text) == code


def test_the_two_forms():
    code = ReferenceCode('Z109', 'WS', 2, 2021, 'D30', 'BGS')
    assert code.text() == 'Z109-WS·2021·D30·BGS-0002'
    assert code.text('2015') == 'Z109-WS·2021-D30-BGS-0002'
    assert ReferenceCode('Z109', 'WS', 12345, 2021, 'Y').text() == 'Z109-WS·2021·Y-12345'


@pytest.mark.parametrize(
    'text',
    [
        'Z109-WS.2021.D30.BGS-0002',
        'Ｚ１０９－ＷＳ・２０２１・Ｄ３０・ＢＧＳ－０００２',
        'Z109—WS•2021•D30•BGS—0002',
        ' Z109 - WS·2021·D30·BGS - 0002 ',
    ],
)
def test_separators_of_old_databases_are_put_right(text):
    assert normalised(text) == 'Z109-WS·2021·D30·BGS-0002'
    assert parse(text) == ReferenceCode('Z109', 'WS', 2, 2021, 'D30', 'BGS')


@pytest.mark.parametrize(
    'text',
    [
        '',
        'Z109',
        'Z109-WS',
        'Z109-0001',
        'z109-WS·2021-0001',
        'Z109-WS··2021-0001',
        'Z109-W1·2021·Y-0001',
        'Z109-WS·2021·Y-1',
        'Z109-WS·2021-D30-BGS-X-0001',
        'Z109-WS-A-B-0001',
        '<b>',
        '-' * 100,
        'Z109-WS·2021·Y-000x',
    ],
)
def test_what_is_no_code_is_refused(text):
    with pytest.raises(BadCode):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(text):
    try:
        assert isinstance(parse(text), ReferenceCode)
    except BadCode:
        pass


def test_order_of_a_catalogue():
    texts = [
        'Z109-WS·2020·D10·BGS-0001',
        'Z109-WS·2021·Y·BGS-0001',
        'Z109-WS·2021·D30·BGS-0002',
        'Z109-WS·2021·D30·BGS-0010',
        'Z109-WS·2021·D30·JJC-0001',
        'Z109-WS·2021·D10·BGS-0001',
    ]
    assert sorted(reversed(texts), key=lambda text: parse(text).sort_key) == texts


def test_items_are_numbered_within_the_same_group_in_both_forms():
    assert parse('Z109-WS·2021·D30·BGS-0002').group == parse('Z109-WS·2021-D30-BGS-0007').group
    assert parse('Z109-WS·2021·D30·BGS-0002').group != parse('Z109-WS·2021·D10·BGS-0002').group
