"""What people and programs ask about jobs: make one, look, cancel, note that its end was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from translationstring import TranslationString

from lantai.base.errors import NotFound, WrongState
from lantai.base.i18n import DOMAIN, _
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.jobs import registry
from lantai.services.jobs.model import Job, jobs_of
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

#: lines of a report in one answer
LINES = 1000


class UnknownJob(NotFound):
    """There is no such job, or it is somebody else's."""

    name = 'unknown-job'
    title = _('There is no such job')


class JobFinished(WrongState):
    """What is finished cannot be cancelled."""

    name = 'job-finished'
    title = _('This job has finished already')
    logged = False


def create(act: Act, kind: str, params: dict[str, Any] | None = None) -> Job:
    """A new job for the worker, done in the name of the act's person.

    Whether that person may have it done is the caller's to ask; its steps ask again. `params` are plain
    values. ValueError when no room registers the kind. The worker sees it after the commit.
    """
    if registry.kind(kind) is None:
        raise ValueError(f'no job of kind {kind!r}')
    job = Job(kind, dict(params or {}), act.actor.id, act.clock.now())
    jobs_of(act.repository).add(job)
    record(act, Event.JOB_CREATE, job=job.id, kind=kind)
    if act.site.worker is not None:
        act.manager.get().addAfterCommitHook(_wake, (act.site.worker,))
    return job


def _wake(committed: bool, worker: Any) -> None:
    if committed:
        worker.wake()


def by_id(act: Act, job_id: str) -> Job:
    """The job, for its creator and for who manages the system; UnknownJob for everybody else."""
    job = jobs_of(act.repository).by_id.get(job_id)
    if job is None or not (job.creator == act.actor.id or _manages(act)):
        raise UnknownJob()
    return job


def mine(act: Act, limit: int = 100) -> list[Job]:
    """The newest jobs of the act's person, newest first."""
    own = jobs_of(act.repository).by_creator.get(act.actor.id, ())
    return [jobs_of(act.repository).by_id[job_id] for job_id in _newest(own, limit)]


def under_way(act: Act, limit: int = 100) -> list[Job]:
    """Everybody's unfinished jobs, newest first. For who manages the system; Forbidden for others."""
    policy.require(act, Permission.MANAGE_SYSTEM, act.repository)
    jobs = jobs_of(act.repository)
    return [jobs.by_id[job_id] for job_id in _newest(jobs.open, limit)]


def unread(act: Act) -> int:
    """How many jobs of the act's person are unfinished, or finished and not yet read (100 at most)."""
    return sum(1 for job in mine(act) if not job.wishes.read)


def cancel(act: Act, job_id: str) -> Job:
    """Asks for the job to stop before its next step; what was done stays done. Raises JobFinished."""
    job = by_id(act, job_id)
    if job.is_finished:
        raise JobFinished()
    if not job.wishes.cancelled:
        job.wishes.cancelled = True
        record(act, Event.JOB_CANCEL, job=job.id, kind=job.kind)
    return job


def mark_read(act: Act, job_id: str) -> Job:
    """Notes that the person who asked for a finished job has seen how it ended."""
    job = by_id(act, job_id)
    if job.is_finished and job.creator == act.actor.id and not job.wishes.read:
        job.wishes.read = True
    return job


def title(job: Job) -> str:
    """What kind of work it is, in words (translatable)."""
    kind = registry.kind(job.kind)
    return kind.title if kind is not None else job.kind


def view(act: Act, job: Job, lines: int = LINES) -> dict[str, Any]:
    """The job as plain values, messages translatable. Its report only for the person who asked for it:
    it names objects that others may not see."""
    return {
        'id': job.id,
        'kind': job.kind,
        'title': title(job),
        'state': str(job.state),
        'done': job.done,
        'skipped': job.skipped,
        'failed': job.failed,
        'total': job.total,
        'creator': job.creator,
        'created': job.created,
        'started': job.started,
        'finished': job.finished,
        'cancelling': job.wishes.cancelled and not job.is_finished,
        'read': job.wishes.read,
        'report': report(job, lines) if job.creator == act.actor.id else [],
        'more_lines': max(0, len(job.lines) - lines) + job.more_lines,
    }


def as_json(act: Act, job: Job, translate: Callable[[str], str]) -> dict[str, Any]:
    """The job as programs see it, with the report in the reader's language."""
    seen = view(act, job)
    plain = {key: seen[key] for key in ('id', 'state', 'done', 'skipped', 'failed', 'total')}
    return {**plain, 'report': [{**line, 'message': translate(line['message'])} for line in seen['report']]}


def report(job: Job, limit: int = LINES) -> list[dict[str, str]]:
    """The first lines of the report, `{"code", "message", "uid", "path"}` each."""
    found = []
    for line in job.lines.values():
        if len(found) == limit:
            break
        message = TranslationString(line['message'], domain=DOMAIN, mapping=line['mapping'] or None)
        found.append({'code': line['code'], 'message': message, 'uid': line['uid'], 'path': line['path']})
    return found


def _newest(ids: Iterable[str], limit: int) -> list[str]:
    # Ids are in the order of their making.
    return list(ids)[-limit:][::-1]


def _manages(act: Act) -> bool:
    return Permission.MANAGE_SYSTEM in policy.permissions(act.actor, act.repository)
