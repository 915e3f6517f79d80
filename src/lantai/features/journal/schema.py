"""What can be asked of the log on its page."""

from __future__ import annotations

import colander

from lantai.base.i18n import _
from lantai.services.eventlog.events import Event

#: longer than any identifier
LONGEST = 100


def _text(name: str, **more: object) -> colander.SchemaNode:
    too_long = _('No more than ${n} characters', mapping={'n': LONGEST})
    validator = colander.Length(max=LONGEST, max_err=too_long)
    return colander.SchemaNode(colander.String(), name=name, missing='', validator=validator, **more)


class _Day(colander.Date):
    err_template = _('A date is written as 2021-03-02')


class _Number(colander.Integer):
    def deserialize(self, node: colander.SchemaNode, cstruct: object) -> object:
        try:
            return super().deserialize(node, cstruct)
        except colander.Invalid as error:
            raise colander.Invalid(node, NO_NUMBER) from error


NO_NUMBER = _('This is not a number')
#: larger than any log
LARGEST = 10**15


def _number(name: str) -> colander.SchemaNode:
    inside = colander.Range(min=0, max=LARGEST, min_err=NO_NUMBER, max_err=NO_NUMBER)
    return colander.SchemaNode(_Number(), name=name, missing=None, validator=inside)


def _known(node: colander.SchemaNode, value: str) -> None:
    if value not in list(Event):
        raise colander.Invalid(node, _('There is no such kind of event'))


def query() -> colander.SchemaNode:
    """Filters and place of a page of the log."""
    return colander.SchemaNode(
        colander.Mapping(unknown='ignore'),
        _text('actor', preparer=_stripped),
        colander.SchemaNode(colander.String(), name='act', missing='', validator=_known),
        _text('object', preparer=_stripped),
        colander.SchemaNode(_Day(), name='day', missing=None),
        _number('before'),
        _number('after'),
    )


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value
