"""One case: what it is, where it stands, what may be done now, why not the rest, its list, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.renderers import render_to_response
from pyramid.view import view_config

from lantai.base.clock import parse_rfc3339
from lantai.base.errors import Condition, DomainError, Invalid, WrongState
from lantai.base.i18n import _
from lantai.features.cases import service
from lantai.features.cases.model import Case
from lantai.features.cases.views.kinds import CasePage, page_of
from lantai.features.cases.views.shown import KINDS, CaseRow, row
from lantai.features.records.model import Item
from lantai.features.records.views.rows import chip_of, person_name
from lantai.services.eventlog.refusals import log_refusal
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.web import forms, notices
from lantai.web.security import address_of

ROWS = 200
DECISIONS = {'retain': _('Keep on'), 'condemn': _('Destroy'), 'offer': _('Transfer to the state archives')}
OUTCOMES = {
    'received': _('Confirmed by the receipt'),
    'returned': _('Not confirmed, filed again'),
    'destroyed': _('Content destroyed'),
}
HISTORY = {
    'open': _('Case opened'),
    'decide': _('Decided'),
    'submit': _('Report submitted'),
    'return': _('Returned'),
    'approve': _('Approved by the leader'),
    'package': _('Package asked for'),
    'send': _('Sent'),
    'export': _('Handed over on a carrier'),
    'receipt': _('Receipt entered'),
    'recall': _('Recalled'),
    'cancel': _('Cancelled'),
    'witness': _('Asked for the check of the list'),
    'execute': _('Execution begun'),
    'executed': _('Content destroyed'),
    'sign': _('Signed as witness'),
    'set-aside': _('Records set aside'),
    'checked': _('List checked against the records'),
    'close': _('Closed'),
}


@dataclass(frozen=True)
class Line:
    """One record of the list."""

    uid: str
    number: int
    code: str
    title: str
    url: str | None
    place: str
    chip: str
    date: str
    period: str
    due: str
    state: str
    state_title: str
    decision: str
    decision_title: str
    new_period: str
    reason: str
    by: str
    #: why it is no longer on its way, or what became of it
    note: str


class Asked(colander.MappingSchema):
    """Which part of the list."""

    after = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=40))
    show = colander.SchemaNode(
        colander.String(), missing='', validator=colander.OneOf(['', 'undecided', 'aside'])
    )


@view_config(route_name='case', permission=Permission.SIGNED_IN, request_method='GET')
def show(request):
    """The page of a case, as its kind has it. Raises UnknownCase."""
    return _render(request, service.find(request.act, request.matchdict['id']))


def _render(request, case: Case, refused: DomainError | None = None):
    page = page_of(request, case.type)
    values = {**frame(request, case), **page.values(request, case)}
    values['refused'] = [condition.message for condition in refused.conditions] if refused else []
    if refused is not None and not values['refused']:
        values['refused'] = [refused.detail]
    values['typed'] = forms.typed(request.POST) if refused is not None else {}
    values['ticked'] = set(request.POST.getall('uid')) if refused is not None else set()
    # the page may have asked to be loaded again while a job is at work
    response = render_to_response(page.template, values, request, response=request.response)
    if refused is not None:
        response.status_int = 409 if isinstance(refused, WrongState) else 422
    return response


def frame(request, case: Case) -> dict[str, Any]:
    """What every kind's page has."""
    values, _typed = forms.validated(Asked(), request.GET)
    after, shown = values.get('after', ''), values.get('show', '')
    found, more = lines(request, case, after, shown)
    offers = [offer for offer in engine.available(request.act, case) if offer.name != 'return']
    origin = _other(request, case.origin)
    return {
        'case': case,
        'row': row(request, case),
        'kind_title': KINDS[case.type],
        'place_route': 'transfers' if case.type == 'transfer' else 'cases',
        'offers': {offer.name: offer for offer in offers if offer.allowed},
        'not_yet': [
            (offer.title, [reason.message for reason in offer.unmet]) for offer in offers if not offer.allowed
        ],
        'may_return': any(o.name == 'return' and o.allowed for o in engine.available(request.act, case)),
        'list_root': case.list_root(),
        'maker': person_name(request, case.maker),
        'approved': _approval(request, case),
        'origin': origin,
        'outcome': [other for each in case.outcome if (other := _other(request, each['id'])) is not None],
        'lines': found,
        'aside': sum(1 for entry in case.entries.values() if entry.get('set_aside')),
        'show': shown,
        'next': request.route_path('case', id=case.uid, _query={'after': found[-1].uid, 'show': shown})
        if more
        else None,
        'first': request.route_path('case', id=case.uid) if after else None,
        'happened': [_happening(request, entry) for entry in reversed(case.history)],
        'document_url': lambda name, **query: request.route_path(
            'case.document', id=case.uid, document=name, _query=query or None
        ),
        'documents': set(case.documents),
        'most': engine.MAX_COMMENT,
    }


