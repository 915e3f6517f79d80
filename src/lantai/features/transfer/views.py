"""The page of a transfer: packed, sent, confirmed by a receipt; and the package to be fetched."""

from __future__ import annotations

from typing import Any

from pyramid.response import Response

from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.cases.model import Case
from lantai.features.cases.rules import sees
from lantai.features.cases.views.kinds import CasePage
from lantai.features.classification.model import body_of
from lantai.features.records.views.rows import person_name
from lantai.features.transfer import packing, store, zipping
from lantai.features.transfer.model import Transfer
from lantai.features.transfer.service import under_way
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.acts import Note

ASIDE = {'held': _('It is on hold')}


def values(request, case: Case) -> dict[str, Any]:
    """Where the package is, and what the next step needs."""
    assert isinstance(case, Transfer)
    job = packing.job_of(request.act, case)
    if job is not None:
        request.response.headers['Refresh'] = '2'
    return {
        'timeline': _timeline(request, case),
        'going': len(under_way(case)),
        'to': _destination(request, case),
        'package': _package(request, case),
        'package_url': request.route_path('case.document', id=case.uid, document='package')
        if zipping.may_fetch(request.act, case)
        else None,
        'job': {'done': job.done, 'total': job.total or 0} if job is not None else None,
        'receiving': case.state == 'waiting'
        and Permission.SEND in policy.permissions(request.actor, case),
    }


def _destination(request, case: Transfer) -> str:
    sending = case.sending or {}
    said = sending.get('place') if sending.get('how') == 'online' else ''
    return said or body_of(request.repository, case.fonds_code).controls.get('transfer_to') or ''


def _package(request, case: Transfer) -> dict[str, Any] | None:
    if case.package is None or not store.is_there(request.site, case.uid, case.package):
        return None
    made = request.layout.moment(parse_rfc3339(case.package['made']))
    return {**case.package, 'made': made, 'size': request.layout.size(case.package['bytes'])}


def _timeline(request, case: Transfer) -> list[dict[str, str]]:
    receipt = case.receipt
    points = [
        (_('Case opened'), {'who': case.maker, 'when': None}),
        (_('Approved by the leader'), case.approval),
        (_('Packed'), {'who': '', 'when': case.package['made']} if case.package else case.sending),
        (_('Sent'), case.sending),
        (_('Receipt'), receipt),
    ]
    found, before = [], True
    for title, point in points:
        state = 'done' if point else ('here' if before and not case.is_closed else '')
        before = bool(point)
        point = point or {}
        found.append(
            {
                'title': title,
                'when': request.layout.moment(parse_rfc3339(point['when'])) if point.get('when') else '',
                'who': person_name(request, point['who']) if point.get('who') else '',
                'state': state,
            }
        )
    return found


def read(_request, _case: Case, post) -> tuple[str, dict[str, Any]]:
    """The action of the form. Two buttons enter the receipt: for the whole list, or what is selected."""
    name = post.get('name', '')
    if name in ('send', 'export'):
        return name, {'place': post.get('place', ''), 'way': post.get('way', '')}
    if name not in ('receipt', 'receipt-some'):
        return name, {}
    receipt: dict[str, Any] = {
        field: post.get(field, '').strip() for field in ('number', 'date', 'receiver', 'remark')
    }
    if name == 'receipt-some':
        receipt['items'] = list(dict.fromkeys(post.getall('uid')))
    return 'receipt', {'receipt': receipt}


def package(request, case: Case) -> Response:
    """The package as one ZIP. Raises NoPackage."""
    response = Response(content_type='application/zip')
    response.app_iter = zipping.fetch(request.act, case)
    response.charset = None
    response.content_disposition = f'attachment; filename="{zipping.name_of(case)}.zip"'
    return response


def awaited(case: Transfer) -> tuple[str, ...]:
    """First the package, then the sending."""
    if case.state != 'approved':
        return ()
    return ('package',) if case.package is None else ('send', 'export')


def notes(request, node) -> list[Note]:
    """Where a record went that was handed over, and how long its content stays here."""
    noted = getattr(node, 'transfer', None) or {}
    if getattr(node, 'state', '') != 'transferred' or not noted.get('receipt'):
        return []
    message = _(
        'Transferred to ${to} by receipt ${number} of ${day}; the content stays here until ${until}',
        mapping={
            'to': noted['to'],
            'number': noted['receipt'],
            'day': noted['received'],
            'until': noted['kept_until'],
        },
    )
    return [_of_case(request, message, noted['case'])]


def _of_case(request, message: str, case_id: str) -> Note:
    case = request.repository.objects.get(case_id)
    if not isinstance(case, Case) or not sees(request.actor, case):
        return Note(message)
    return Note(message, request.route_path('case', id=case_id), case.title)


def includeme(config) -> None:
    config.add_node_notes(notes)
    page = CasePage(
        'lantai.templates:cases/transfer.pt',
        values,
        read,
        downloads={'package': package},
        awaited=awaited,
        aside=ASIDE,
    )
    config.add_case_page('transfer', page)
