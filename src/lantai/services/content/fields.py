"""One element of a metadata schema, and how what people type becomes its value.

Input comes as text from a form or a spreadsheet, or with the types of JSON. What is kept is plain: text, int,
a list of texts, an ISO date as text; so that a manifest of it is canonical JSON without further ado.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import colander

from lantai.base.i18n import _

Value = str | int | list[str] | None

#: where lists typed into one input are parted
_SEPARATORS = re.compile(r'[;；\n]+')
#: what XML cannot carry: controls, halves of characters, code points that are none
_NEVER = '\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef' + ''.join(
    f'\\U{plane << 16 | 0xFFFE:08x}\\U{plane << 16 | 0xFFFF:08x}' for plane in range(17)
)
_NOT_IN_LINES, _NOT_IN_A_LINE = re.compile(f'[{_NEVER}]'), re.compile(f'[{_NEVER}\\t\\n]')
_DATES = (
    re.compile(r'(\d{4})-(\d{1,2})-(\d{1,2})'),
    re.compile(r'(\d{4})(\d{2})(\d{2})'),
    re.compile(r'(\d{4})[/.](\d{1,2})[/.](\d{1,2})'),
    re.compile(r'(\d{4})年(\d{1,2})月(\d{1,2})日'),
)
#: the code of a retention period
PERIOD = re.compile(r'Y|D[1-9]\d{0,2}')
_LISTED_AT_MOST = 200


class Refused(colander.Invalid):
    """What is wrong with one value, with a code that stays the same in every language."""

    def __init__(self, node: colander.SchemaNode, code: str, message: str) -> None:
        super().__init__(node, message)
        self.code = code


@dataclass(frozen=True)
class Choice:
    """One value of a value list and what an English reader sees for it."""

    value: str
    title: str


@dataclass(frozen=True)
class When:
    """Required at `stages` when another element has one of `values`, or any value when none are named."""

    field: str
    values: tuple[str, ...]
    stages: tuple[str, ...]

    def applies(self, metadata: dict[str, Value], stage: str) -> bool:
        value = metadata.get(self.field)
        return stage in self.stages and (value in self.values if self.values else value not in (None, '', []))


@dataclass(frozen=True)
class Field:
    """One element: `number` is its number in the standard, `zh` and `title` what it is called."""

    key: str
    number: str
    title: str
    zh: str
    type: str
    group: str
    help: str = ''
    help_zh: str = ''
    max: int = 200
    least: int = 1
    most: int = 999_999
    multiline: bool = False
    repeatable: bool = False
    default: str = ''
    derived: tuple[str, ...] = ()
    system: bool = False
    required: tuple[str, ...] = ()
    required_when: When | None = None
    choices: tuple[Choice, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The title, translatable."""
        return _(self.title)

    def node(self) -> colander.SchemaNode:
        """Return the colander node that reads one value of this element; a missing one is left out."""
        return colander.SchemaNode(TYPES[self.type](self), name=self.key, missing=colander.drop)

    def text(self, value: Value) -> str:
        """Return a kept value the way an input shows it."""
        if value is None:
            return ''
        return '；'.join(value) if isinstance(value, list) else str(value)

    def shown(self, value: Value) -> str:
        """Return a kept value for readers; choices translatable, periods in words."""
        for choice in self.choices:
            if choice.value == value:
                return _(choice.title)
        if self.type == 'period' and value:
            return period_in_words(str(value))
        return self.text(value)

    def requires(self, metadata: dict[str, Value], stage: str) -> bool:
        """Return whether this element must have a value at that stage, given the others."""
        return stage in self.required or (
            self.required_when is not None and self.required_when.applies(metadata, stage)
        )


def period_in_words(period: str) -> str:
    """Return a retention period for readers: `Permanent`, or so many years."""
    if period == 'Y':
        return _('Permanent')
    return _('${n} years', mapping={'n': period[1:]})


