"""Opening a case from records that were picked: what cannot be on it is named, the rest can go on."""

from __future__ import annotations

from datetime import date
from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.cases import service
from lantai.features.cases.errors import ListRefused
from lantai.features.cases.views.shown import KINDS
from lantai.features.records import lookup
from lantai.features.records.model import Item
from lantai.features.records.views.rows import row
from lantai.features.retention.views.due import Filter, asked_filter, found_by
from lantai.services.eventlog.refusals import log_refusal
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node
from lantai.web import forms, notices
from lantai.web.security import address_of

#: records that one case takes from a filter
MOST = 10_000


class OpenForm(colander.MappingSchema):
    """What kind of case, and what it is called."""

    kind = colander.SchemaNode(
        colander.String(), validator=colander.OneOf(['appraisal', 'transfer'])
    )
    title = colander.SchemaNode(
        colander.String(),
        missing='',
        validator=colander.Length(
            max=service.MAX_TITLE, max_err=_('At most ${n} characters', mapping={'n': service.MAX_TITLE})
        ),
    )
    all = colander.SchemaNode(colander.Boolean(), missing=False)


@view_config(
    route_name='cases.new',
    permission=Permission.SIGNED_IN,
    request_method='POST',
    renderer='lantai.templates:cases/new.pt',
)
def open_case(request) -> Any:
    """Opens it and goes there; where records stand against it, says which and why, with what is left."""
    values, answer = forms.validated(OpenForm(), request.POST)
    if answer.errors:
        raise Invalid(
            conditions=[
                Condition('wrong', message, name)
                for name, messages in answer.errors.items()
                for message in messages
            ]
        )
    nodes = _nodes(request, values)
    if not nodes:
        notices.tell(request, _('Select at least one record'), 'warn')
        return HTTPSeeOther(request.route_path('due'))
    title = values['title'].strip() or proposed_title(request, values['kind'], request.site.clock.today())
    savepoint = request.tm.savepoint()
    try:
        case = service.open_case(request.act, values['kind'], title, nodes)
    except ListRefused as error:
        savepoint.rollback()
        log_refusal(request.site, request.actor, error, None, 'web', address_of(request))
        return _refused(request, values['kind'], title, nodes, error)
    notices.tell(request, _('Opened; its records wait for the decisions of this case'))
    return HTTPSeeOther(request.route_path('case', id=case.uid))


def _nodes(request, values: dict[str, Any]) -> list[Node]:
    if values['all']:
        asked: Filter = asked_filter(request.POST)
        return [item for item in found_by(request, asked, MOST) if not item.held]
    return [lookup.by_uid(request.act, uid) for uid in dict.fromkeys(request.POST.getall('uid'))]


def _refused(request, kind: str, title: str, nodes: list[Node], error: ListRefused) -> dict:
    """The same list without those named, to be opened by a second press."""
    messages = [condition.message for condition in error.conditions]
    named = {
        str((getattr(message, 'mapping', None) or {}).get('path', '')) for message in messages
    }
    left = [node for node in nodes if isinstance(node, Item) and node.path not in named]
    return {
        'kind': kind,
        'kind_title': KINDS[kind],
        'case_title': title,
        'reasons': messages,
        'left': [row(request, node, with_place=True) for node in left],
        'back': request.layout.route('due', clock='transfer' if kind == 'transfer' else ''),
    }


def proposed_title(request, kind: str, today: date) -> str:
    """A title in the reader's language that says when it was opened."""
    title = (
        _('Appraisal of ${day}', mapping={'day': today.isoformat()})
        if kind == 'appraisal'
        else _('Transfer of ${day}', mapping={'day': today.isoformat()})
    )
    return request.localizer.translate(title)
