"""Forms: the fields of a schema as templates show them, what was typed, and what is wrong at which field.

Two sorts of input: the metadata of records, whose schema is data (`metadata_groups`), and the small forms
of pages, declared with colander (`validated`). What was typed is given back as it was, right or wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import colander

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.services.content.fields import Field
from lantai.services.content.schema import Schema

#: periods offered in a list; any other D<years> may be in a record all the same
PERIODS = ('Y', 'D30', 'D10')
_DEFAULT_MESSAGES = {
    'Required': _('This must be filled in'),
}


@dataclass(frozen=True)
class Option:
    """One value of a list."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class Input:
    """One field as a template shows it; `value` is text, as typed."""

    name: str
    label: str
    kind: str = 'text'
    value: str = ''
    help: str = ''
    options: tuple[Option, ...] = ()
    errors: tuple[str, ...] = ()
    most: int | None = None
    #: needed before the next step: a word beside the label
    needed: str = ''
    #: in a conflict of two edits, what the other person wrote
    theirs: str = ''
    short: bool = False


@dataclass(frozen=True)
class InputGroup:
    """Fields under one heading; `folded` when none is needed and none has a value."""

    key: str
    title: str
    inputs: tuple[Input, ...]
    folded: bool = False


@dataclass
class Typed:
    """What came in with a form, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)

    def add(self, conditions: Iterable[Condition], known: Iterable[str]) -> Typed:
        """Puts each condition at its field; what belongs to no field of this form stands above it."""
        known = set(known)
        for condition in conditions:
            if condition.field in known:
                self.errors.setdefault(condition.field, []).append(condition.message)
            else:
                self.general.append(condition.message)
        return self


def typed(post: Mapping[str, Any]) -> dict[str, str]:
    """The text of a form; files and the form's own fields left out."""
    return {name: value for name, value in post.items() if isinstance(value, str) and name != 'csrf_token'}


def metadata_inputs(schema: Schema) -> list[Field]:
    """The elements that people fill in, in the order of the form."""
    return [each for each in schema.fields.values() if not each.system]


def metadata_groups(
    schema: Schema,
    values: Mapping[str, str],
    errors: Mapping[str, Sequence[str]] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> list[InputGroup]:
    """The form of a schema. `values` by element, as text; `theirs` what another person saved meanwhile."""
    groups = []
    for group in schema.groups:
        inputs = tuple(
            metadata_input(
                each, values.get(each.key, ''), (errors or {}).get(each.key, ()), (theirs or {}).get(each.key)
            )
            for each in group.fields
            if not each.system
        )
        if inputs:
            busy = any(each.value or each.needed or each.errors or each.theirs for each in inputs)
            groups.append(InputGroup(group.key, group.label, inputs, folded=not busy))
    return groups


def metadata_input(
    element: Field, value: str, errors: Sequence[str] = (), theirs: str | None = None
) -> Input:
    """One element as an input."""
    return Input(
        name=element.key,
        label=element.label,
        kind=_kind(element),
        value=value,
        help=_(element.help) if element.help else '',
        options=_options(element, value),
        errors=tuple(errors),
        most=element.max if element.type == 'text' else None,
        needed=_needed(element),
        theirs='' if theirs is None or theirs == value else theirs or _('(empty)'),
        short=element.type in ('date', 'year', 'integer'),
    )


def _kind(element: Field) -> str:
    if element.type in ('choice', 'period'):
        return 'select'
    return 'textarea' if element.multiline else 'text'


def _options(element: Field, value: str) -> tuple[Option, ...]:
    if element.type == 'period':
        codes = PERIODS if value in ('', *PERIODS) else (*PERIODS, value)
        pairs = [(code, element.shown(code)) for code in codes]
    elif element.type == 'choice':
        pairs = [(choice.value, _(choice.title)) for choice in element.choices]
        if value and value not in dict(pairs):
            pairs.append((value, value))
    else:
        return ()
    return tuple(Option(code, title, code == value) for code, title in [('', '—'), *pairs])


def _needed(element: Field) -> str:
    if 'submit' in element.required:
        return _('to submit')
    return _('to file') if 'file' in element.required else ''


def choice(name: str, label: str, value: str, pairs: Iterable[tuple[str, str]], **more: Any) -> Input:
    """A list to choose from, for the small forms of pages."""
    options = tuple(Option(code, title, code == value) for code, title in pairs)
    return Input(name, label, 'select', value, options=options, **more)


def validated(node: colander.SchemaNode, post: Mapping[str, Any]) -> tuple[dict[str, Any], Typed]:
    """The values of a small form and, where it is not right, its errors by field (then no values)."""
    answer = Typed(values=typed(post))
    try:
        return node.deserialize({name: value for name, value in post.items() if name != 'csrf_token'}), answer
    except colander.Invalid as error:
        for name, message in _messages(error):
            answer.errors.setdefault(name, []).append(message)
        return {}, answer


def _messages(error: colander.Invalid) -> Iterable[tuple[str, str]]:
    for path in error.paths():
        last = path[-1]
        messages = last.msg if isinstance(last.msg, list) else [last.msg]
        name = next((each.node.name for each in path if each.node.name), '')
        for message in messages:
            if message is not None:
                yield name, _DEFAULT_MESSAGES.get(str(message), message)
