"""The table "who may what" of the contract, every row and every cell, for the states there are.

A cell is read from four records: one the person made, one of a colleague of the same unit, one of another
unit of the same body, one of another body. What is not in a cell is forbidden, and what may not be seen does
not exist: it is not found, by path or by uid, and is in no list and in no count.
"""

from __future__ import annotations

from importlib.resources import files

import pytest

from lantai.app.rooms import register_all
from lantai.base.errors import Forbidden, NotFound
from lantai.features.records import lookup
from lantai.services.security import policy
from lantai.services.security.permissions import Administrator, Permission, Role
from lantai.services.security.rules import shipped_table
from lantai.services.workflow.definition import parse_workflow
from lantai.web.shown import STATES
from tests.builders.people import PeopleWorld, item

RECORDS = ('own', 'colleague', 'other unit', 'other fonds')
#: short for what makes a record one's own to work on
WORK = 'see read edit put delete submit arrange'

# role                     own               colleague         other unit        other fonds
TABLE = {
    'draft': {
        'reader':         ('-',              '-',              '-',              '-'),
        'contributor':    (WORK,             '-',              '-',              '-'),
        'unit_archivist': (WORK,             WORK,             '-',              '-'),
        'manager':        ('see read',       'see read',       '-',              '-'),
        'archivist':      ('any draft',      'any draft',      'any draft',      '-'),
        'appraiser':      ('-',              '-',              '-',              '-'),
        'leader':         ('-',              '-',              '-',              '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    'submitted': {
        'reader':         ('-',              '-',              '-',              '-'),
        'contributor':    ('sent',           '-',              '-',              '-'),
        'unit_archivist': ('sent arrange',   'sent arrange',   '-',              '-'),
        'manager':        ('to decide',      'to decide',      '-',              '-'),
        'archivist':      ('any sent',       'any sent',       'any sent',       '-'),
        'appraiser':      ('-',              '-',              '-',              '-'),
        'leader':         ('-',              '-',              '-',              '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    'approved': {
        'reader':         ('-',              '-',              '-',              '-'),
        'contributor':    ('see read',       '-',              '-',              '-'),
        'unit_archivist': ('see read',       'see read',       '-',              '-'),
        'manager':        ('see read',       'see read',       '-',              '-'),
        'archivist':      ('any to file',    'any to file',    'any to file',    '-'),
        'appraiser':      ('-',              '-',              '-',              '-'),
        'leader':         ('-',              '-',              '-',              '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    'excluded': {
        'reader':         ('-',              '-',              '-',              '-'),
        'contributor':    ('see read',       '-',              '-',              '-'),
        'unit_archivist': ('see read',       'see read',       '-',              '-'),
        'manager':        ('see read',       'see read',       '-',              '-'),
        'archivist':      ('see read include', 'see read include', 'see read include', '-'),
        'appraiser':      ('-',              '-',              '-',              '-'),
        'leader':         ('-',              '-',              '-',              '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    'filed': {
        'reader':         ('see read',       'see read',       '-',              '-'),
        'contributor':    ('see read',       'see read',       '-',              '-'),
        'unit_archivist': ('see read',       'see read',       '-',              '-'),
        'manager':        ('see read',       'see read',       '-',              '-'),
        'archivist':      ('see read unfile', 'see read unfile', 'see read unfile', '-'),
        'appraiser':      ('see read',       'see read',       'see read',       '-'),
        'leader':         ('see read',       'see read',       'see read',       '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    # opened by the review, or 主动公开: readers see these of every unit of the body
    'filed and open': {
        'reader':         ('see read',       'see read',       'see read',       '-'),
        'contributor':    ('see read',       'see read',       '-',              '-'),
        'unit_archivist': ('see read',       'see read',       '-',              '-'),
        'manager':        ('see read',       'see read',       '-',              '-'),
        'archivist':      ('see read unfile', 'see read unfile', 'see read unfile', '-'),
        'appraiser':      ('see read',       'see read',       'see read',       '-'),
        'leader':         ('see read',       'see read',       'see read',       '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    'appraising': {
        'reader':         ('see read',       'see read',       '-',              '-'),
        'contributor':    ('see read',       'see read',       '-',              '-'),
        'unit_archivist': ('see read',       'see read',       '-',              '-'),
        'manager':        ('see read',       'see read',       '-',              '-'),
        'archivist':      ('see read',       'see read',       'see read',       '-'),
        'appraiser':      ('see read',       'see read',       'see read',       '-'),
        'leader':         ('see read',       'see read',       'see read',       '-'),
        'supervisor':     ('-',              '-',              '-',              '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
    'destroyed': {
        'reader':         ('-',              '-',              '-',              '-'),
        'contributor':    ('see',            'see',            '-',              '-'),
        'unit_archivist': ('see',            'see',            '-',              '-'),
        'manager':        ('see',            'see',            '-',              '-'),
        'archivist':      ('see',            'see',            'see',            '-'),
        'appraiser':      ('see',            'see',            'see',            '-'),
        'leader':         ('see',            'see',            'see',            '-'),
        'supervisor':     ('see',            'see',            'see',            '-'),
        'sysadmin':       ('-',              '-',              '-',              '-'),
        'security':       ('-',              '-',              '-',              '-'),
        'auditor':        ('-',              '-',              '-',              '-'),
        'nobody':         ('-',              '-',              '-',              '-'),
    },
}  # fmt: skip
TABLE['transferring'] = TABLE['appraising']
# whatever is to be destroyed stands on an approved list, which those who witness it go through
WITNESSED = ('see read', 'see read', 'see read', '-')
TABLE['destroying'] = {**TABLE['appraising'], 'supervisor': WITNESSED}
# what was handed over stays in use by the archivist for the years the profile says
TABLE['transferred'] = {
    **TABLE['destroyed'],
    'archivist': ('see read', 'see read', 'see read', '-'),
    'supervisor': ('-', '-', '-', '-'),
}
# readers see what was open
WAS_OPEN = {'reader': ('see', 'see', 'see', '-')}
TABLE['destroyed and open'] = {**TABLE['destroyed'], **WAS_OPEN}
TABLE['transferred and open'] = {**TABLE['transferred'], **WAS_OPEN}
# The longer cells. The archivist also submits and deletes drafts, because records that the archivist takes in
# for a unit (an old series, a deposit) have no other person to do it.
CELLS = {
    'any draft': f'{WORK} return exclude',
    'sent': 'see read edit put withdraw',
    'sent arrange': 'see read edit put withdraw arrange',
    'to decide': 'see read approve return',
    'any sent': 'see read edit put arrange return exclude',
    'any to file': 'see read edit put arrange return exclude file',
}
PEOPLE = (*(role.value for role in Role), *(office.value for office in Administrator), 'nobody')
#: how the demonstration gives them: these two for the unit BGS
FOR_UNIT = {'unit_archivist': 'BGS', 'manager': 'BGS'}
OPEN = ({'openness': 'open'}, {'publicity': '主动公开'})


def cell(text: str) -> frozenset[Permission]:
    """The permissions a cell stands for."""
    text = CELLS.get(text, text)
    return frozenset() if text == '-' else frozenset(map(Permission, text.split()))


def access(state: str, number: int) -> dict[str, str]:
    shut = {'classification': '', 'publicity': '', 'openness': 'unreviewed'}
    return {**shut, **OPEN[number % 2]} if state.endswith(' and open') else shut


def name_of(state: str, record: str, person: str) -> str:
    return f'{state}, {record}, {person}.pdf'


def fill(act) -> None:
    """For each person and state the four records. They lie in one series of each body, so that nothing but
    the record itself decides."""
    for number, person in enumerate(PEOPLE):
        for state in TABLE:
            for record in RECORDS:
                fonds = 'Z110' if record == 'other fonds' else 'Z109'
                item(
                    act.repository[fonds]['WS'],
                    name_of(state, record, person),
                    state=state.split()[0],
                    unit='JJC' if record == 'other unit' else 'BGS',
                    maker=person if record == 'own' else 'somebody',
                    access=access(state, number),
                )


@pytest.fixture(scope='module')
def world(tmp_path_factory: pytest.TempPathFactory):
    world = PeopleWorld(tmp_path_factory.mktemp('who'))
    for person in PEOPLE:
        world.add_person(person, '' if person == 'nobody' else person, for_unit=FOR_UNIT.get(person))
    world.do(fill)
    yield world
    world.close()


def cells() -> list:
    return list(_cells())


def _cells():
    for state, rows in TABLE.items():
        for person, columns in rows.items():
            for record, text in zip(RECORDS, columns, strict=True):
                yield pytest.param(state, person, record, cell(text), id=f'{person}: {record}, {state}')


def record_of(act, state: str, record: str, person: str):
    fonds = 'Z110' if record == 'other fonds' else 'Z109'
    return act.repository[fonds]['WS'][name_of(state, record, person)]


@pytest.mark.parametrize(('state', 'person', 'record', 'expected'), cells())
def test_the_cell(world, state, person, record, expected):
    def look(act):
        node = record_of(act, state, record, person)
        assert policy.permissions(act.actor, node) == expected
        # its files are under the same rule
        assert policy.permissions(act.actor, node.get(node.name)) == expected

    world.look(look, by=person)


@pytest.mark.parametrize(('state', 'person', 'record', 'expected'), cells())
def test_what_is_not_in_the_cell_is_refused_and_what_is_hidden_is_not_found(
    world, state, person, record, expected
):
    def look(act):
        node = record_of(act, state, record, person)
        for permission in Permission:
            if permission in expected:
                policy.require(act, permission, node)
                continue
            with pytest.raises(Forbidden if Permission.SEE in expected else NotFound):
                policy.require(act, permission, node)
        if Permission.SEE in expected:
            assert lookup.find(act, node.segments) is node
            assert lookup.by_uid(act, node.uid) is node
        else:
            for segments in (node.segments, (*node.segments, node.name), (*node.segments, 'nothing')):
                with pytest.raises(NotFound):
                    lookup.find(act, segments)
            for uid in (node.uid, node.get(node.name).uid):
                with pytest.raises(NotFound):
                    lookup.by_uid(act, uid)

    world.look(look, by=person)


@pytest.mark.parametrize('person', PEOPLE)
def test_lists_and_counts_hold_what_is_seen_and_nothing_else(world, person):
    def look(act):
        for fonds in ('Z109', 'Z110'):
            series = act.repository[fonds]['WS']
            visible = policy.visible(act.actor, series)
            seen = [node.name for node in series.values() if policy.sees(act.actor, node)]
            listed, after = [], None
            while True:
                page = series.page(visible, after=after, limit=7)
                listed += [node.name for node in page.nodes]
                if page.next is None:
                    break
                after = page.next
            assert listed == seen
            assert series.count(visible) == len(seen)

    world.look(look, by=person)


register_all()  # the guards that the workflow names
WORKFLOW = parse_workflow('item', (files('lantai.config') / 'workflows/item.toml').read_text('utf-8'))

#: the steps of the contract: what a person can do next with a record of their unit
STEPS = {
    ('draft', 'contributor'): {'submit'},
    ('draft', 'unit_archivist'): {'submit'},
    ('draft', 'archivist'): {'submit', 'exclude'},
    ('submitted', 'contributor'): {'withdraw'},
    ('submitted', 'unit_archivist'): {'withdraw'},
    ('submitted', 'manager'): {'approve', 'return'},
    ('submitted', 'archivist'): {'return', 'exclude'},
    ('approved', 'archivist'): {'return', 'exclude', 'file'},
    ('excluded', 'archivist'): {'include'},
}


@pytest.mark.parametrize('person', PEOPLE)
@pytest.mark.parametrize('state', tuple(WORKFLOW.states))
def test_the_steps_are_those_of_the_contract(world, state, person):
    def look(act):
        allowed = policy.permissions(act.actor, record_of(act, state, 'own', person))
        return {
            step.name
            for step in WORKFLOW.transitions.values()
            if state in step.sources and step.permission in allowed
        }

    assert world.look(look, by=person) == STEPS.get((state, person), set())


def test_every_state_is_in_the_table():
    states = {state.split()[0] for state in TABLE}
    assert states == {state for kind, state in shipped_table() if kind == 'item'}
    assert states == set(STATES) >= set(WORKFLOW.states)


def test_every_role_has_its_row_in_every_state():
    assert {frozenset(rows) for rows in TABLE.values()} == {frozenset(PEOPLE)}


def test_a_state_that_nobody_wrote_into_the_table_is_hidden_from_all(world):
    def look(act):
        node = record_of(act, 'filed', 'own', 'archivist')
        node.state = 'a state to come'
        assert policy.permissions(act.actor, node) == frozenset()

    world.look(look, by='archivist')
