"""The execution as a job: erase, sweep, pack, rebuild the index, search every store, write the certificate.

Each phase can be run again at any point: a record's state and the removal of its files are one transaction
(the files go when it has committed, and the sweep removes what a crash left between the two); packing,
rebuilding and searching change nothing when run twice. A record is looked at once more, alone, at the
moment it is erased.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.i18n import _
from lantai.features.cases import service as cases
from lantai.features.cases.model import cases_of
from lantai.features.destruction import certificate, checking, rules, searching, service, traces
from lantai.features.destruction.model import DESTROYED, Destruction
from lantai.features.operation.packing import pack_now
from lantai.features.records.model import Component, Item
from lantai.features.retention.service import strike_off
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.jobs import service as jobs
from lantai.services.jobs.model import Job, jobs_of
from lantai.services.jobs.registry import job
from lantai.services.search.operation import rebuild
from lantai.services.search.rebuild import RebuildRunning
from lantai.services.security.actor import SYSTEM
from lantai.services.site import Site
from lantai.services.workflow import engine
from lantai.services.workflow.engine import TransitionRefused

KIND = 'destruction'
#: records erased in one transaction
STEP = 20
PHASES = ('erase', 'sweep', 'pack', 'index', 'search', 'forget')
#: seconds to wait for a rebuild of the index that somebody else has begun
PATIENCE = 900.0
_PAUSE = 0.5


def begin(act: Act, case: Destruction) -> None:
    """Asks for the job; the case stays `executing` until it is through."""
    case.job = jobs.create(act, KIND, {'case': case.uid}).id


def is_under_way(act: Act, case: Destruction) -> bool:
    """Whether a job works on the case."""
    found = jobs_of(act.repository).by_id.get(case.job) if case.job else None
    return found is not None and not found.is_finished


def _case_of(act: Act, params: dict[str, Any]) -> Destruction:
    case = cases_of(act.repository).by_id[params['case']]
    assert isinstance(case, Destruction)
    return case


def _start(act: Act, job: Job) -> None:
    case = _case_of(act, job.params)
    _require_lawful(act, case)
    job.total = sum(1 for _line in case.remaining())
    job.cursor = {'phase': 'erase', 'step': 0}
    if case.execution is None:
        case.execution = {'who': act.actor.id, 'begun': rfc3339(act.clock.now())}


def _require_lawful(act: Act, case: Destruction) -> None:
    against = rules.obstacles(act, case)
    if {act.actor.id, (case.execution or {}).get('who')} & set(case.witnesses):
        against.append(rules.another_person())
    if case.state != 'executing' or against:
        raise TransitionRefused(conditions=against)


# outside any transaction


def _look(site: Site, snapshot: Any) -> Any:
    phase = snapshot.cursor['phase']
    return _LOOKS[phase](site, snapshot.params['case'])


def _look_erase(site: Site, case_id: str) -> dict[str, str]:
    """The next records, each with what is wrong with its bytes; what to search for is taken down."""
    found: dict[str, str] = {}
    with site.reading() as act:
        case = _case_of(act, {'case': case_id})
        for (_code, uid), _entry in islice(case.remaining(), STEP):
            item = act.repository.by_uid(uid)
            if not isinstance(item, Item):
                found[uid] = 'missing'
                continue
            found[uid] = rules.spared(act, case, item) or checking.check_item(act, item)
            if not found[uid]:
                traces.take_down(site, case_id, item)
    return found


def _erased(site: Site, case_id: str) -> Iterator[Component]:
    with site.reading() as act:
        case = _case_of(act, {'case': case_id})
        for _code, uid in case.destroyed():
            yield from act.repository.by_uid(uid).components


def _look_sweep(site: Site, case_id: str) -> int:
    """Removes what a crash between a commit and its removals has left, and unfinished uploads of the same."""
    removed = 0
    sizes: dict[int, set[str]] = {}
    for component in _erased(site, case_id):
        sizes.setdefault(component.size, set()).add(component.sha256)
        removed += traces.remove_files(site, component.uid)
    return removed + traces.remove_uploads(site, sizes)


def _look_pack(site: Site, _case_id: str) -> dict[str, Any]:
    packed = pack_now(site)
    return {'before': packed.before, 'after': packed.after, 'local': packed.local}


def _look_index(site: Site, _case_id: str) -> int:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            documents = rebuild(site, SYSTEM)
            break
        except RebuildRunning:
            # one that began before the erasure may hold what was erased: ours comes after it
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
    # idle readers would keep the old file on the disk, though it has no name any more
    site.index.close()
    return documents


def _look_search(site: Site, case_id: str) -> dict[str, Any]:
    erased = {component.uid: component.sha256 for component in _erased(site, case_id)}
    return searching.search(site, case_id, list(erased), set(erased.values()))


def _look_forget(site: Site, case_id: str) -> None:
    traces.forget(site, case_id)


_LOOKS: dict[str, Callable[[Site, str], Any]] = {
    'erase': _look_erase,
    'sweep': _look_sweep,
    'pack': _look_pack,
    'index': _look_index,
    'search': _look_search,
    'forget': _look_forget,
}


# in a transaction


@job(KIND, title=_('Destroying the records of a list'), start=_start, look=_look)
def execute_step(act: Act, job: Job, found: Any) -> bool:
    """The next records, or the end of a phase."""
    case = _case_of(act, job.params)
    phase = job.cursor['phase']
    if phase == 'erase' and found:
        _require_lawful(act, case)
        for uid, problem in found.items():
            _erase(act, case, job, uid, problem)
        job.cursor = {**job.cursor, 'step': job.cursor['step'] + 1}
        return True
    if phase == 'forget':
        return False
    if phase != 'erase':
        case.execution = {**case.execution, phase: found}
    if phase == 'search':
        _conclude(act, case, job)
    job.cursor = {'phase': PHASES[PHASES.index(phase) + 1], 'step': 0}
    return True


def _erase(act: Act, case: Destruction, job: Job, uid: str, problem: str) -> None:
    key = case.key_of(uid)
    assert key is not None
    entry = case.entries[key]
    if entry.get('set_aside') or entry.get('outcome'):
        # a hold was quicker; counted at the end
        return
    item = act.repository.by_uid(uid)
    # asked again here: between the look and now something may have happened
    why = rules.spared(act, case, item) or problem
    if why:
        service.set_aside(act, case, key, item, why)
        job.count(skipped=1)
        job.say(why, rules.WORDS.get(why, why), uid=uid)
        return
    assert isinstance(item, Item)
    for component in item.components:
        act.site.contents.forget_everything_of(act.manager, component.uid)
        component.dead_properties = {}
    item.dead_properties = {}
    record(act, Event.ERASE, item, case=case.uid, sha256=[component.sha256 for component in item.components])
    strike_off(act, item)
    item.destruction = {'case': case.uid, 'on': act.clock.today().isoformat()}
    case.entries[key] = {**entry, 'outcome': DESTROYED}
    cases.let_go(act, case, item, 'destroy', DESTROYED)
    job.count(done=1)


def _conclude(act: Act, case: Destruction, job: Job) -> None:
    spared = (job.total or 0) - job.counted
    if spared > 0:
        job.count(skipped=spared)
        job.say('held', rules.WORDS['held'])
    case.execution = {**case.execution, 'executed': rfc3339(act.clock.now())}
    if not case.execution['search']['clean']:
        job.say('traces-left', _('Something of the contents was found; the certificate names where'))
    cases.keep_document(act, case, 'certificate', certificate.build(act, case))
    service.renew_papers(act, case)
    engine.change_state(act, case, 'signing', 'executed')
