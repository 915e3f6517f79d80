"""One step for many records: at once while they are few, as a job when they are more.

Each record is taken for itself, in a savepoint of its own: what cannot take the step says why, the others
go on.
"""

from __future__ import annotations

from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.features.records import lookup, service
from lantai.services.act import Act
from lantai.services.jobs import service as jobs
from lantai.services.jobs.model import Job
from lantai.services.jobs.registry import job

KIND = 'steps'
#: as many are taken at once, while the person waits
DIRECT = 200
#: records of one step of the job
STRIDE = 20


def ask(act: Act, uids: list[str], name: str, comment: str = '') -> Job:
    """A job that takes the step for every record; its report says what could not, and why."""
    return jobs.create(act, KIND, {'uids': uids, 'name': name, 'comment': comment})


def _start(_act: Act, job: Job) -> None:
    job.total, job.cursor = len(job.params['uids']), 0


@job(KIND, title=_('A step for many records'), start=_start)
def steps(act: Act, job: Job, _found: None) -> bool:
    """A stride of records; in the name of the person who asked, whose rights are asked each time."""
    uids = job.params['uids'][job.cursor : job.cursor + STRIDE]
    for uid in uids:
        savepoint = act.manager.savepoint()
        path = ''
        try:
            item = lookup.by_uid(act, uid)
            path = item.path
            service.transition(act, item, job.params['name'], job.params['comment'])
        except DomainError as error:
            savepoint.rollback()
            first, *others = error.conditions or (error,)
            job.fail(_code(first), _words(first), uid=uid, path=path)
            for each in others:
                job.say(_code(each), _words(each), uid=uid, path=path)
        else:
            job.count(done=1)
    job.cursor += len(uids)
    return job.cursor < job.total


def _code(reason) -> str:
    return reason.name if isinstance(reason, DomainError) else reason.code


def _words(reason) -> str:
    return reason.detail if isinstance(reason, DomainError) else reason.message
