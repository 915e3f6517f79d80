"""Changing a description: the form, errors at the field, and two people who edit the same record at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.features.records import service
from lantai.features.records.errors import EditConflict
from lantai.features.records.model import File, Folder, Fonds, Item, Series
from lantai.services.security.permissions import Permission
from lantai.services.settings import CLASSIFICATIONS
from lantai.store.tree import Node
from lantai.web import forms, notices
from lantai.web.forms import Input, InputGroup, Typed
from lantai.web.refusals import note_refusal

_OPENNESS = (
    ('unreviewed', _('Not reviewed')),
    ('open', _('Open to use')),
    ('controlled', _('Controlled')),
    ('delayed', _('Opening delayed')),
)
_CLASSIFIED = tuple((value, value) for value in CLASSIFICATIONS if value)
_PUBLIC = tuple((value, value) for value in service.PUBLICITY if value)
FORM = {'route_name': 'edit', 'permission': Permission.SEE, 'renderer': 'lantai.templates:records/edit.pt'}


@view_config(context=Item, request_method='GET', **FORM)
@view_config(context=Series, request_method='GET', **FORM)
@view_config(context=File, request_method='GET', **FORM)
@view_config(context=Folder, request_method='GET', **FORM)
@view_config(context=Fonds, request_method='GET', **FORM)
def form(node: Node, request) -> dict:
    """The form with the values as they are. Raises what would stop an edit, before anything is typed."""
    service.check_editable(request.act, node)
    current = texts(request, node)
    return page(request, node, Typed(current), base=current)


@view_config(context=Item, request_method='POST', **FORM)
@view_config(context=Series, request_method='POST', **FORM)
@view_config(context=File, request_method='POST', **FORM)
@view_config(context=Folder, request_method='POST', **FORM)
@view_config(context=Fonds, request_method='POST', **FORM)
def save(node: Node, request):
    """Saves, or shows the form again with all that is wrong and all that was typed."""
    current = texts(request, node)
    typed = {name: value for name, value in forms.typed(request.POST).items() if name in current}
    base = _base(request.POST.get('base'), current)
    changed = {name: value for name, value in typed.items() if value != base.get(name)}
    try:
        service.edit(request.act, node, values_of(node, changed), request.POST.get('etag'))
    except EditConflict as error:
        request.tm.doom()
        note_refusal(request, error, node)
        request.response.status_int = 412
        return conflict(request, node, typed, base, current)
    except Invalid as error:
        request.tm.doom()
        note_refusal(request, error, node)
        request.response.status_int = 422
        answer = Typed({**current, **typed}).add(map(_at_its_field, error.conditions), current)
        return page(request, node, answer, base=base)
    notices.tell(request, _('Saved'))
    return HTTPSeeOther(request.layout.url_of(node))


def conflict(
    request, node: Node, typed: Mapping[str, str], base: Mapping[str, str], theirs: Mapping[str, str]
) -> dict:
    """The form once more: what only the other person changed is taken over, what both changed is shown
    twice.
    """
    mine = {name: value for name, value in typed.items() if value != base.get(name)}
    shown = {**theirs, **mine}
    both = {name: theirs[name] for name in mine if theirs[name] not in (base.get(name), mine[name])}
    values = page(request, node, Typed(shown), base=theirs, theirs=both)
    return {**values, 'conflict': True, 'both': bool(both)}


def page(
    request, node: Node, answer: Typed, base: Mapping[str, str], theirs: Mapping[str, str] | None = None
) -> dict:
    """What the template of the form gets."""
    return {
        'title': node.title or node.name,
        'crumbs': request.layout.crumbs(node, last_is_link=True),
        'groups': groups(request, node, answer, theirs),
        'general': answer.general,
        'etag': node.etag,
        'base': json.dumps(base, ensure_ascii=False),
        'cancel': request.layout.url_of(node),
        'conflict': False,
        'both': False,
    }


def groups(request, node: Node, answer: Typed, theirs: Mapping[str, str] | None = None) -> list[InputGroup]:
    """The fields that this kind of node has."""
    if node.type != 'item':
        inputs = [
            Input(
                'title',
                _('Title'),
                value=answer.values.get('title', ''),
                most=1000,
                errors=tuple(answer.errors.get('title', ())),
                theirs=(theirs or {}).get('title', ''),
            )
        ]
        if node.type == 'series':
            inputs.append(
                Input(
                    'retention_row',
                    _('Row of the retention schedule'),
                    short=True,
                    value=answer.values.get('retention_row', ''),
                    errors=tuple(answer.errors.get('retention_row', ())),
                    theirs=(theirs or {}).get('retention_row', ''),
                )
            )
        return [InputGroup('own', _('Description'), tuple(inputs))]
    schema = request.site.schemas['document']
    described = [
        replace(group, inputs=tuple(each for each in group.inputs if each.name != service.CLASSIFIED))
        for group in forms.metadata_groups(schema, answer.values, answer.errors, theirs)
    ]
    return [*described, access_group(answer, theirs)]


def access_group(answer: Typed, theirs: Mapping[str, str] | None = None) -> InputGroup:
    """Classification, publicity and openness: three different things."""
    fields = (
        ('access.classification', _('Classification'), (('', _('None')), *_CLASSIFIED)),
        ('access.publicity', _('Publicity'), (('', '—'), *_PUBLIC)),
        ('access.openness', _('Openness'), _OPENNESS),
    )
    inputs = tuple(
        replace(
            forms.choice(name, label, answer.values.get(name, ''), pairs),
            theirs=(theirs or {}).get(name, ''),
            errors=tuple(answer.errors.get(name, ())),
        )
        for name, label, pairs in fields
    )
    return InputGroup('access', _('Access'), inputs)


def texts(request, node: Node) -> dict[str, str]:
    """Every field of the form with its value as text."""
    if node.type != 'item':
        found = {'title': node.title}
        if node.type == 'series':
            found['retention_row'] = '' if node.retention_row is None else str(node.retention_row)
        return found
    schema = request.site.schemas['document']
    # the classification is asked for once, among the three of access
    elements = [each for each in forms.metadata_inputs(schema) if each.key != service.CLASSIFIED]
    found = {each.key: each.text(node.metadata.get(each.key)) for each in elements}
    return found | {
        f'access.{key}': node.access.get(key, '') for key in ('classification', 'publicity', 'openness')
    }


def values_of(node: Node, texts: Mapping[str, str]) -> dict:
    """What was typed as the use case takes it: metadata and access apart, numbers as numbers."""
    if node.type != 'item':
        values: dict = dict(texts)
        if 'retention_row' in values:
            row = values['retention_row'].strip()
            values['retention_row'] = int(row) if row.isascii() and row.isdigit() else row or None
        return values
    access = {name.partition('.')[2]: value for name, value in texts.items() if name.startswith('access.')}
    metadata = {name: value for name, value in texts.items() if not name.startswith('access.')}
    return {key: value for key, value in (('metadata', metadata), ('access', access)) if value}


def _at_its_field(condition):
    # the ceiling names the element, the form has it among the three of access
    return (
        replace(condition, field='access.classification')
        if condition.field == 'classification'
        else condition
    )


def _base(text: str | None, current: Mapping[str, str]) -> dict[str, str]:
    """The values the form was made with; without them everything typed counts as changed."""
    try:
        found = json.loads(text or '')
    except ValueError:
        return {}
    return (
        {str(name): value for name, value in found.items() if isinstance(value, str) and name in current}
        if isinstance(found, dict)
        else {}
    )
