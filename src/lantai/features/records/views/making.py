"""Making an item with its files, a file (volume), a series or an inbox folder."""

from __future__ import annotations

from collections.abc import Mapping

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import DomainError, Invalid, NotFound
from lantai.base.i18n import _
from lantai.features.records import deposit, service
from lantai.features.records.lookup import find
from lantai.features.records.views import offers
from lantai.features.records.views.sent import Sent, sent_files
from lantai.services.act import Act
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container
from lantai.web import forms, notices
from lantai.web.forms import Input, InputGroup, Typed

#: what a clerk gives; the rest is settled when arranging, or later on the form of the whole description
CLERKS_FIELDS = ('title', 'author', 'date', 'document_number', 'document_type', 'keyword')
_TITLES = {
    'item': _('New item'),
    'file': _('New file (volume)'),
    'series': _('New series'),
    'folder': _('New folder'),
}
NEW = {'route_name': 'new', 'permission': Permission.SEE, 'renderer': 'lantai.templates:records/new.pt'}


class SeriesForm(colander.MappingSchema):
    """What a new series says."""

    title = colander.SchemaNode(colander.String(), validator=colander.Length(max=1000))
    name = colander.SchemaNode(colander.String(), validator=colander.Length(max=85), missing='')
    category = colander.SchemaNode(
        colander.String(),
        missing='',
        validator=colander.Regex(r'^[A-Z]{2,8}(·[A-Z0-9]{1,8})?$', _('Capital letters, such as WS')),
    )
    year = colander.SchemaNode(
        colander.Integer(),
        missing=None,
        validator=colander.Range(1900, 2200, _('A year such as 2026'), _('A year such as 2026')),
    )
    period = colander.SchemaNode(
        colander.String(),
        missing='',
        validator=colander.Regex(r'^(Y|D[1-9][0-9]{0,2})$', _('Y, D30, D10 or D and the years')),
    )
    unit = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=40))


class TitleForm(colander.MappingSchema):
    """What a new folder or file needs."""

    title = colander.SchemaNode(colander.String(), validator=colander.Length(max=250))


@view_config(request_method='GET', **NEW)
def form(container, request) -> dict:
    """The form for a kind of node that this person may make here."""
    kind = _kind(container, request)
    return _page(request, container, kind, Typed({'year': '', 'period': ''} if kind == 'series' else {}))


@view_config(request_method='POST', **NEW)
def make(container, request):
    """Makes it, or shows the form again with everything typed; chosen files a browser cannot give back."""
    kind = _kind(container, request)
    answer = Typed(forms.typed(request.POST))
    try:
        if kind == 'item':
            url = _make_item(request, container, answer.values)
        else:
            url = _make_container(request, container, kind, answer)
    except Invalid as error:
        answer.add(error.conditions, _names(kind))
        if not error.conditions:
            answer.general.append(error.detail)
        url = None
    if url is None:
        request.response.status_int = 422
        return _page(request, container, kind, answer, again=kind == 'item')
    return HTTPSeeOther(url)


def _kind(container, request) -> str:
    kind = request.matchdict['type']
    if not isinstance(container, Container) or kind not in offers.may_create(request, container):
        raise NotFound()
    return kind


def _names(kind: str) -> tuple[str, ...]:
    if kind == 'item':
        return CLERKS_FIELDS
    form = SeriesForm() if kind == 'series' else TitleForm()
    return tuple(node.name for node in form.children)


def _make_item(request, container: Container, values: Mapping[str, str]) -> str:
    metadata = {name: values[name] for name in CLERKS_FIELDS if values.get(name, '').strip()}
    files = sent_files(request, 'files')
    path = container.segments
    try:
        made = request.site.committer.run(
            lambda act: _deposit(act, path, metadata, files),
            request.act.actor,
            door='web',
            address=request.act.address,
        )
    finally:
        for each in files:
            each.received.discard()
    notices.tell(request, _('Stored'))
    return request.layout.url_at(made)


def _deposit(
    act: Act, path: tuple[str, ...], metadata: Mapping[str, str], files: list[Sent]
) -> tuple[str, ...]:
    """One item with its files, all or nothing; one file gives the item its name."""
    parent = find(act, path)
    title = metadata.get('title', '')
    name = service.free_name(parent, files[0].name) if len(files) == 1 else None
    fallback = files[0].title if files else ''
    item = service.create(act, parent, 'item', name=name, title=title or fallback, metadata=dict(metadata))
    for each in files:
        deposit.put(act, item, item.name if len(files) == 1 else each.name, each.received)
    return item.segments


def _make_container(request, container: Container, kind: str, answer: Typed) -> str | None:
    schema = SeriesForm() if kind == 'series' else TitleForm()
    values, checked = forms.validated(schema, answer.values)
    if kind == 'series' and not checked.errors and values['unit'] and values['unit'] not in _units(container):
        checked.errors['unit'] = [_('The fonds has no such unit')]
    if checked.errors:
        answer.errors.update(checked.errors)
        return None
    given = {name: value for name, value in values.items() if value not in ('', None) and name != 'title'}
    try:
        node = service.create(
            request.act,
            container,
            kind,
            name=given.pop('name', None) or _code(given),
            title=values['title'],
            **given,
        )
    except DomainError as error:
        if error.name not in ('name-taken', 'bad-name'):
            raise
        request.tm.doom()
        answer.errors['name' if kind == 'series' else 'title'] = [error.detail]
        return None
    notices.tell(request, _('Made'))
    return request.layout.url_of(node)


def _code(given: Mapping[str, object]) -> str | None:
    """A series that says one thing is named by that: WS, 2026, D30, BGS."""
    said = [str(given[key]) for key in ('category', 'year', 'period', 'unit') if given.get(key)]
    return said[0] if len(said) == 1 else None


def _units(container: Container) -> Mapping[str, Mapping]:
    fonds = next((node for node in container.ancestors() if node.type == 'fonds'), None)
    return fonds.units if fonds is not None else {}


def _page(request, container: Container, kind: str, answer: Typed, again: bool = False) -> dict:
    return {
        'title': _TITLES[kind],
        'kind': kind,
        'crumbs': request.layout.crumbs(container, last_is_link=True),
        'groups': [InputGroup('own', _('Description'), tuple(_inputs(request, container, kind, answer)))],
        'general': answer.general,
        'again': again,
        'cancel': request.layout.url_of(container),
    }


def _inputs(request, container: Container, kind: str, answer: Typed) -> list[Input]:
    def text(name: str, label: str, **more) -> Input:
        return Input(
            name, label, value=answer.values.get(name, ''), errors=tuple(answer.errors.get(name, ())), **more
        )

    if kind == 'item':
        fields = request.site.schemas['document'].fields
        return [
            forms.metadata_input(fields[name], answer.values.get(name, ''), answer.errors.get(name, ()))
            for name in CLERKS_FIELDS
        ]
    if kind != 'series':
        return [text('title', _('Title'), most=250)]
    units = [
        ('', '—'),
        *((code, f'{code} {about["title"]}') for code, about in sorted(_units(container).items())),
    ]
    unit = forms.choice('unit', _('Unit'), answer.values.get('unit', ''), units)
    return [
        text('title', _('Title'), most=1000),
        text('category', _('Category'), short=True, help=_('For the first level: WS, KJ, KU, ZP ...')),
        text('year', _('Year'), short=True),
        text('period', _('Retention period'), short=True, help=_('Y, D30, D10 or D and the years')),
        unit,
        text('name', _('Name in paths'), short=True, help=_('Left empty it is taken from the above')),
    ]
