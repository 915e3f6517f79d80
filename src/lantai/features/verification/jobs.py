"""Verification as a job in stretches, by the auditor's wish or by itself every thirty days."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from lantai.base.i18n import _
from lantai.features.verification import checks, service
from lantai.features.verification.report import Problem, Report
from lantai.features.verification.words import word
from lantai.services.act import Act
from lantai.services.eventlog.log import event_log
from lantai.services.jobs import service as jobs
from lantai.services.jobs.model import Job, jobs_of
from lantai.services.jobs.registry import job, periodic
from lantai.services.jobs.running import creator_of
from lantai.services.security import policy
from lantai.services.site import Site

KIND = 'verify'
DAY = 24 * 3600
#: seconds one stretch of nodes may take
STRETCH = 1.0
#: nodes looked at together
NODES = 20


def ask(act: Act) -> Job:
    """A job that verifies the whole repository. Raises Forbidden."""
    service.require(act)
    return jobs.create(act, KIND)


@periodic('verify', 30 * DAY)
def verify_now_and_then(site: Site) -> None:
    """Contents that nobody opens rot unseen: looked at every thirty days."""
    site.transact(lambda act: jobs.create(act, KIND).id)


def _start(act: Act, job: Job) -> None:
    service.require(act)
    job.total = len(act.repository.objects) + event_log(act.repository).size
    job.cursor = {'after': None, 'phase': 'nodes', 'report': Report().as_json()}


def _look(site: Site, snapshot: Any) -> dict[str, Any]:
    """The next stretch of nodes, or the log as a whole, outside any transaction."""
    report = Report()
    with site.reading() as act:
        person = creator_of(act.repository, jobs_of(act.repository).by_id[snapshot.id])
        after, phase = snapshot.cursor['after'], snapshot.cursor['phase']
        if phase == 'log':
            checks.check_manifests(act, report)
            checks.check_log(act, report)
            phase, units = 'end', event_log(act.repository).size
        else:
            until = time.monotonic() + STRETCH
            while True:
                reached = service.check_stretch(act, report, after, NODES)
                if reached is None:
                    phase = 'log'
                    break
                after = reached
                if time.monotonic() > until:
                    break
            units = report.checked['nodes']
        problems = [_for_eyes_of(act, person, problem) for problem in report.problems]
    return {
        'after': after,
        'phase': phase,
        'units': units,
        'checked': report.checked,
        'problems': [asdict(problem) for problem in problems],
    }


def _for_eyes_of(act: Act, person: Any, problem: Problem) -> Problem:
    """Without the path, where the person may not see the record: they know it by its uid."""
    node = act.repository.by_uid(problem.uid) if problem.uid else None
    if node is None or (person is not None and policy.sees(person, node)):
        return problem
    return Problem(problem.code, '', problem.uid, problem.detail)


@job(KIND, title=_('Verifying contents, filed records and the event log'), start=_start, look=_look)
def verify_step(act: Act, job: Job, found: dict[str, Any]) -> bool:
    """Takes over what one look found; after the last, notes how it ended."""
    so_far = job.cursor['report']
    checked = {key: so_far['checked'][key] + n for key, n in found['checked'].items()}
    problems = [*so_far['problems'], *found['problems']][: service.KEPT]
    # A record with two problems is one that failed.
    failed: set[str] = set()
    for problem in found['problems']:
        where = problem['uid'] or problem['path']
        note = job.say if where in failed else job.fail
        note(problem['code'], word(problem['code']), uid=problem['uid'], path=problem['path'])
        failed.add(where)
    job.count(done=max(0, found['units'] - len(failed)))
    job.cursor = {
        'after': found['after'],
        'phase': found['phase'],
        'report': {'checked': checked, 'problems': problems},
    }
    if found['phase'] != 'end':
        return True
    report = Report(checked, [Problem(**problem) for problem in problems])
    service.conclude(act, report)
    # Objects and events have come and gone since the total was taken.
    job.total = job.counted
    return False
