"""A transition, always in this order: find it, permission, guards, consequences, state and history, event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Condition, WrongState
from lantai.base.i18n import _
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow.definition import Transition, Workflow
from lantai.services.workflow.registry import always_asked, get_consequence, get_guard, tell_followers
from lantai.store.tree import Node

#: longest comment in characters
MAX_COMMENT = 2000


class TransitionRefused(WrongState):
    """A transition whose conditions are not met; the conditions are all of them."""

    name = 'transition-refused'
    title = _('This step is not possible yet')


@dataclass(frozen=True)
class Offer:
    """A transition that the actor may take here, or the reasons why not yet."""

    name: str
    title: str
    allowed: bool
    unmet: tuple[Condition, ...]


def workflow_of(act: Act, node: Node) -> Workflow:
    """The workflow that a kind of node follows; KeyError for a kind without."""
    return act.site.workflows[node.type]


def available(act: Act, node: Node) -> list[Offer]:
    """The steps from the node's state that the actor has the permission for, with what is unmet."""
    if node.type not in act.site.workflows:
        return []
    allowed = policy.permissions(act.actor, node)
    offers = []
    for step in workflow_of(act, node).leaving(node.state):
        if step.permission in allowed:
            # a comment or a rule is asked for by the step's own form, not before it
            unmet = tuple(reason for reason in _unmet(act, node, step, {}) if reason.field not in step.asks)
            offers.append(Offer(step.name, step.title, not unmet, unmet))
    return offers


def transition(act: Act, node: Node, name: str, comment: str = '', **values: Any) -> None:
    """Takes the step `name`.

    Raises NotFound or Forbidden without the permission, TransitionRefused with every unmet
    condition, or when the step does not start in the node's state.
    """
    policy.require(act, Permission.SEE, node)
    step = workflow_of(act, node).transitions.get(name) if node.type in act.site.workflows else None
    if step is None:
        raise TransitionRefused(
            conditions=[Condition('unknown-transition', _('There is no such step'), 'name')]
        )
    if node.state not in step.sources:
        raise TransitionRefused(conditions=[wrong_state(act, node, step)])
    policy.require(act, step.permission, node)
    values = {**values, 'comment': comment.strip()}
    unmet = _unmet(act, node, step, values)
    if unmet:
        raise TransitionRefused(conditions=unmet)
    before = node.state
    for wanted in step.consequences:
        get_consequence(wanted)(act, node, values)
    change_state(act, node, step.target, step.name, values['comment'], before)


def change_state(
    act: Act, node: Node, state: str, step: str, comment: str = '', before: str | None = None, **facts: Any
) -> None:
    """Puts a node into a state with history and event: the last part of every transition."""
    before = node.state if before is None else before
    node.state = state
    note_history(act, node, step, comment, **{'from': before, 'to': state})
    node.touch(act.clock)
    tell_followers(act, node, before, state, step)
    record(act, Event.TRANSITION, node, step=step, **{'from': before, 'to': state, **facts})


def note_history(act: Act, node: Node, what: str, comment: str = '', **facts: Any) -> None:
    """Adds to the node's own history: who, when, what, comment."""
    entry = {'what': what, 'who': act.actor.id, 'when': rfc3339(act.clock.now()), 'comment': comment, **facts}
    node.history = (*node.history, entry)


def wrong_state(act: Act, node: Node, step: Transition) -> Condition:
    """The reason for a step that does not start in the node's state."""
    title = workflow_of(act, node).states[node.state]
    return Condition(
        'wrong-state', _('Not possible in the state “${state}”', mapping={'state': title}), 'state'
    )


def _unmet(act: Act, node: Node, step: Transition, values: Mapping[str, Any]) -> list[Condition]:
    asked = dict.fromkeys((*step.guards, *always_asked(node.type, step.name)))
    return [reason for wanted in asked for reason in get_guard(wanted)(act, node, values)]
