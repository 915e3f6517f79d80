"""The pages of holds: all of them, one, a new one over what was picked, releasing one."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Invalid, NotFound, WrongState
from lantai.base.i18n import _
from lantai.features.holds import service
from lantai.features.holds.menu import sees_any
from lantai.features.holds.model import Hold
from lantai.features.records import lookup
from lantai.features.records.views.rows import Row, person_name, row
from lantai.services.eventlog.refusals import log_refusal
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node
from lantai.web import forms, notices
from lantai.web.security import address_of


def shown(request, hold: Hold) -> dict[str, Any]:
    """A hold as lists show it."""
    return {
        'url': request.route_path('hold', id=hold.id),
        'title': hold.title,
        'reason': hold.reason,
        'fonds': hold.fonds_code,
        'maker': person_name(request, hold.maker),
        'placed': request.layout.day(hold.placed),
        'count': len(hold.nodes),
        'released': request.layout.moment(hold.released) if hold.released else '',
        'releaser': person_name(request, hold.releaser) if hold.releaser else '',
        'release_reason': hold.release_reason,
    }


@view_config(
    route_name='holds',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:holds/list.pt',
)
def page(request) -> dict:
    """Those in force, and those that were released. Raises NotFound for who sees none of any body."""
    if not sees_any(request):
        raise NotFound()
    holds = list(service.seen_holds(request.act, released=True))
    return {
        'in_force': [shown(request, hold) for hold in holds if hold.released is None],
        'over': [shown(request, hold) for hold in holds if hold.released is not None],
    }


@view_config(
    route_name='hold',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:holds/hold.pt',
)
def one(request) -> dict:
    """A hold with what it holds. Raises UnknownHold."""
    hold = service.find(request.act, request.matchdict['id'])
    fonds = request.repository[hold.fonds_code]
    return {
        'hold': shown(request, hold),
        'rows': _rows(request, [request.repository.by_uid(uid) for uid in hold.nodes]),
        'may_release': hold.released is None
        and Permission.HOLD in policy.permissions(request.actor, fonds),
        'most': service.MAX_REASON,
    }


def _rows(request, nodes: list[Node | None]) -> list[Row]:
    return [
        row(request, node, with_place=True)
        for node in nodes
        if node is not None and policy.sees(request.actor, node)
    ]


@view_config(route_name='hold', permission=Permission.SIGNED_IN, request_method='POST')
def release(request) -> HTTPSeeOther:
    """Ends a hold. Raises UnknownHold, AlreadyReleased, Forbidden."""
    hold = service.find(request.act, request.matchdict['id'])
    service.release(request.act, hold, request.POST.get('reason', '')[: service.MAX_REASON])
    notices.tell(request, _('The hold is released'))
    return HTTPSeeOther(request.route_path('hold', id=hold.id))


@view_config(
    route_name='holds.new',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:holds/new.pt',
)
def new(request) -> dict:
    """The form over what `uid` names. Raises NotFound for what the person may not hold."""
    return _form(request, request.GET.getall('uid'))


@view_config(
    route_name='holds.new',
    permission=Permission.SIGNED_IN,
    request_method='POST',
    renderer='lantai.templates:holds/new.pt',
)
def place(request) -> Any:
    """Places the hold; with `choose`, from a list, shows the form over what was picked first."""
    uids = request.POST.getall('uid')
    if 'choose' in request.POST:
        if not uids:
            notices.tell(request, _('Select at least one record'), 'warn')
            return HTTPSeeOther(request.POST.get('back') if _is_local(request) else '/')
        return _form(request, uids)
    nodes = _nodes(request, uids)
    savepoint = request.tm.savepoint()
    try:
        hold = service.place(
            request.act, request.POST.get('title', ''), request.POST.get('reason', ''), nodes
        )
    except (Invalid, WrongState) as error:
        savepoint.rollback()
        if error.logged:
            log_refusal(request.site, request.actor, error, None, 'web', address_of(request))
        request.response.status_int = 422
        return _form(request, uids, error)
    notices.tell(request, _('On hold; nothing of it is disposed of until the hold is released'))
    return HTTPSeeOther(request.route_path('hold', id=hold.id))


def _is_local(request) -> bool:
    back = request.POST.get('back', '')
    return back.startswith('/') and not back.startswith(('//', '/\\'))


def _nodes(request, uids: list[str]) -> list[Node]:
    return [lookup.by_uid(request.act, uid) for uid in dict.fromkeys(uids)]


def _form(request, uids: list[str], error: Invalid | WrongState | None = None) -> dict:
    nodes = _nodes(request, uids)
    if not nodes or not all(
        service.may_hold(request.act, node) or hasattr(node, 'holds') for node in nodes
    ):
        raise NotFound()
    typed = forms.typed(request.POST) if error is not None else {}
    answer = forms.Typed(values=typed)
    if error is not None:
        answer.add(error.conditions, ('title', 'reason'))
    return {
        'rows': _rows(request, list(nodes)),
        'uids': [node.uid for node in nodes],
        'typed': typed,
        'errors': answer.errors,
        'general': answer.general,
        'most_title': service.MAX_TITLE,
        'most_reason': service.MAX_REASON,
        'on_cases': sum(1 for node in nodes if getattr(node, 'cases', ())),
    }
