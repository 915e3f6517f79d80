"""Making the package: at once when it is small, else as a job that goes on where it was after a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.base.ids import new_uid
from lantai.features.cases.model import cases_of
from lantai.features.records.model import Item
from lantai.features.transfer import package, store
from lantai.features.transfer.bag import Line
from lantai.features.transfer.errors import ContentDamaged
from lantai.features.transfer.model import Transfer
from lantai.features.transfer.service import under_way
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.jobs import service as jobs
from lantai.services.jobs.model import Job, State, jobs_of
from lantai.services.jobs.registry import job
from lantai.services.jobs.running import finish
from lantai.services.site import Site

JOB = 'transfer.package'
#: records and bytes above which the package is made by a job
AT_ONCE, BYTES_AT_ONCE = 50, 200 * 1024 * 1024
#: records in one step of the job
STRIDE = 20
#: what was written so far, beside the bag until it is closed
_WORK = 'work'


def items_of(act: Act, case: Transfer) -> list[Item]:
    """The records that go into the package, in order of code."""
    nodes = (act.repository.by_uid(key[1]) for key, _entry in under_way(case))
    return [node for node in nodes if isinstance(node, Item)]


def make(act: Act, case: Transfer) -> None:
    """Makes the package of a case, or has a job make it. Raises ContentDamaged naming each file."""
    case.package = None
    items = items_of(act, case)
    size = sum(component.size for item in items for component in item.components)
    if len(items) > AT_ONCE or size > BYTES_AT_ONCE:
        case.job = jobs.create(act, JOB, {'case': case.uid, 'package': new_uid()}).id
        return
    package_id = new_uid()
    folder = store.make_room(act.site, case.uid, package_id)
    lines, wrong = package.copy_items(act, folder, items)
    if wrong:
        raise ContentDamaged(conditions=wrong)
    _note(act, case, package_id, package.close(act, case, folder, items, lines))


def _note(act: Act, case: Transfer, package_id: str, facts: dict[str, Any]) -> None:
    case.package = {'id': package_id, **facts}
    case.job = ''
    case.touch(act.clock)
    record(
        act, Event.CASE_PACKAGE, case, items=facts['items'], files=facts['files'], manifest=facts['manifest']
    )


def job_of(act: Act, case: Transfer) -> Job | None:
    """The job that is making the package at this moment, or None."""
    found = jobs_of(act.repository).by_id.get(case.job) if case.job else None
    return None if found is None or found.is_finished else found


def _start(act: Act, job: Job) -> None:
    case = cases_of(act.repository).by_id[job.params['case']]
    store.make_room(act.site, case.uid, job.params['package'])
    job.total = len(items_of(act, case))
    job.cursor = 0


def _look(site: Site, snapshot: Any) -> dict[str, Any]:
    """Copies the next records, outside any transaction. Doing it again writes the same."""
    with site.reading() as act:
        case = cases_of(act.repository).by_id[snapshot.params['case']]
        folder = store.folder_of(site, case.uid, snapshot.params['package'])
        items = items_of(act, case)[snapshot.cursor : snapshot.cursor + STRIDE]
        lines, wrong = package.copy_items(act, folder, items)
        work = folder.with_name(f'{folder.name}-{_WORK}')
        work.mkdir(mode=0o700, exist_ok=True)
        (work / f'{snapshot.cursor:08}.json').write_text(
            json.dumps([line.as_list() for line in lines]), 'utf-8'
        )
        return {'items': [item.uid for item in items], 'wrong': wrong}


@job(JOB, title=_('Packing a transfer'), start=_start, look=_look)
def pack_step(act: Act, job: Job, found: dict[str, Any]) -> bool:
    """Counts what was copied; after the last record closes the bag."""
    case = cases_of(act.repository).by_id[job.params['case']]
    if not isinstance(case, Transfer) or case.state != 'approved' or case.job != job.id:
        if getattr(case, 'package', None) is None:
            # it was taken back meanwhile: no copy stays
            store.remove_after_commit(act, case.uid)
        finish(act, job, State.CANCELLED)
        return True
    _count(job, found)
    if job.cursor < (job.total or 0):
        return True
    folder = store.folder_of(act.site, case.uid, job.params['package'])
    if job.failed:
        case.job = ''
        store.remove_after_commit(act, case.uid)
        finish(act, job, State.FAILED)
        return True
    items = items_of(act, case)
    if len(items) != job.total:
        # something was set aside while it was being packed: begin again without it
        case.job = jobs.create(act, JOB, {'case': case.uid, 'package': new_uid()}).id
        return False
    facts = package.close(act, case, folder, items, list(_written(folder)))
    _note(act, case, job.params['package'], facts)
    store.remove_after_commit(act, case.uid, f'{folder.name}-{_WORK}')
    return False


def _count(job: Job, found: dict[str, Any]) -> None:
    wrong: list[Condition] = found['wrong']
    failed = min(len(wrong), len(found['items']))
    for condition in wrong[:failed]:
        job.fail(condition.code, condition.message)
    job.count(done=len(found['items']) - failed)
    job.cursor += len(found['items']) or STRIDE


def _written(folder: Path) -> Iterator[Line]:
    work = folder.with_name(f'{folder.name}-{_WORK}')
    for path in sorted(work.iterdir()):
        for each in json.loads(path.read_text('utf-8')):
            yield Line(*each)
