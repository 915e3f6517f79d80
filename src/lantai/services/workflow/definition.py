"""A workflow as read from its file, checked when it is loaded."""

import tomllib
from dataclasses import dataclass

import colander

from lantai.base.i18n import _
from lantai.services.security.permissions import Permission
from lantai.services.workflow import registry


class BadWorkflow(ValueError):
    """A definition that contradicts itself or names what does not exist."""


@dataclass(frozen=True)
class Transition:
    """One step: from which states to which, who may, what is asked and what follows."""

    name: str
    title: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
    guards: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    #: what the step's own form asks for, so that it is no reason against offering the step
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workflow:
    """States with their titles, and transitions by name, in the order of the file."""

    name: str
    states: dict[str, str]
    transitions: dict[str, Transition]

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The transitions that start in a state."""
        return tuple(step for step in self.transitions.values() if state in step.sources)


class _Names(colander.SequenceSchema):
    name = colander.SchemaNode(colander.String())


class _Transition(colander.MappingSchema):
    title = colander.SchemaNode(colander.String())
    to = colander.SchemaNode(colander.String())
    permission = colander.SchemaNode(
        colander.String(), validator=colander.OneOf([str(p) for p in Permission])
    )
    guards = _Names(missing=())
    consequences = _Names(missing=())
    asks = _Names(missing=())

    def schema_type(self) -> colander.Mapping:
        return colander.Mapping(unknown='raise')


def parse_workflow(name: str, text: str) -> Workflow:
    """The workflow of a TOML text; raises BadWorkflow saying where it is wrong."""
    data = tomllib.loads(text)
    states = {state: _(about['title']) for state, about in data.get('states', {}).items()}
    transitions = {}
    for step_name, about in data.get('transitions', {}).items():
        sources = tuple(about.pop('from', ()))
        try:
            about = _Transition().deserialize(about)
        except colander.Invalid as error:
            raise BadWorkflow(f'{name}.{step_name}: {error.asdict()}') from error
        transitions[step_name] = Transition(
            step_name,
            _(about['title']),
            sources,
            about['to'],
            Permission(about['permission']),
            tuple(about['guards']),
            tuple(about['consequences']),
            tuple(about['asks']),
        )
    workflow = Workflow(name, states, transitions)
    _check(workflow)
    return workflow


def _check(workflow: Workflow) -> None:
    for step in workflow.transitions.values():
        for state in (*step.sources, step.target):
            if state not in workflow.states:
                raise BadWorkflow(f'{workflow.name}.{step.name}: no state is called {state}')
        if not step.sources:
            raise BadWorkflow(f'{workflow.name}.{step.name} starts nowhere')
        for get, names in ((registry.get_guard, step.guards), (registry.get_consequence, step.consequences)):
            for wanted in names:
                try:
                    get(wanted)
                except KeyError:
                    raise BadWorkflow(
                        f'{workflow.name}.{step.name}: nothing is registered as {wanted}'
                    ) from None