def _other(request, case_id: str | None) -> CaseRow | None:
    """Another case that this one came from or led to, where the person sees it."""
    if not case_id:
        return None
    try:
        return row(request, service.find(request.act, case_id))
    except service.UnknownCase:
        return None


def _approval(request, case: Case) -> dict[str, str] | None:
    if not case.approval:
        return None
    when = request.layout.moment(parse_rfc3339(case.approval['when']))
    return {'who': person_name(request, case.approval['who']), 'when': when}


def _happening(request, entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        'when': request.layout.moment(parse_rfc3339(entry['when'])),
        'who': person_name(request, entry['who']),
        'what': HISTORY.get(entry['what'], entry['what']),
        'comment': entry.get('comment') or '',
    }


def lines(request, case: Case, after: str = '', shown: str = '') -> tuple[list[Line], bool]:
    """One page of the list in order of code, and whether there is more."""
    start = case.key_of(after) if after else None
    words = page_of(request, case.type).aside
    numbers = {key: number for number, key in enumerate(case.entries, 1)}
    found: list[Line] = []
    for key, entry in case.entries.items(start, None, excludemin=start is not None):
        if not _is_wanted(entry, shown):
            continue
        if len(found) == ROWS:
            return found, True
        found.append(line(request, numbers[key], key, entry, words))
    return found, False


def _is_wanted(entry: Mapping[str, Any], shown: str) -> bool:
    if shown == 'undecided':
        return not entry.get('decision')
    return shown != 'aside' or bool(entry.get('set_aside'))


def line(
    request, number: int, key: tuple[str, str], entry: Mapping[str, Any], words: Mapping[str, str]
) -> Line:
    """One row of the list. A record that the person may not see shows its code only."""
    layout = request.layout
    node = request.repository.by_uid(key[1])
    item = node if isinstance(node, Item) and policy.sees(request.actor, node) else None
    retention = (item.retention or {}) if item is not None else {}
    decision = entry.get('decision') or ''
    aside = entry.get('set_aside') or ''
    note = _('Set aside: ${why}', mapping={'why': words.get(aside, aside)}) if aside else ''
    return Line(
        uid=key[1],
        number=number,
        code=key[0],
        title=item.title if item is not None else '',
        url=layout.url_of(item) if item is not None else None,
        place=layout.place(item.__parent__, 1) if item is not None else '',
        chip=chip_of(request, item) if item is not None else '',
        date=str(item.metadata.get('date') or '') if item is not None else '',
        period=layout.period(retention.get('period')),
        due=retention.get('due') or '',
        state=item.state if item is not None else '',
        state_title=layout.state_of(item.state, item.held) if item is not None else '',
        decision=decision,
        decision_title=DECISIONS.get(decision, ''),
        new_period=layout.period(entry.get('period')),
        reason=entry.get('reason') or '',
        by=person_name(request, entry['by']) if entry.get('by') else '',
        note=note or OUTCOMES.get(entry.get('outcome') or '', ''),
    )


@view_config(route_name='case', permission=Permission.SIGNED_IN, request_method='POST')
def act_on(request):
    """One action. What stands in its way is said on the page itself, with what was typed."""
    case = service.find(request.act, request.matchdict['id'])
    page: CasePage = page_of(request, case.type)
    name = request.POST.get('name', '')
    comment = request.POST.get('comment', '')
    savepoint = request.tm.savepoint()
    try:
        if len(comment) > engine.MAX_COMMENT:
            message = _('At most ${n} characters', mapping={'n': engine.MAX_COMMENT})
            raise Invalid(conditions=[Condition('too-long', message, 'comment')])
        name, values = page.read(request, case, request.POST)
        if name == 'approve':
            values['list_root'] = request.POST.get('list_root', '')
        service.act_on(request.act, case, name, comment, **values)
    except (WrongState, Invalid) as error:
        savepoint.rollback()
        if error.logged:
            log_refusal(
                request.site, request.actor, error, case.uid, 'web', address_of(request), node_type=case.type
            )
        return _render(request, service.find(request.act, request.matchdict['id']), error)
    notices.tell(request, _('Done: ${what}', mapping={'what': _title(request, case, name)}))
    return HTTPSeeOther(request.route_path('case', id=case.uid))


def _title(request, case: Case, name: str) -> str:
    return request.localizer.translate(request.site.workflows[case.type].transitions[name].title)
