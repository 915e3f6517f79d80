"""The units of a body."""

from __future__ import annotations

import pytest

from lantai.base.errors import Forbidden, Invalid, NotFound
from lantai.features.classification import units
from lantai.features.classification.errors import CodeTaken, UnknownUnit


def fonds(act):
    return act.repository['Z109']


def codes(world) -> list[tuple[str, bool]]:
    return world.look(lambda act: [(unit.code, unit.closed) for unit in units.units_of(fonds(act))])


def test_a_unit_is_added_changed_closed_and_opened_again(world):
    world.do(
        lambda act: units.add_unit(act, fonds(act), 'ABC', ' 审计科 ', '审计；内审') and None, by='sysadmin'
    )
    world.do(lambda act: units.change_unit(act, fonds(act), 'ABC', '审计处') and None, by='sysadmin')
    world.do(lambda act: units.close_unit(act, fonds(act), 'ABC'), by='sysadmin')
    assert codes(world) == [('BGS', False), ('JJC', False), ('ABC', True)]
    world.do(lambda act: units.reopen_unit(act, fonds(act), 'ABC'), by='sysadmin')
    assert codes(world) == [('ABC', False), ('BGS', False), ('JJC', False)]
    assert world.look(lambda act: fonds(act).units['ABC']) == {
        'title': '审计处',
        'aliases': (),
        'closed': False,
    }


def test_every_change_is_an_event_with_the_code_and_no_name(world):
    world.do(lambda act: units.add_unit(act, fonds(act), 'ABC', '审计科') and None)
    event = world.events()[-1]
    assert (event['act'], event['unit'], event['closed']) == ('unit.change', 'ABC', False)
    assert '审计科' not in str(event)


def test_what_stays_the_same_is_no_change(world):
    world.do(lambda act: units.add_unit(act, fonds(act), 'ABC', '审计科') and None)
    before = world.events(), world.look(lambda act: fonds(act).revision)
    world.do(lambda act: units.change_unit(act, fonds(act), 'ABC', '审计科') and None)
    assert (world.events(), world.look(lambda act: fonds(act).revision)) == before


def test_a_code_is_given_once(world):
    with pytest.raises(CodeTaken):
        world.do(lambda act: units.add_unit(act, fonds(act), 'BGS', '办公室') and None)


@pytest.mark.parametrize(
    ('code', 'title', 'fields'),
    [
        ('', '', {'code', 'title'}),
        ('a b', 'x' * 61, {'code', 'title'}),
        ('A-B', '科', {'code'}),
        ('A', '科\x00', {'title'}),
    ],
)
def test_every_wrong_entry_is_named(world, code, title, fields):
    with pytest.raises(Invalid) as caught:
        world.do(lambda act: units.add_unit(act, fonds(act), code, title) and None)
    assert {condition.field for condition in caught.value.conditions} == fields


def test_an_unknown_unit_is_not_found(world):
    with pytest.raises(UnknownUnit):
        world.do(lambda act: units.close_unit(act, fonds(act), 'XYZ'))
    with pytest.raises(UnknownUnit):
        world.do(lambda act: units.change_unit(act, fonds(act), 'XYZ', '科') and None)


@pytest.mark.parametrize(
    ('person', 'refusal'), [('archivist', Forbidden), ('clerk', Forbidden), ('outsider', NotFound)]
)
def test_units_are_the_system_administrators(world, person, refusal):
    with pytest.raises(refusal):
        world.do(lambda act: units.close_unit(act, fonds(act), 'BGS'), by=person)
