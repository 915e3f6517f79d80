"""The places of cases in the side bar, with how many wait for the person, and the panel of the start page."""

from __future__ import annotations

from lantai.base.i18n import _
from lantai.features.cases.rules import sees
from lantai.features.cases.views.shown import KINDS, concerns, open_cases, row, state_title, waits_for_me
from lantai.features.records.views.rows import Row
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.acts import Note, Offered
from lantai.web.panels import Shown

DISPOSAL = ('appraisal', 'destruction')
TRANSFER = ('transfer',)
ON_START = 8


def includeme(config) -> None:
    config.add_place(
        _('Appraisal and destruction'),
        'cases',
        50,
        shown=lambda request: concerns(request, *DISPOSAL),
        count=lambda request: waiting(request, *DISPOSAL),
    )
    config.add_place(
        _('Transfers'),
        'transfers',
        55,
        shown=lambda request: concerns(request, *TRANSFER),
        count=lambda request: waiting(request, *TRANSFER),
    )
    config.add_panel(
        'cases',
        _('Cases that wait for you'),
        15,
        panel,
        _('No case waits for you. What you have to decide, approve, check or send stands here.'),
    )
    config.add_list_acts(of_list)
    config.add_node_notes(notes)


def of_list(request, container) -> list[Offered]:
    """Opening a case from what is picked in a list, for who sends records to the state archives."""
    if container.type not in ('series', 'file'):
        return []
    code = container.fonds_code
    fonds = request.repository[code]
    subject = ('transfer', 'open', '', request.actor.id, '', code)
    allowed = policy.permissions(request.actor, fonds) | policy.permissions_as(
        request.actor, fonds, subject
    )
    if not {Permission.MAKE_CASE, Permission.SEND} <= allowed:
        return []
    return [Offered(_('Open a transfer'), request.route_path('cases.new'), 'kind', 'transfer')]


def notes(request, node) -> list[Note]:
    """The open case a record is on, where the person sees it."""
    found = []
    for case_id in getattr(node, 'cases', ()):
        case = request.repository.objects.get(case_id)
        if case is not None and sees(request.actor, case):
            message = _('On a case: ${kind}', mapping={'kind': KINDS[case.type]})
            found.append(Note(message, request.route_path('case', id=case_id), case.title))
    return found


def waiting(request, *kinds: str) -> int:
    """How many open cases wait for this person."""
    return sum(1 for case in open_cases(request, *kinds) if waits_for_me(request, case))


def panel(request) -> Shown | None:
    """The cases that wait for this person; for who has to do with cases."""
    if not concerns(request, *DISPOSAL, *TRANSFER):
        return None
    cases = [case for case in open_cases(request, *DISPOSAL, *TRANSFER) if waits_for_me(request, case)]
    rows = [
        Row(
            uid=case.uid,
            type='case',
            kind=KINDS[case.type],
            url=request.route_path('case', id=case.uid),
            title=case.title,
            code='',
            chip=request.layout.text(KINDS[case.type]),
            date=request.layout.day(case.created),
            state=row(request, case).look,
            state_title=state_title(request, case),
        )
        for case in cases[:ON_START]
    ]
    return Shown(rows, len(cases), request.route_path('cases'))
