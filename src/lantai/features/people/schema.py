"""The small forms of the pages about people. What the use cases check themselves is only shaped here."""

import colander

from lantai.base.i18n import _


def _text(name: str, most: int, *, missing: object = colander.required) -> colander.SchemaNode:
    message = _('No more than ${n} characters', mapping={'n': most})
    return colander.SchemaNode(
        colander.String(), name=name, missing=missing, validator=colander.Length(max=most, max_err=message)
    )


def _secret(name: str) -> colander.SchemaNode:
    # as typed: neither stripped nor shown again; longer ones are refused by the policy, in words
    return colander.SchemaNode(colander.String(), name=name)


def login_form() -> colander.SchemaNode:
    """Name and password."""
    return colander.SchemaNode(colander.Mapping(), _text('name', 200), _secret('password'))


def new_password_form(*, present: bool) -> colander.SchemaNode:
    """The new password twice and, where asked for, the present one."""
    node = colander.SchemaNode(
        colander.Mapping(),
        *([_secret('present')] if present else []),
        _secret('new'),
        _secret('again'),
        validator=_same_twice,
    )
    return node


def _same_twice(node: colander.SchemaNode, values: dict[str, str]) -> None:
    if values['new'] != values['again']:
        error = colander.Invalid(node)
        error['again'] = _('This is not the same as above')
        raise error


class _Day(colander.Date):
    """A date, with an error that says what would be right."""

    err_template = _('A date such as 2027-01-31')


def token_form() -> colander.SchemaNode:
    """The label, and the last day (or none)."""
    day = colander.SchemaNode(_Day(), name='expires', missing=None)
    kind = colander.SchemaNode(
        colander.String(), name='kind', validator=colander.OneOf(('api', 'application'))
    )
    return colander.SchemaNode(colander.Mapping(), _text('label', 60), day, kind)


def person_form(*, new: bool) -> colander.SchemaNode:
    """An account: name for signing in (only when new), own name, fonds and unit, language."""
    return colander.SchemaNode(
        colander.Mapping(),
        *([_text('id', 40)] if new else []),
        _text('name', 60),
        _text('place', 100, missing=''),
        _text('language', 10, missing=''),
    )


def role_form() -> colander.SchemaNode:
    """A role for somebody, for one unit or for all."""
    return colander.SchemaNode(
        colander.Mapping(), _text('person', 40), _text('role', 40), _text('unit', 20, missing='')
    )
