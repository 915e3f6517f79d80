"""A metadata schema is data: which elements a kind of record has, what they may hold, when they are required.

The schemas lie in `config/schemas/*.toml`, one file per archival standard, and name their elements by the
English names of the standard in snake case. Here they are read, and what people give is checked against them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import colander

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.services.content import derivations
from lantai.services.content.fields import TYPES, Choice, Field, Value, When, mapping_of

STAGES = ('submit', 'file')

Metadata = Mapping[str, Value]


class SchemaError(ValueError):
    """A schema file cannot be used; the text names the file, the element and what is wrong."""


@dataclass(frozen=True)
class Group:
    """Elements that stand together in a form."""

    key: str
    title: str
    zh: str
    fields: tuple[Field, ...]

    @property
    def label(self) -> str:
        """The title, translatable."""
        return _(self.title)


@dataclass(frozen=True)
class Schema:
    """The elements of one kind of record, in the order of its form."""

    name: str
    title: str
    zh: str
    groups: tuple[Group, ...]

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every element by its key."""
        return {field.key: field for group in self.groups for field in group.fields}

    @cached_property
    def _mapping(self) -> colander.SchemaNode:
        return mapping_of(field for field in self.fields.values() if not field.system)

    def clean(self, values: Mapping[str, Any], partial: bool = True) -> dict[str, Value]:
        """Return the values as they are kept; a cleared element is None.

        With `partial` false the result is a whole description: nothing cleared, defaults filled in.
        Raises Invalid with one condition for each element that is not right, all at once.
        """
        if not isinstance(values, Mapping):
            raise Invalid(conditions=[Condition('wrong-type', _('An object with elements is expected here'))])
        conditions = [condition for key in values if (condition := self._misplaced(key))]
        cleaned: dict[str, Value] = {}
        try:
            cleaned = self._mapping.deserialize({str(key): value for key, value in values.items()})
        except colander.Invalid as error:
            conditions += [Condition(each.code, each.msg, each.node.name) for each in error.children]
        if conditions:
            raise Invalid(conditions=conditions)
        return cleaned if partial else self.with_defaults(cleaned)

    def _misplaced(self, key: object) -> Condition | None:
        field = self.fields.get(key) if isinstance(key, str) else None
        if field is None:
            return Condition('unknown-field', _('There is no such element in this schema'), str(key)[:100])
        if field.system:
            return Condition('given-by-system', _('This element is given by the system'), field.key)
        return None

    def merged(self, metadata: Metadata, values: Mapping[str, Any]) -> dict[str, Value]:
        """Return a description with these values cleaned and put in, cleared ones gone. Raises Invalid."""
        return _without_empty({**metadata, **self.clean(values)})

    def with_defaults(self, metadata: Metadata) -> dict[str, Value]:
        """Return a description with the default of every element that has one and no value."""
        defaults = {field.key: field.default for field in self.fields.values() if field.default}
        return _without_empty({**defaults, **_without_empty(metadata)})

    def derive(self, metadata: Metadata, context: Mapping[str, Any] | None = None) -> dict[str, Value]:
        """Return a description with everything filled in that follows from it or from where it lies.

        `context` holds facts of `derivations.FACTS`. What somebody gave is never overwritten, except the
        elements that are the system's own.
        """
        derived = self.with_defaults(metadata)
        for field in self.fields.values():
            if field.derived and (field.system or field.key not in derived):
                value = derivations.derived_value(field.derived, derived, context or {})
                if value is not None:
                    derived[field.key] = value
        return derived

    def missing(
        self, metadata: Metadata, stage: str, context: Mapping[str, Any] | None = None
    ) -> list[Condition]:
        """Return what must be filled in before that stage and neither is nor follows from the rest."""
        if stage not in STAGES:
            raise ValueError(f'no such stage: {stage}')
        whole = self.derive(metadata, context)
        return [
            Condition('required', _(_missing(field)), field.key)
            for field in self.fields.values()
            if not field.system and field.key not in whole and field.requires(whole, stage)
        ]

    def warnings(self, metadata: Metadata, today: date) -> list[Condition]:
        """Return what is unusual, and may still be right: nothing here stops anything."""
        found = []
        dated = metadata.get('date')
        if isinstance(dated, str) and dated > today.isoformat():
            found.append(Condition('date-in-future', _('The date lies in the future'), 'date'))
        year = metadata.get('year')
        if isinstance(dated, str) and year is not None and str(year) != dated[:4]:
            found.append(Condition('year-differs', _('The year is not the year of the date'), 'year'))
        return found

    def messages(self) -> dict[str, str]:
        """Return the Chinese of every message that comes out of the schema's data, by message id."""
        found = {self.title: self.zh}
        for group in self.groups:
            found[group.title] = group.zh
        for field in self.fields.values():
            found |= {field.title: field.zh, _missing(field): f'缺少{field.zh}'}
            found |= {choice.title: choice.value for choice in field.choices}
            if field.help:
                found[field.help] = field.help_zh
        return found


