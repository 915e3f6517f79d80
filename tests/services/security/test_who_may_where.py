"""Who may do what with places: fonds, series, the folders of the inbox; and the three offices kept apart."""

from __future__ import annotations

import pytest

from lantai.services.security import policy
from lantai.services.security.permissions import Administrator, Permission, Role
from tests.builders.people import PeopleWorld, folder

PEOPLE = (*(role.value for role in Role), *(office.value for office in Administrator), 'nobody')
FOR_UNIT = {'unit_archivist': 'BGS', 'manager': 'BGS'}


@pytest.fixture(scope='module')
def world(tmp_path_factory: pytest.TempPathFactory):
    world = PeopleWorld(tmp_path_factory.mktemp('where'))
    for person in PEOPLE:
        world.add_person(person, '' if person == 'nobody' else person, for_unit=FOR_UNIT.get(person))
    yield world
    world.close()


def cell(text: str) -> frozenset[Permission]:
    return frozenset(Permission(word) for word in text.split() if word != '-')


def listed(act, container):
    return container.page(policy.visible(act.actor, container), limit=1000).nodes


KEEP = 'see edit create put delete arrange'
KEEPER = 'see create put create_series edit delete arrange open_close'
ROLES = 'see manage_roles'
CASES = 'make_case see_holds'
#: what a person may do with places; the folders lie in the inbox
PLACES = {
    # role              fonds               series: of the unit, another            folders: own, unit's, any
    'reader':         ('see',              'see',              'see',              '-',    '-',        '-'),
    'contributor':    ('see',              'see create put',   'see',              KEEP,   '-',        '-'),
    'unit_archivist': ('see',              'see create put arrange', '-',          KEEP,   KEEP,       '-'),
    'manager':        ('see',              'see',              '-',                'see',  'see',      '-'),
    'archivist':      (f'see create_series edit arrange file hold {CASES}', KEEPER, KEEPER, KEEP, KEEP, KEEP),
    'appraiser':      (f'see {CASES}',      'see',              'see',              '-',    '-',        '-'),
    'leader':         ('see see_holds',    'see',              'see',              '-',    '-',        '-'),
    'supervisor':     ('see see_holds',    'see',              'see',              '-',    '-',        '-'),
    'sysadmin':       ('see manage_units', 'see',              'see',              '-',    '-',        '-'),
    'security':       (ROLES,              ROLES,              ROLES,              '-',    '-',        '-'),
    'auditor':        ('-',                '-',                '-',                '-',    '-',        '-'),
    'nobody':         ('-',                '-',                '-',                '-',    '-',        '-'),
}  # fmt: skip


@pytest.fixture(scope='module')
def places(world):
    def make(act):
        inbox = act.repository['收集']
        for person in PEOPLE:
            for kind, maker, unit in (
                ('own', person, 'BGS'),
                ('colleague', 'x', 'BGS'),
                ('other', 'x', 'JJC'),
            ):
                folder(inbox, f'{kind} of {person}', maker=maker, unit=unit)
        folder(inbox, 'of another body', maker='x', unit='BGS', fonds_code='Z110')

    world.do(make)


@pytest.mark.parametrize('person', PEOPLE)
def test_places(world, places, person):
    def look(act):
        fonds, inbox = act.repository['Z109'], act.repository['收集']
        folders = (inbox[f'{kind} of {person}'] for kind in ('own', 'colleague', 'other'))
        nodes = (fonds, fonds['WS']['BGS'], fonds['WS']['JJC'], *folders)
        for node, text in zip(nodes, PLACES[person], strict=True):
            assert policy.permissions(act.actor, node) == cell(text), node.path
            assert policy.sees(act.actor, node) == (node in listed(act, node.__parent__)), node.path
        # another body is there only for those who look after all of them, and its inbox for nobody here
        foreign = cell(PLACES[person][0]) if person in ('sysadmin', 'security') else frozenset()
        assert policy.permissions(act.actor, act.repository['Z110']) == foreign
        assert policy.permissions(act.actor, inbox['of another body']) == frozenset()
        assert inbox['of another body'] not in listed(act, inbox)

    world.look(look, by=person)


def test_the_offices_of_the_three_administrators_never_overlap(world):
    """三员分立: what one of them may do over the whole, nobody else may, but for seeing who there is."""

    def look(act):
        mine = policy.permissions(act.actor, act.repository)
        return mine - {Permission.SEE, Permission.SIGNED_IN, Permission.SEE_PEOPLE}

    held = {person: world.look(look, by=person) for person in PEOPLE}
    assert {person: rights for person, rights in held.items() if rights} == {
        'sysadmin': {Permission.MANAGE_ACCOUNTS, Permission.MANAGE_UNITS, Permission.MANAGE_SYSTEM},
        'security': {Permission.MANAGE_ROLES},
        'auditor': {Permission.READ_LOG},
    }
