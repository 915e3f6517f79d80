"""The pages of long work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.services.jobs import service
from lantai.services.jobs.model import Job
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web import notices

STATES = {
    'waiting': _('Waiting for its turn'),
    'running': _('Under way'),
    'done': _('Done'),
    'failed': _('Not finished'),
    'cancelled': _('Cancelled'),
}
#: the shape and colour of each state, as lists of records use them
SHAPES = {
    'waiting': 'draft',
    'running': 'wait',
    'done': 'filed',
    'failed': 'destroyed',
    'cancelled': 'excluded',
}
PARTLY = _('Done, with failures')
#: lines of a report on its page
LINES = 500
#: seconds until the page of an unfinished job loads again by itself
AGAIN = 3
NEWEST = 50


@dataclass(frozen=True)
class Line:
    """What happened to one object; `url` where the reader may see it."""

    message: str
    path: str
    url: str | None


@dataclass(frozen=True)
class Card:
    """One job as a template shows it."""

    id: str
    url: str
    cancel_url: str
    read_url: str
    title: str
    state: str
    shape: str
    done: int
    skipped: int
    failed: int
    total: int | None
    percent: int | None
    creator: str
    created: str
    finished: str
    is_finished: bool
    cancelling: bool
    unread: bool
    mine: bool


@view_config(
    route_name='jobs',
    request_method='GET',
    permission=Permission.SIGNED_IN,
    renderer='lantai.templates:jobsroom/list.pt',
)
def listing(request) -> dict[str, Any]:
    """One's own jobs, new and unread ones first; all under way for who manages the system."""
    act = request.act
    mine = [card(request, job) for job in service.mine(act, NEWEST)]
    others: list[Card] = []
    if Permission.MANAGE_SYSTEM in policy.permissions(act.actor, act.repository):
        others = [card(request, job) for job in service.under_way(act) if job.creator != act.actor.id]
    return {
        'fresh': [each for each in mine if each.unread],
        'earlier': [each for each in mine if not each.unread],
        'others': others,
        'again': AGAIN if any(not each.is_finished for each in mine) else None,
    }


@view_config(
    route_name='job',
    request_method='GET',
    permission=Permission.SIGNED_IN,
    renderer='lantai.templates:jobsroom/job.pt',
)
def one(request) -> dict[str, Any]:
    """One job with its report. Raises UnknownJob."""
    act = request.act
    job = service.by_id(act, request.matchdict['id'])
    seen = service.view(act, job, LINES)
    shown = card(request, job)
    return {
        'job': shown,
        'lines': [_line(request, line) for line in seen['report']],
        'more_lines': seen['more_lines'] if shown.mine else 0,
        'again': None if shown.is_finished else AGAIN,
    }


@view_config(route_name='job.cancel', request_method='POST', permission=Permission.SIGNED_IN)
def cancel(request):
    """Asks a job to stop. Raises UnknownJob, JobFinished."""
    job = service.cancel(request.act, request.matchdict['id'])
    notices.tell(request, _('It will stop after the step it is at; what was done stays done'))
    return HTTPSeeOther(request.route_path('job', id=job.id))


@view_config(route_name='job.read', request_method='POST', permission=Permission.SIGNED_IN)
def read(request):
    """Notes that its maker has seen how the job ended."""
    service.mark_read(request.act, request.matchdict['id'])
    return HTTPSeeOther(request.route_path('jobs'))


def card(request, job: Job) -> Card:
    """One job for a template."""
    partly = job.state == 'done' and job.failed
    return Card(
        id=job.id,
        url=request.route_path('job', id=job.id),
        cancel_url=request.route_path('job.cancel', id=job.id),
        read_url=request.route_path('job.read', id=job.id),
        title=service.title(job),
        state=PARTLY if partly else STATES[job.state],
        shape='wait' if partly else SHAPES[job.state],
        done=job.done,
        skipped=job.skipped,
        failed=job.failed,
        total=job.total,
        percent=min(100, 100 * job.counted // job.total) if job.total else None,
        creator=job.creator,
        created=request.layout.moment(job.created),
        finished=request.layout.moment(job.finished),
        is_finished=job.is_finished,
        cancelling=job.wishes.cancelled and not job.is_finished,
        unread=not job.wishes.read,
        mine=job.creator == request.actor.id,
    )


def _line(request, line: dict[str, str]) -> Line:
    node = request.repository.by_uid(line['uid']) if line['uid'] else None
    seen = node is not None and policy.sees(request.actor, node)
    target = node.item if seen and node.type == 'component' else node
    return Line(
        message=line['message'],
        path=line['path'] or line['uid'],
        url=request.layout.url_of(target) if seen else None,
    )
