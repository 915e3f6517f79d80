"""The page of a destruction: each step with who took it, what will be gone, what was spared."""

from __future__ import annotations

from typing import Any

from lantai.base.clock import parse_rfc3339
from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.cases.model import Case
from lantai.features.cases.rules import sees
from lantai.features.cases.views.kinds import CasePage
from lantai.features.classification.model import body_of
from lantai.features.destruction import rules
from lantai.features.destruction.model import Destruction
from lantai.features.destruction.service import WAITING_DAYS
from lantai.features.records.model import Item
from lantai.features.records.views.rows import person_name
from lantai.services.jobs.model import jobs_of
from lantai.web.acts import Note


def values(request, case: Case) -> dict[str, Any]:
    """What stands before the steps, and what the next one does."""
    assert isinstance(case, Destruction)
    left = [request.repository.by_uid(key[1]) for key, _entry in case.remaining()]
    parts = [part for item in left if isinstance(item, Item) for part in item.components]
    job = jobs_of(request.repository).by_id.get(case.job) if case.job else None
    if job is not None and not job.is_finished:
        request.response.headers['Refresh'] = '2'
    controls = body_of(request.repository, case.fonds_code).controls
    return {
        'timeline': _timeline(request, case),
        'going': len(left),
        'files': len(parts),
        'size': request.layout.size(sum(part.size for part in parts)),
        'gone': sum(1 for _key in case.destroyed()),
        'waiting_days': controls.get('waiting_days', WAITING_DAYS),
        'job': {'done': job.done, 'total': job.total or 0}
        if job is not None and not job.is_finished
        else None,
        'checks': [
            {
                **_point(request, check),
                'wrong': len(check['found']['different']) + len(check['found']['missing']),
            }
            for check in case.checks
        ],
        'signatures': [_point(request, each) for each in case.signatures],
    }


def _point(request, entry: dict[str, Any]) -> dict[str, str]:
    when = entry.get('when')
    return {
        'who': person_name(request, entry['who']) if entry.get('who') else '',
        'when': request.layout.moment(parse_rfc3339(when)) if when else '',
    }


def _timeline(request, case: Destruction) -> list[dict[str, str]]:
    """批准, 清点核对 twice, 等待期, 执行, 监销签字."""
    checks = [*case.checks, None, None][: rules.WITNESSES]
    execution = case.execution or {}
    executed = {'who': execution.get('who'), 'when': execution.get('executed')}
    over = case.not_before is not None and request.site.clock.today().isoformat() >= case.not_before
    signed = len(case.signatures) >= rules.WITNESSES
    points: list[tuple[Any, dict[str, Any] | None, bool]] = [
        (_('Approved by the leader'), case.approval, bool(case.approval)),
        (_('First check'), checks[0], bool(checks[0])),
        (_('Second check'), checks[1], bool(checks[1])),
        (_('Waiting period until'), None, over),
        (_('Destroyed'), executed if executed['when'] else None, bool(executed['when'])),
        (_('Signed by the witnesses'), case.signatures[-1] if signed else None, signed),
    ]
    found, here = [], not case.is_closed
    for title, entry, is_done in points:
        state = 'done' if is_done else ('here' if here else '')
        here = here and is_done
        point = _point(request, entry) if entry else {'who': '', 'when': ''}
        found.append({'title': title, 'state': state, **point})
    found[3]['when'] = case.not_before or ''
    return found


def read(_request, case: Case, post) -> tuple[str, dict[str, Any]]:
    """The action of the form. To destroy, the name of the list has to be typed."""
    name = post.get('name', '')
    if name == 'execute' and _folded(post.get('typed', '')) != _folded(case.title):
        message = _('Type the name of the list exactly, to destroy what is on it')
        raise Invalid(conditions=[Condition('not-the-name', message, 'typed')])
    return name, {}


def _folded(text: str) -> str:
    return ' '.join(text.split())


def awaited(case: Destruction) -> tuple[str, ...]:
    """While it waits, first the witnesses, then who executes."""
    if case.state != 'waiting':
        return ()
    return ('witness',) if len(case.checks) < rules.WITNESSES else ('execute',)


def acted(case: Destruction, name: str) -> tuple[str, ...]:
    """A witness checks once and signs once."""
    if name == 'witness':
        return case.witnesses
    return tuple(each['who'] for each in case.signatures) if name == 'sign' else ()


def notes(request, node) -> list[Note]:
    """When the content of a record was destroyed, with the certificate for who sees the case."""
    gone = getattr(node, 'destruction', None)
    if getattr(node, 'state', '') != 'destroyed' or not gone:
        return []
    message = _(
        'Its content was destroyed on ${day}; description and history stay', mapping={'day': gone['on']}
    )
    case = request.repository.objects.get(gone['case'])
    if not isinstance(case, Case) or not sees(request.actor, case):
        return [Note(message)]
    url = request.route_path('case.document', id=case.uid, document='certificate')
    return [Note(message, url, request.localizer.translate(_('Certificate of destruction')))]


def includeme(config) -> None:
    config.add_node_notes(notes)
    page = CasePage(
        'lantai.templates:cases/destruction.pt',
        values,
        read,
        awaited=awaited,
        acted=acted,
        aside=rules.WORDS,
    )
    config.add_case_page('destruction', page)
