"""Filing a large batch as a job: its files are looked at step by step, then all is fixed in one
transaction."""

from __future__ import annotations

from typing import Any

from lantai.base.i18n import _
from lantai.features.filing import service
from lantai.features.filing.errors import BatchRefused
from lantai.features.filing.examination import examined
from lantai.features.filing.model import Batch, batches_of
from lantai.features.filing.planning import plan
from lantai.services.act import Act
from lantai.services.jobs.model import Job, State
from lantai.services.jobs.registry import job
from lantai.services.jobs.running import finish
from lantai.services.site import Site

#: items whose files are looked at in one step
STRIDE = 20


def _start(act: Act, job: Job) -> None:
    batch = service.find(act, job.params['batch'])
    job.total = len(batch.items)
    job.cursor = 0


def _look(site: Site, snapshot: Any) -> dict[str, Any] | None:
    """Look at the next files; after the last, gather what was found of all (nearly all of it is
    remembered)."""
    with site.reading() as act:
        batch = batches_of(act.repository).by_id.get(snapshot.params['batch'])
        if batch is None:
            return None
        items = service.items_of(act, batch)
        if snapshot.cursor < len(items):
            items = items[snapshot.cursor : snapshot.cursor + STRIDE]
        return examined(act, [component for item in items for component in item.components])


@job(service.JOB, title=_('Filing a batch'), start=_start, look=_look)
def confirm_step(act: Act, job: Job, found: dict[str, Any] | None) -> bool:
    """One stride of looking, or, when all was looked at, the filing itself; safe to be run again."""
    batch = service.find(act, job.params['batch'])
    if batch.state == 'filed':
        return False
    if job.cursor < job.total:
        looked_at = min(STRIDE, job.total - job.cursor)
        job.count(done=looked_at)
        job.cursor += looked_at
        return True
    savepoint = act.manager.savepoint()
    try:
        service.confirm_now(
            act,
            batch,
            revision=job.params['revision'],
            comment=job.params['comment'],
            examinations=found or {},
        )
    except BatchRefused:
        savepoint.rollback()
        return _refuse(act, job, batch, found or {})
    return False


def _refuse(act: Act, job: Job, batch: Batch, found: dict[str, Any]) -> bool:
    """Nothing was filed: what was looked at is not done. Every record that stops the others says why."""
    job.done = 0
    rows = plan(act, service.items_of(act, batch), found, batch.id)
    for row in rows:
        if not row.stops:
            job.count(skipped=1)
            continue
        first, *others = row.stops
        job.fail(first.code, first.message, uid=row.item.uid, path=row.item.path)
        for finding in others:
            job.say(finding.code, finding.message, uid=row.item.uid, path=row.item.path)
    finish(act, job, State.FAILED)
    return True  # the job is finished already; the runner sees that before the next step