def _missing(field: Field) -> str:
    return f'{field.title} is missing'


def _without_empty(metadata: Metadata) -> dict[str, Value]:
    return {key: value for key, value in metadata.items() if value not in (None, '', [])}


@cache
def chinese_messages() -> dict[str, str]:
    """Return the Chinese of every message of the shipped schemas, for the catalogue of the pages."""
    return {message: text for schema in shipped().values() for message, text in schema.messages().items()}


def shipped() -> dict[str, Schema]:
    """Return the schemas that come with the program, by name."""
    folder = resources.files('lantai.config').joinpath('schemas')
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith('.toml')), key=lambda file: file.name
    )
    return {schema.name: schema for schema in map(load, files)}


def load(file: Traversable) -> Schema:
    """Return the schema in a TOML file. Raises SchemaError."""
    try:
        data = tomllib.loads(file.read_text(encoding='utf-8'))
        return build(data)
    except (ValueError, TypeError, KeyError) as error:
        raise SchemaError(f'{file.name}: {error}') from error


def build(data: dict[str, Any]) -> Schema:
    """Return the schema that parsed TOML describes. Raises ValueError saying which element is wrong."""
    elements = [_field(dict(each)) for each in data['field']]
    keys = [field.key for field in elements]
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f'elements given twice: {", ".join(sorted(doubled))}')
    groups = tuple(
        Group(key, each['title'], each['zh'], tuple(f for f in elements if f.group == key))
        for key, each in data['groups'].items()
    )
    for field in elements:
        for problem in _problems(field, set(keys), set(data['groups'])):
            raise ValueError(f'{field.key}: {problem}')
    head = data['schema']
    return Schema(head['name'], head['title'], head['zh'], groups)


def _field(data: dict[str, Any]) -> Field:
    key = data.get('key', '?')
    if strange := set(data) - {field.name for field in fields(Field)}:
        raise ValueError(f'{key}: unknown settings {", ".join(sorted(strange))}')
    for name in ('derived', 'required'):
        data[name] = tuple(data.get(name, ()))
    data['choices'] = tuple(Choice(**each) for each in data.get('choices', ()))
    data['aliases'] = tuple(data.get('aliases', {}).items())
    if 'required_when' in data:
        when = data['required_when']
        data['required_when'] = When(when['field'], tuple(when.get('values', ())), tuple(when['stages']))
    try:
        return Field(**data)
    except TypeError as error:
        raise ValueError(f'{key}: {error}') from error


def _problems(field: Field, keys: set[str], groups: set[str]) -> Iterator[str]:
    when = field.required_when
    if field.type not in TYPES:
        yield f'no such type: {field.type}'
    if field.group not in groups:
        yield f'no such group: {field.group}'
    if (field.type == 'choice') != bool(field.choices):
        yield 'choices belong to the type choice, and only to it'
    if stages := (set(field.required) | set(when.stages if when else ())) - set(STAGES):
        yield f'no such stage: {", ".join(sorted(stages))}'
    if when and when.field not in keys:
        yield f'required by an element that does not exist: {when.field}'
    if strange := [name for name in field.derived if not derivations.known(name)]:
        yield f'no such derivation: {", ".join(strange)}'
