"""The batches of filing, and what is approved and waits to be put on one."""

from __future__ import annotations

from dataclasses import dataclass

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Condition, Invalid, NotFound
from lantai.base.i18n import _
from lantai.features.filing import service
from lantai.features.filing.model import Batch, batches_of
from lantai.features.filing.planning import place_of
from lantai.features.filing.views.rows import chip, lines, way
from lantai.features.records import lookup
from lantai.features.records import service as records
from lantai.features.records.model import Fonds, Item
from lantai.services.security import policy
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.web import forms, notices

#: records of one body that the page lists; the oldest first, the others come after them
LISTED = 200
#: seconds of looking at files before a page is shown
PATIENCE = 0.7


@dataclass(frozen=True)
class Shown:
    """A batch in a list."""

    url: str
    title: str
    fonds: str
    items: int
    opened: str
    maker: str
    filed: str
    first_code: str
    last_code: str


@dataclass(frozen=True)
class Waiting:
    """An approved record that is on no batch."""

    uid: str
    url: str
    title: str
    chip: str
    date: str
    document_number: str
    unit: str
    series: str


@dataclass(frozen=True)
class Body:
    """What waits for filing in one body."""

    code: str
    title: str
    waiting: list[Waiting]
    more: bool


class OpenForm(colander.MappingSchema):
    """A new batch."""

    fonds = colander.SchemaNode(colander.String(), validator=colander.Length(max=255))
    title = colander.SchemaNode(
        colander.String(), missing='', validator=colander.Length(max=service.MAX_TITLE)
    )


@view_config(
    route_name='filing',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:filing/batches.pt',
)
def page(request):
    """All batches of the person's bodies and what waits; with `?item=` the preview of that record alone."""
    if 'item' in request.GET:
        return _to_item(request, request.GET['item'])
    bodies = service.fonds_to_file_for(request.act)
    if not bodies:
        raise NotFound()
    filed = service.filed_batches(request.act, request.GET.get('before', ''), 50)
    return {
        'bodies': [_body(request, fonds) for fonds in bodies],
        'open': [shown(request, batch) for batch in service.open_batches(request.act)],
        'filed': [shown(request, batch) for batch in filed],
        'older': request.layout.route('filing', before=filed[-1].id) if len(filed) == 50 else None,
    }


def _to_item(request, uid: str) -> HTTPSeeOther:
    batch_id = batches_of(request.repository).of_item.get(uid)
    if batch_id is not None and service.find(request.act, batch_id):
        return HTTPSeeOther(request.route_path('batch', id=batch_id))
    return HTTPSeeOther(request.route_path('filing.one', _query={'uid': uid}))


def _body(request, fonds: Fonds) -> Body:
    items = service.waiting_items(request.act, fonds.fonds_code, LISTED + 1)
    return Body(
        fonds.fonds_code,
        fonds.title,
        [_waiting(request, fonds, item) for item in items[:LISTED]],
        len(items) > LISTED,
    )


def _waiting(request, fonds: Fonds, item: Item) -> Waiting:
    series = place_of(request.act, item).series
    return Waiting(
        uid=item.uid,
        url=request.layout.url_of(item),
        title=item.title,
        chip=chip(request, item),
        date=str(item.metadata.get('date') or ''),
        document_number=str(item.metadata.get('document_number') or ''),
        unit=fonds.units.get(item.unit, {}).get('title', item.unit),
        series=way(request, series),
    )


def shown(request, batch: Batch) -> Shown:
    """A batch as lists show it."""
    register = batch.register or {}
    return Shown(
        url=request.route_path('batch', id=batch.id),
        title=batch.title,
        fonds=batch.fonds_code,
        items=len(batch.items),
        opened=request.layout.day(batch.opened),
        maker=person_name(request, batch.maker),
        filed=request.layout.day(batch.filed) if batch.filed else '',
        first_code=register.get('first_code', ''),
        last_code=register.get('last_code', ''),
    )


def person_name(request, person_id: str) -> str:
    """What a person is called; the id for one who is not in the list of people."""
    person = people_of(request.repository).get(person_id)
    return person.name if person is not None and person.name else person_id


@view_config(route_name='filing', permission=Permission.SIGNED_IN, request_method='POST')
def open_batch(request) -> HTTPSeeOther:
    """A new batch with the records that were picked."""
    values, answer = forms.validated(OpenForm(), request.POST)
    if answer.errors:
        raise Invalid(
            conditions=[
                Condition('wrong', message, name)
                for name, messages in answer.errors.items()
                for message in messages
            ]
        )
    fonds = request.repository.get(values['fonds'])
    if not isinstance(fonds, Fonds) or not policy.sees(request.actor, fonds):
        raise NotFound()
    items = [lookup.by_uid(request.act, uid) for uid in dict.fromkeys(request.POST.getall('uid'))]
    if not items:
        notices.tell(request, _('Select at least one record'), 'warn')
        return HTTPSeeOther(request.route_path('filing'))
    batch = service.open_batch(request.act, fonds, values['title'], items)
    return HTTPSeeOther(request.route_path('batch', id=batch.id))


@view_config(
    route_name='filing.one',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:filing/one.pt',
)
def one(request) -> dict:
    """What filing a single record would do. Raises NotFound for who may not file it."""
    item = _item_to_file(request, request.GET.get('uid', ''))
    preview = service.preview(request.act, [item], seconds=PATIENCE)
    return {
        'line': lines(request, preview.rows)[0],
        'ready': preview.ready,
        'unseen': preview.unseen,
        'crumbs': request.layout.crumbs(item, last_is_link=True),
        'most': engine.MAX_COMMENT,
    }


@view_config(route_name='filing.one', permission=Permission.SIGNED_IN, request_method='POST')
def file_one(request) -> HTTPSeeOther:
    """Files a single record: a batch of one."""
    item = _item_to_file(request, request.POST.get('uid', ''))
    records.transition(request.act, item, 'file', request.POST.get('comment', ''))
    notices.tell(request, _('Filed as ${code}', mapping={'code': item.reference_code}))
    return HTTPSeeOther(request.layout.url_of(item))


def _item_to_file(request, uid: str) -> Item:
    item = lookup.by_uid(request.act, uid)
    if not isinstance(item, Item) or Permission.FILE not in policy.permissions(request.actor, item):
        raise NotFound()
    return item
