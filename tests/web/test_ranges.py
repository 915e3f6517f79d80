import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.web.ranges import ByteRange, Unsatisfiable, parse_range


@pytest.mark.parametrize(
    ('header', 'expected'),
    [
        ('bytes=0-0', ByteRange(0, 1)),
        ('bytes=0-', ByteRange(0, 10)),
        ('bytes=3-5', ByteRange(3, 6)),
        ('bytes=5-999', ByteRange(5, 10)),
        ('bytes=-3', ByteRange(7, 10)),
        ('bytes=-99', ByteRange(0, 10)),
        ('bytes=9-99999999999999999999999999', ByteRange(9, 10)),
        (None, None),
        ('', None),
        ('bytes=', None),
        ('bytes=-', None),
        ('bytes=a-b', None),
        ('lines=0-1', None),
        ('bytes=5-3', None),
        ('bytes=0-1,3-4', None),
        ('bytes=--1', None),
        ('bytes=١-٢', None),
    ],
)
def test_one_range_or_the_whole(header, expected):
    assert parse_range(header, 10) == expected


@pytest.mark.parametrize(
    ('header', 'size'),
    [('bytes=10-', 10), ('bytes=10-20', 10), ('bytes=-0', 10), ('bytes=0-', 0), ('bytes=-5', 0)],
)
def test_beyond_the_end(header, size):
    with pytest.raises(Unsatisfiable):
        parse_range(header, size)


@given(st.text(alphabet='bytes=0123456789-, ', max_size=20), st.integers(0, 100))
def test_a_range_lies_inside(header, size):
    try:
        found = parse_range(header, size)
    except Unsatisfiable:
        return
    assert found is None or 0 <= found.start < found.stop <= size
