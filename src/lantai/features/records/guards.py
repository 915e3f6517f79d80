"""Guards and consequences of an item's way to the archivist. Each guard gives every reason."""

from collections.abc import Mapping
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.records.model import Component, Item
from lantai.features.records.naming import contradiction
from lantai.services.act import Act
from lantai.services.workflow.registry import consequence, guard


@guard('has-content')
def has_content(_act: Act, item: Item, _values: Mapping[str, Any]) -> list[Condition]:
    """A record has at least one file."""
    if item.is_empty():
        return [Condition('no-content', _('There is no file yet'), 'content')]
    return []


@guard('contents-usable')
def contents_usable(_act: Act, item: Item, _values: Mapping[str, Any]) -> list[Condition]:
    """No file is empty, and none is known to be another kind than its ending says."""
    reasons = []
    for component in item.components:
        if component.size == 0:
            reasons.append(
                Condition(
                    'empty-file', _('“${name}” is an empty file', mapping={'name': component.name}), 'content'
                )
            )
        about = contradiction(component)
        if about is not None:
            reasons.append(Condition('format-mismatch', _mismatch(component, about), 'content'))
    return reasons


def _mismatch(component: Component, about: Mapping[str, Any]) -> str:
    if not about.get('name'):
        return _('“${name}” is not what its ending says', mapping={'name': component.name})
    return _('“${name}” is really ${format}', mapping={'name': component.name, 'format': about['name']})


@guard('described-for-submit')
def described_for_submit(act: Act, item: Item, _values: Mapping[str, Any]) -> list[Condition]:
    """What the schema asks for at this stage is there."""
    return act.site.schemas['document'].missing(item.metadata, 'submit')


@guard('another-person', always=('item', 'approve'))
def another_person(act: Act, item: Item, _values: Mapping[str, Any]) -> list[Condition]:
    """Who made or submitted a record does not approve it."""
    submitted = next((entry['who'] for entry in reversed(item.history) if entry['what'] == 'submit'), None)
    if act.actor.id in (item.creator, submitted):
        return [
            Condition('another-person-needed', _('Somebody else has to approve what you made or submitted'))
        ]
    return []


@guard('comment-given')
def comment_given(_act: Act, _item: Item, values: Mapping[str, Any]) -> list[Condition]:
    """Whoever gets it back must know why."""
    if not values.get('comment'):
        return [Condition('comment-needed', _('Please say why'), 'comment')]
    return []


@guard('scope-rule-given')
def scope_rule_given(act: Act, item: Item, values: Mapping[str, Any]) -> list[Condition]:
    """Exclusion names the rule of the archiving scope (归档范围) and a reason."""
    reasons = comment_given(act, item, values)
    rule = values.get('rule')
    bodies = act.repository.rooms.get('classification')
    excludes = bodies is None or bodies.get(item.fonds_code).excludes
    if not isinstance(rule, int) or isinstance(rule, bool) or not (excludes is True or excludes(rule)):
        reasons.append(
            Condition('rule-needed', _('Name the rule of the archiving scope by its number'), 'rule')
        )
    return reasons


@consequence('note-exclusion')
def note_exclusion(act: Act, item: Item, values: Mapping[str, Any]) -> None:
    """Keeps rule and reason with the item."""
    item.exclusion = {
        'rule': values['rule'],
        'reason': values['comment'],
        'who': act.actor.id,
        'when': rfc3339(act.clock.now()),
    }


@consequence('forget-exclusion')
def forget_exclusion(_act: Act, item: Item, _values: Mapping[str, Any]) -> None:
    """The item is under way again; its history keeps the exclusion."""
    item.exclusion = None
