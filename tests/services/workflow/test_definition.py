"""Definitions of workflows: read strictly, complete, and without dead ends."""

from __future__ import annotations

from importlib.resources import files

import pytest

from lantai.app.opening import WORKFLOWS
from lantai.app.rooms import register_all
from lantai.features.records import deposit, lookup
from lantai.services.workflow.definition import BadWorkflow, parse_workflow
from lantai.services.workflow.engine import TransitionRefused, transition
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
DESCRIBED = {'title': '通知', 'author': '办公室', 'date': '2026-03-01'}

#: where a workflow may end; of an item the further steps are those of cases
ENDS = {
    'item': {'filed'},
    'appraisal': {'done', 'cancelled'},
    'destruction': {'done', 'cancelled'},
    'transfer': {'done', 'cancelled'},
}
STEP = '[transitions.x]\ntitle = "X"\nfrom = ["a"]\nto = "b"\n'
STATES = '[states]\na = { title = "A" }\nb = { title = "B" }\n'


@pytest.fixture(scope='module', autouse=True)
def registered() -> None:
    register_all()


def shipped(name: str):
    return parse_workflow(name, (files('lantai.config') / f'workflows/{name}.toml').read_text('utf-8'))


@pytest.mark.parametrize('name', WORKFLOWS)
def test_every_state_is_reached_and_left_but_for_the_ends(name):
    workflow = shipped(name)
    first = next(iter(workflow.states))
    reached, waiting = {first}, [first]
    while waiting:
        for step in workflow.leaving(waiting.pop()):
            if step.target not in reached:
                reached.add(step.target)
                waiting.append(step.target)
    ends = {state for state in workflow.states if not workflow.leaving(state)}
    assert ends <= ENDS[name]
    # what a job does by itself is no step of a person
    assert set(workflow.states) - reached <= {'executing', 'signing', 'done'}


@pytest.mark.parametrize(
    'text',
    [
        '[transitions.x]\ntitle = "X"\nfrom = ["a"]\nto = "nowhere"\npermission = "see"\n',
        '[transitions.x]\ntitle = "X"\nfrom = []\nto = "b"\npermission = "see"\n',
        STEP + 'permission = "fly"\n',
        STEP + 'permission = "see"\nguards = ["no-such-guard"]\n',
        '[transitions.x]\nfrom = ["a"]\nto = "b"\npermission = "see"\n',
        STEP + 'permission = "see"\ncolour = "red"\n',
    ],
)
def test_a_definition_that_contradicts_itself_is_refused_when_it_is_read(text):
    with pytest.raises(BadWorkflow):
        parse_workflow('x', STATES + text)


def test_what_the_law_demands_is_asked_though_a_definition_forgets_it(site, acting):
    """Nobody approves what they made: also where a body's workflow no longer says so."""
    shipped_text = (files('lantai.config') / 'workflows/item.toml').read_text('utf-8')
    forgetful = shipped_text.replace('"another-person"', '')
    site.workflows = {**site.workflows, 'item': parse_workflow('item', forgetful)}
    assert 'another-person' not in site.workflows['item'].transitions['approve'].guards
    with acting('machine') as act:
        item = deposit.put(act, lookup.find(act, SERIES), 'a.txt', body(act), metadata=DESCRIBED).node
        item.state = 'submitted'
        with pytest.raises(TransitionRefused) as refused:
            transition(act, item, 'approve')
    assert [reason.code for reason in refused.value.conditions] == ['another-person-needed']
