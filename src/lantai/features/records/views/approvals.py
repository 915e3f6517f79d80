"""What waits for a person (待办): to review, to take in, to put right; several at once."""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.view import view_config

from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.records.model import Item
from lantai.features.records.views import offers
from lantai.features.records.views.rows import Row, row
from lantai.features.records.waiting import APPROVE, CAP, FILE, MEND, Task, tasks_of
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine

AT_ONCE = 100
_KEY = 'lantai.tasks'
_KINDS = (
    (APPROVE, _('To review'), (('approve', _('Approve'), True), ('return', _('Return'), False))),
    (FILE, _('To take in and file'), (('return', _('Return'), False),)),
    (MEND, _('Returned to you'), (('submit', _('Submit'), True),)),
)


@dataclass(frozen=True)
class Waiting:
    """One record that waits, with what the step would meet and what was said last."""

    row: Row
    since: str
    comment: str
    unmet: tuple[offers.Reason, ...]


@dataclass(frozen=True)
class Queue:
    """All that waits for one kind of step."""

    name: str
    title: str
    total: int
    more: bool
    waiting: list[Waiting]
    steps: tuple[tuple[str, str, bool], ...]
    filing_url: str | None


@view_config(
    route_name='approvals',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:records/approvals.pt',
)
def page(request) -> dict:
    """The queues of this person, the oldest first."""
    queues = []
    for kind, title, steps in _KINDS:
        tasks = [task for task in tasks_for(request) if task.kind == kind]
        if total := len(tasks):
            filing = request.layout.optional('filing') if kind == FILE else None
            queues.append(
                Queue(
                    kind,
                    title,
                    total,
                    total >= CAP,
                    [_waiting(request, task, steps) for task in tasks[:AT_ONCE]],
                    steps,
                    filing,
                )
            )
    return {'queues': queues, 'back': request.path_qs}


def _waiting(request, task, steps) -> Waiting:
    item: Item = task.node
    first = steps[0][0]
    offer = next((each for each in engine.available(request.act, item) if each.name == first), None)
    unmet = offer.unmet if offer is not None else ()
    last = item.history[-1] if item.history else {}
    return Waiting(
        row=row(request, item, with_place=True),
        since=request.layout.day(parse_rfc3339(task.since)),
        comment=last.get('comment') or '',
        unmet=tuple(offers.Reason(each.message, offers.mend_url(request, item, each)) for each in unmet),
    )


def tasks_for(request) -> list[Task]:
    """All that waits for this person, up to CAP, looked up once for the side bar and the page."""
    found = request.__dict__.get(_KEY)
    if found is None:
        found = request.__dict__[_KEY] = tasks_of(request.act, CAP)[1]
    return found


def waiting(request) -> int:
    """The figure beside the place in the side bar."""
    return len(tasks_for(request))
