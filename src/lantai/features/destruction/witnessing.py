"""The check before the destruction: done at once for a short list, as a job for a long one."""

from __future__ import annotations

from itertools import islice
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.i18n import _
from lantai.features.cases.model import cases_of
from lantai.features.destruction import checking
from lantai.features.destruction.model import Destruction
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.jobs import service as jobs
from lantai.services.jobs.model import Job
from lantai.services.jobs.registry import job
from lantai.services.site import Site
from lantai.services.workflow import engine

KIND = 'destruction-check'
#: records and bytes that are checked while the witness waits
AT_ONCE, BYTES_AT_ONCE = 200, 256 << 20
#: records looked at in one step of a job
STEP = 50


def check(act: Act, case: Destruction) -> None:
    """Checks the list for the actor, or has it checked; the witness counts when the check is through."""
    uids = [uid for (_code, uid), _entry in islice(case.remaining(), AT_ONCE + 1)]
    if len(uids) <= AT_ONCE and _bytes(act, uids) <= BYTES_AT_ONCE:
        _note(act, case, checking.check_items(act, uids))
    else:
        case.job = jobs.create(act, KIND, {'case': case.uid}).id


def _bytes(act: Act, uids: list[str]) -> int:
    items = [act.repository.by_uid(uid) for uid in uids]
    return sum(part.size for item in items if isinstance(item, Item) for part in item.components)


def _note(act: Act, case: Destruction, found: dict[str, Any]) -> None:
    entry = {
        'who': act.actor.id,
        'when': rfc3339(act.clock.now()),
        'remaining_root': case.remaining_root(),
        'found': found,
    }
    case.checks = (*case.checks, entry)


def _start(act: Act, job: Job) -> None:
    case = _case_of(act, job.params)
    job.total = sum(1 for _line in case.remaining())
    job.cursor = {'after': None, 'found': dict(checking.NOTHING)}


def _case_of(act: Act, params: dict[str, Any]) -> Destruction:
    case = cases_of(act.repository).by_id[params['case']]
    assert isinstance(case, Destruction)
    return case


def _look(site: Site, snapshot: Any) -> dict[str, Any]:
    after = snapshot.cursor['after']
    with site.reading() as act:
        case = _case_of(act, snapshot.params)
        start = case.key_of(after) if after else None
        uids = [
            key[1]
            for key, entry in islice(case.entries.items(start, None, excludemin=start is not None), STEP)
            if not entry.get('set_aside')
        ]
        last = next(reversed(list(islice(case.entries.keys(start, None, start is not None), STEP))), None)
        return {'after': last and last[1], 'uids': len(uids), 'found': checking.check_items(act, uids)}


@job(KIND, title=_('Checking a destruction list'), start=_start, look=_look)
def check_step(act: Act, job: Job, found: dict[str, Any]) -> bool:
    """Adds what was found up; at the end of the list the witness has checked."""
    case = _case_of(act, job.params)
    whole = checking.together(job.cursor['found'], found['found'])
    if found['after'] is not None:
        wrong = len(found['found']['different']) + len(found['found']['missing'])
        job.count(done=found['uids'] - wrong)
        for name in ('different', 'missing'):
            for uid in found['found'][name]:
                job.fail(f'content-{name}', _('Its content is not the one that was filed'), uid=uid)
        job.cursor = {'after': found['after'], 'found': whole}
        return True
    if case.state == 'waiting' and act.actor.id not in case.witnesses:
        _note(act, case, whole)
        engine.note_history(act, case, 'checked')
        case.touch(act.clock)
    # what a hold took off meanwhile was not looked at
    job.total = job.counted
    return False