class FieldType(colander.SchemaType):
    """What the types share: empty input clears, text has no control characters, nothing is guessed."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def deserialize(self, node: colander.SchemaNode, cstruct: Any) -> Any:
        if cstruct is colander.null:
            return colander.null
        if cstruct is None or (isinstance(cstruct, str) and not cstruct.strip()):
            return None
        return self.read(node, cstruct)

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        raise Refused(node, 'wrong-type', _('This type of element is not known'))

    def text_of(self, node: colander.SchemaNode, value: Any, multiline: bool = False) -> str:
        if not isinstance(value, str):
            raise Refused(node, 'wrong-type', _('Text is expected here'))
        text = value.replace('\r\n', '\n').strip()
        if (_NOT_IN_LINES if multiline else _NOT_IN_A_LINE).search(text):
            raise Refused(node, 'bad-characters', _('Characters that cannot be shown are not allowed here'))
        if len(text) > self.field.max:
            raise Refused(node, 'too-long', _('No more than ${n} characters', mapping={'n': self.field.max}))
        return text

    def plain(self, node: colander.SchemaNode, value: Any) -> str:
        """Return short text with full-width digits and letters made plain: input methods type them."""
        return unicodedata.normalize('NFKC', self.text_of(node, value)).strip()


class Text(FieldType):
    """Text. A repeatable one is still one text; several values come apart by a full-width semicolon."""

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        if self.field.repeatable and isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = '；'.join(filter(None, (each.strip() for each in value)))
        return self.text_of(node, value, self.field.multiline) or None


class List(FieldType):
    """Several short texts, in their order, each once."""

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        parts = _SEPARATORS.split(value) if isinstance(value, str) else value
        if not isinstance(parts, list):
            raise Refused(node, 'wrong-type', _('A list of texts is expected here'))
        if len(parts) > _LISTED_AT_MOST:
            raise Refused(node, 'too-many', _('No more than ${n} entries', mapping={'n': _LISTED_AT_MOST}))
        texts = [self.text_of(node, part) for part in parts]
        return list(dict.fromkeys(filter(None, texts))) or None


class Date(FieldType):
    """A civil date, kept as 2021-03-02. The ways Chinese offices write one are understood."""

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        text = self.plain(node, value).replace(' ', '')
        for pattern in _DATES:
            if match := pattern.fullmatch(text):
                try:
                    return date(*map(int, match.groups())).isoformat()
                except ValueError:
                    break
        raise Refused(node, 'bad-date', _('A date such as 2021-03-02 is expected here'))


class Integer(FieldType):
    """A whole number between the element's bounds."""

    refusal: ClassVar[str] = 'bad-number'

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise Refused(node, 'wrong-type', _('A whole number is expected here'))
        if isinstance(value, str):
            text = self.plain(node, value).removesuffix('年' if self.field.type == 'year' else '')
            if not re.fullmatch(r'[0-9]{1,9}', text):
                raise Refused(node, self.refusal, _('A whole number is expected here'))
            value = int(text)
        if not self.field.least <= value <= self.field.most:
            raise Refused(
                node,
                'out-of-range',
                _(
                    'A number from ${least} to ${most} is expected here',
                    mapping={'least': self.field.least, 'most': self.field.most},
                ),
            )
        return value


class Year(Integer):
    """A year of four digits."""

    refusal = 'bad-year'


class ChoiceOf(FieldType):
    """A value of the element's list; other names of a value are understood."""

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        text = self.plain(node, value)
        text = dict(self.field.aliases).get(text, text)
        if text == '':
            return None
        if all(text != choice.value for choice in self.field.choices):
            raise Refused(
                node,
                'not-in-list',
                _(
                    'This is not one of the values to choose from: ${values}',
                    mapping={'values': '、'.join(choice.value for choice in self.field.choices)},
                ),
            )
        return text


class Period(FieldType):
    """A retention period, kept by its code: Y, D30, D10 or any D<years>."""

    def read(self, node: colander.SchemaNode, value: Any) -> Value:
        text = self.plain(node, value).upper().replace(' ', '')
        text = 'Y' if text == '永久' else re.sub(r'(\d+)年', r'D\1', text)
        if not PERIOD.fullmatch(text):
            raise Refused(
                node, 'bad-period', _('A retention period is expected here: Y, D30, D10 or D and the years')
            )
        return text


TYPES: dict[str, type[FieldType]] = {
    'text': Text,
    'list': List,
    'date': Date,
    'integer': Integer,
    'year': Year,
    'choice': ChoiceOf,
    'period': Period,
}


def mapping_of(fields: Iterable[Field]) -> colander.SchemaNode:
    """Return the colander schema of these elements."""
    return colander.SchemaNode(colander.Mapping(unknown='ignore'), *(field.node() for field in fields))
