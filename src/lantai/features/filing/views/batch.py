"""One batch: put in order, looked at, confirmed; afterwards what was filed."""

from __future__ import annotations

from dataclasses import dataclass

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.clock import parse_rfc3339
from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.filing import service
from lantai.features.filing.errors import BatchChanged, BatchRefused
from lantai.features.filing.model import Batch
from lantai.features.filing.views.batches import PATIENCE, person_name, shown
from lantai.features.filing.views.rows import chip, lines
from lantai.features.records.model import Item
from lantai.services.eventlog.refusals import log_refusal
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.web import forms, notices
from lantai.web.security import address_of


@dataclass(frozen=True)
class Filed:
    """One record of a filed batch."""

    number: int
    url: str
    title: str
    chip: str
    code: str
    date: str
    document_number: str
    period: str
    due: str


class BatchForm(colander.MappingSchema):
    """What is done with a batch; `act` and, where it is about one record or an order, what it is about."""

    act = colander.SchemaNode(
        colander.String(),
        validator=colander.OneOf(['up', 'down', 'order', 'natural', 'remove', 'drop', 'confirm']),
    )
    uid = colander.SchemaNode(colander.String(), missing='')
    order = colander.SchemaNode(colander.String(), missing='')
    revision = colander.SchemaNode(colander.Integer(), missing=None)
    comment = colander.SchemaNode(
        colander.String(),
        missing='',
        validator=colander.Length(
            max=engine.MAX_COMMENT, max_err=_('At most ${n} characters', mapping={'n': engine.MAX_COMMENT})
        ),
    )


@view_config(
    route_name='batch',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:filing/batch.pt',
)
def page(request) -> dict:
    """The batch as it stands: its preview, how far its job is, or what was filed."""
    batch = service.find(request.act, request.matchdict['id'])
    values = {
        'batch': shown(request, batch),
        'register_url': request.route_path('register', id=batch.id),
        'filer': person_name(request, batch.filer) if batch.filer else '',
        'most': engine.MAX_COMMENT,
        'revision': batch.revision,
        'lines': [],
        'filed': [],
        'job': None,
        'unseen': 0,
        'stopped': 0,
        'ready': False,
        'refused': [],
    }
    items = service.items_of(request.act, batch)
    if batch.state == 'filed':
        return {**values, 'filed': _filed(request, items)}
    job = service.job_of(request.act, batch)
    if job is not None:
        request.response.headers['Refresh'] = '2'
        return {**values, 'job': {'done': job.done, 'total': job.total or len(items)}}
    preview = service.preview(request.act, items, batch.id, seconds=PATIENCE)
    if preview.unseen:
        # The next look goes on where this one ended; without a script, too.
        request.response.headers['Refresh'] = '1'
    stopped = sum(1 for row in preview.rows if row.stops)
    return {
        **values,
        'lines': lines(request, preview.rows),
        'unseen': preview.unseen,
        'stopped': stopped,
        'ready': preview.ready,
        'first_code': preview.rows[0].code_text if preview.rows else '',
        'last_code': preview.rows[-1].code_text if preview.rows else '',
        'later': len(items) > service.AT_ONCE,
    }


def _filed(request, items: list[Item]) -> list[Filed]:
    return [
        Filed(
            number=number,
            url=request.layout.url_of(item),
            title=item.title,
            chip=chip(request, item),
            code=item.reference_code or '',
            date=str(item.metadata.get('date') or ''),
            document_number=str(item.metadata.get('document_number') or ''),
            period=request.layout.period((item.retention or {}).get('period')),
            due=(item.retention or {}).get('due') or '',
        )
        for number, item in enumerate(items, 1)
    ]


@view_config(route_name='batch', permission=Permission.SIGNED_IN, request_method='POST')
def change(request) -> HTTPSeeOther:
    """Everything that is done with a batch, by the button that was pressed."""
    batch = service.find(request.act, request.matchdict['id'])
    values = _asked(request)
    here = HTTPSeeOther(request.route_path('batch', id=batch.id))
    act, uid = values['act'], values['uid']
    if act == 'confirm':
        _confirm(request, batch, values)
    elif act in ('up', 'down'):
        service.step(request.act, batch, uid, -1 if act == 'up' else 1)
    elif act == 'order':
        service.reorder(request.act, batch, values['order'].split())
    elif act == 'natural':
        service.propose_order(request.act, batch)
    elif act == 'remove':
        service.remove(request.act, batch, request.POST.getall('picked'))
    else:
        service.drop(request.act, batch)
        notices.tell(request, _('The batch is dissolved; its records wait as before'))
        return HTTPSeeOther(request.route_path('filing'))
    return here


def _asked(request) -> dict:
    """The values of the form. A button that is about one record names both: `act` is `up:<uid>`."""
    post = dict(request.POST)
    post['act'], _colon, uid = post.get('act', '').partition(':')
    values, answer = forms.validated(BatchForm(), {**post, 'uid': uid})
    if answer.errors:
        raise Invalid(
            conditions=[
                Condition('wrong', message, name)
                for name, messages in answer.errors.items()
                for message in messages
            ]
        )
    return values


def _confirm(request, batch: Batch, values: dict) -> None:
    given = {'revision': values['revision'], 'comment': values['comment'].strip()}
    if len(batch.items) > service.AT_ONCE:
        service.confirm_later(request.act, batch, **given)
        notices.tell(request, _('The batch is being filed; this page shows how far it is'))
        return
    savepoint = request.tm.savepoint()
    try:
        rows = service.confirm(request.act, batch, **given)
    except (BatchRefused, BatchChanged) as error:
        # The page of the batch says at each record what stops it; the refusal is logged as everywhere.
        savepoint.rollback()
        if error.logged:
            log_refusal(request.site, request.actor, error, None, 'web', address_of(request))
        notices.tell(request, error.detail, 'bad')
        return
    notices.tell(request, _('Filed: ${n} records', mapping={'n': len(rows)}))


@view_config(
    route_name='register',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:filing/register.pt',
)
def register(request) -> dict:
    """电子文件归档登记表 of a filed batch, as the office's form."""
    batch = service.find(request.act, request.matchdict['id'])
    found = batch.register
    return {
        'batch': shown(request, batch),
        'register': found,
        'checks': [(title, RESULTS[found['checks'][name]]) for name, title in CHECKS] if found else [],
        'filed': request.layout.moment(parse_rfc3339(found['filed'])) if found else '',
        'filed_by': person_name(request, found['filed_by']) if found else '',
        'opened_by': person_name(request, found['opened_by']) if found else '',
        'url': request.route_path('batch', id=batch.id),
    }


#: 检验项目, in the order of the form
CHECKS = (
    ('carrier', _('Appearance of the carrier')),
    ('virus', _('Viruses')),
    ('authenticity', _('Authenticity')),
    ('reliability', _('Reliability')),
    ('integrity', _('Integrity')),
    ('usability', _('Usability')),
    ('documentation', _('Technical methods, software, registers and explanations')),
)
RESULTS = {
    'pass': _('Passed'),
    'fail': _('Not passed'),
    'not_applicable': _('Not applicable'),
    'not_run': _('Not run'),
}
