"""Containers: pages by key, counts by access class, names as they came."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.base.clock import FixedClock
from lantai.base.errors import DomainError
from lantai.base.names import check_name, lookup_key
from lantai.store.tree import Container, Handful, Node

CLOCK = FixedClock(datetime(2026, 3, 2, tzinfo=UTC))


class Thing(Node):
    """A node of a class that the test chooses."""

    shade = 'plain'

    def class_key(self) -> tuple[str, ...]:
        return ('thing', self.shade)


def container(
    names: list[str], hidden: set[str] = frozenset(), kind: type[Container] = Container
) -> Container:
    made = kind()
    for name in names:
        thing = Thing()
        thing.shade = 'hidden' if name in hidden else 'plain'
        made.add(thing, name)
    return made


def plain(class_key: tuple[str, ...]) -> bool:
    return class_key != ('thing', 'hidden')


NAMES = st.lists(
    st.text(alphabet='ab一二三𠮷é0', min_size=1, max_size=6), unique_by=lookup_key, min_size=0, max_size=40
)


@given(NAMES, st.data(), st.integers(1, 7))
def test_going_forward_and_back_gives_every_visible_child_once_in_order(names, data, limit):
    hidden = set(data.draw(st.lists(st.sampled_from(names)))) if names else set()
    box = container(names, hidden)
    wanted = sorted(lookup_key(name) for name in names if name not in hidden)
    seen, key, page = [], None, None
    while True:
        page = box.page(plain, after=key, limit=limit)
        seen += [lookup_key(node.name) for node in page.nodes]
        if page.next is None:
            break
        key = page.next
    assert seen == wanted
    back, key = [], ''
    while key is not None:
        page = box.page(plain, before=key, limit=limit)
        back = [lookup_key(node.name) for node in page.nodes] + back
        key = page.previous
    assert back == wanted
    assert box.count(plain) == len(wanted)
    assert box.count() == len(names)


@given(NAMES)
def test_a_handful_pages_as_a_container_does(names):
    big, small = container(names), container(names, kind=Handful)
    for after in (None, *(lookup_key(name) for name in names)):
        one, other = big.page(after=after, limit=3), small.page(after=after, limit=3)
        assert [node.name for node in one.nodes] == [node.name for node in other.nodes]
        assert (one.next, one.previous) == (other.next, other.previous)


def test_a_child_that_changes_its_class_is_counted_in_the_new_one_only():
    box = container(['a', 'b'])
    child = box['a']
    child.shade = 'hidden'
    child.touch(CLOCK)
    assert box.count(plain) == 1
    assert box.counts() == {('thing', 'hidden'): 1, ('thing', 'plain'): 1}


def test_a_removed_child_is_in_no_page_and_no_count():
    box = container(['a', 'b'])
    box.remove(box['a'])
    assert [node.name for node in box.page().nodes] == ['b']
    assert box.counts() == {('thing', 'plain'): 1}


def test_a_name_is_found_in_both_compositions_and_kept_as_it_came():
    box = container(['e\u0301te\u0301.txt'])
    assert box['\xe9t\xe9.txt'].name == 'e\u0301te\u0301.txt'


def test_compatibility_ideographs_stay_characters_of_their_own():
    # NFC would make U+795E of U+FA19, another character of a person's name
    assert lookup_key('\ufa19') == '\ufa19'
    assert lookup_key('\ufa19') != lookup_key('\u795e')


@pytest.mark.parametrize(
    'name', ['', '.', '..', 'a/b', 'a\\b', 'a\x00', 'a\x1f', 'a\x7f', 'a\x85', '字' * 86]
)
def test_names_that_cannot_stand_are_refused(name):
    with pytest.raises(DomainError):
        check_name(name)


@pytest.mark.parametrize(
    'name', ['字' * 85, '@@x', '__x__', ' a ', 'a.', 'con', '𠮷〔1998〕', '①㎏ﬁ', '%41+']
)
def test_names_that_only_look_strange_are_kept(name):
    assert check_name(name) == name
