"""The state of the system on the start page of who looks after it (系统管理员)."""

from __future__ import annotations

import shutil

from lantai.base.i18n import _
from lantai.features.journal.start import verified
from lantai.services.eventlog.log import event_log
from lantai.services.jobs.model import State, jobs_of
from lantai.services.search import operation
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.panels import Fact, Shown

#: free space below this share of the disk is told as a warning, below the second as trouble
LITTLE, HARDLY_ANY = 0.10, 0.03
#: events behind which the index is more than a moment late, and the sealer too
LATE = 200
#: newest jobs looked through for failed ones
LOOK_BACK = 500


def system(request) -> Shown | None:
    """Disk, index, log, jobs, worker and the last verification."""
    if request.actor.almighty or not may_manage(request):
        return None
    facts = (
        _disk(request),
        _index(request),
        _waiting(request),
        *_jobs(request),
        _worker(request),
        verified(request),
    )
    return Shown([], facts=facts, url=request.layout.optional('jobs'))


def may_manage(request) -> bool:
    """Whether the person looks after the system."""
    return Permission.MANAGE_SYSTEM in policy.permissions(request.actor, request.repository)


def _disk(request) -> Fact:
    usage = shutil.disk_usage(request.site.folder.path)
    share = usage.free / usage.total
    kind = 'bad' if share < HARDLY_ANY else 'warn' if share < LITTLE else 'plain'
    size = request.layout.size
    words = _('${free} of ${total}', mapping={'free': size(usage.free), 'total': size(usage.total)})
    return Fact(_('Free on the disk'), words, kind)


def _index(request) -> Fact:
    status = operation.status(request.site)
    lag = status['lag']
    if status['rebuilding'] or lag is None:
        return Fact(_('Search index'), _('It is being made'), 'warn')
    words = _('${n} events behind', mapping={'n': f'{lag:,}'}) if lag else _('Up to date')
    return Fact(_('Search index'), words, 'warn' if lag > LATE else 'plain')


def _waiting(request) -> Fact:
    waiting = event_log(request.repository).waiting
    return Fact(_('Events not sealed yet'), f'{waiting:,}', 'warn' if waiting > LATE else 'plain')


def _jobs(request) -> tuple[Fact, Fact]:
    jobs = jobs_of(request.repository)
    newest = list(jobs.by_id.keys())[-LOOK_BACK:]
    ended = (jobs.by_id[id] for id in newest)
    failed = sum(1 for job in ended if job.state == State.FAILED and not job.wishes.read)
    url = request.layout.optional('jobs')
    return (
        Fact(_('Jobs under way'), f'{len(jobs.open):,}', url=url),
        Fact(_('Jobs that failed, not read yet'), f'{failed:,}', 'bad' if failed else 'plain', url),
    )


def _worker(request) -> Fact:
    worker = request.site.worker
    if worker is None:
        return Fact(_('Background work'), _('Not in this process'), 'plain')
    troubles = worker.troubles
    if not troubles:
        return Fact(_('Background work'), _('No trouble'))
    words = ', '.join(f'{work}: {error}' for work, error in troubles.items())
    return Fact(_('Background work'), words, 'bad')
