"""Reading input strictly: queries and JSON bodies, checked by colander, every fault named at its field."""

import json
from collections.abc import Mapping
from typing import Any

import colander
from pyramid.request import Request

from lantai.base.errors import Condition, Invalid, Malformed, TooLarge, UnsupportedType
from lantai.base.i18n import _

#: largest JSON body in bytes
MAX_BODY = 1 << 20
MAX_TEXT = 10_000


class Text(colander.SchemaType):
    """A JSON string, and nothing that could be taken for one."""

    json_type = 'string'

    def deserialize(self, node: colander.SchemaNode, value: Any) -> Any:
        if value is colander.null:
            return value
        if not isinstance(value, str):
            raise colander.Invalid(node, _('This is a text'))
        if len(value) > MAX_TEXT:
            raise colander.Invalid(node, _('At most ${n} characters', mapping={'n': MAX_TEXT}))
        if any(0xD800 <= ord(character) < 0xE000 for character in value):
            raise colander.Invalid(node, _('This text holds half characters'))
        return value


class _Strict(colander.SchemaType):
    """A JSON value of one type; what only looks like it is refused with a message of ours."""

    json_type = ''
    message = ''

    def accepts(self, value: Any) -> bool:
        """Whether the value is of the type."""
        return False

    def deserialize(self, node: colander.SchemaNode, value: Any) -> Any:
        """The value as it came; raises colander.Invalid."""
        if value is not colander.null and not self.accepts(value):
            raise colander.Invalid(node, self.message)
        return value


class Whole(_Strict):
    """A JSON whole number."""

    json_type = 'integer'
    message = _('This is a whole number')

    def accepts(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)


class Flag(_Strict):
    """JSON true or false."""

    json_type = 'boolean'
    message = _('This is yes or no')

    def accepts(self, value: Any) -> bool:
        return isinstance(value, bool)


class Object(_Strict):
    """A JSON object whose members somebody else checks: metadata, by its schema."""

    json_type = 'object'
    message = _('This is an object')

    def accepts(self, value: Any) -> bool:
        return isinstance(value, dict)


class Digits(colander.SchemaType):
    """A whole number written out in a query."""

    json_type = 'integer'

    def deserialize(self, node: colander.SchemaNode, value: Any) -> Any:
        if value is colander.null:
            return value
        if not (value.isascii() and value.isdecimal() and len(value) <= 15):
            raise colander.Invalid(node, _('This is a whole number'))
        return int(value)


def between(least: int, most: int) -> colander.Range:
    """A validator with a message of ours."""
    message = _('Between ${least} and ${most}', mapping={'least': least, 'most': most})
    return colander.Range(min=least, max=most, min_err=message, max_err=message)


def one_of(*choices: str) -> colander.All:
    """A validator for a list of values."""

    def check(node: colander.SchemaNode, value: str) -> None:
        if value not in choices:
            listed = '、'.join(choice for choice in choices if choice)
            raise colander.Invalid(node, _('One of: ${choices}', mapping={'choices': listed}))

    check.choices = choices
    return check


def mapping(*children: colander.SchemaNode) -> colander.SchemaNode:
    """A schema of named members; others are refused."""
    return colander.SchemaNode(colander.Mapping(unknown='preserve'), *children)


def member(
    typ: colander.SchemaType, name: str, *, required: bool = False, **more: Any
) -> colander.SchemaNode:
    """One member. One that is not required and not given is absent from the result."""
    if required:
        return colander.SchemaNode(typ, name=name, missing_msg=_('This is needed'), **more)
    more.setdefault('missing', colander.drop)
    return colander.SchemaNode(typ, name=name, **more)


def read_query(request: Request, schema: colander.SchemaNode | None) -> dict[str, Any]:
    """The parameters of the address; raises Malformed for one given twice, Invalid for wrong ones."""
    given: dict[str, Any] = {}
    for key, value in request.GET.items():
        if key in given:
            raise Malformed(_('The parameter ${name} is given twice', mapping={'name': key[:100]}))
        given[key] = value
    return check(schema or mapping(), given)


def read_body(request: Request, schema: colander.SchemaNode) -> dict[str, Any]:
    """The JSON object of the body; raises UnsupportedType, TooLarge, Malformed, Invalid."""
    if request.content_type != 'application/json':
        raise UnsupportedType(_('The body is to be application/json'))
    if (request.content_length or 0) > MAX_BODY:
        raise TooLarge(_('The body has more than ${n} bytes', mapping={'n': MAX_BODY}))
    data = request.body_file.read(MAX_BODY + 1)
    if len(data) > MAX_BODY:
        raise TooLarge(_('The body has more than ${n} bytes', mapping={'n': MAX_BODY}))
    try:
        value = json.loads(data.decode('utf-8'), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(_('The body is not JSON in UTF-8')) from error
    if not isinstance(value, dict):
        raise Malformed(_('The body is to be a JSON object'))
    return check(schema, value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError('a member is given twice')
    return found


def _no_constant(text: str) -> None:
    raise ValueError(text)


def check(schema: colander.SchemaNode, value: Mapping[str, Any]) -> dict[str, Any]:
    """The checked values; raises Invalid with a condition for each field, unknown ones too."""
    known = {child.name for child in schema.children}
    wrong = [
        Condition('unknown-field', _('There is no such field here'), key[:100])
        for key in value
        if key not in known
    ]
    # null means "not given" for members that may be absent
    given = {key: each for key, each in value.items() if key in known and each is not None}
    checked: dict[str, Any] = {}
    try:
        checked = schema.deserialize(given)
    except colander.Invalid as error:
        for each in error.children:
            for message in each.messages() or [_('This value is not right')]:
                wrong.append(Condition('invalid', message, each.node.name))
    if wrong:
        raise Invalid(conditions=wrong)
    return checked
