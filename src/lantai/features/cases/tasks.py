"""What of the open cases waits for whom: an action one has the permission for and nothing stands against."""

from __future__ import annotations

from dataclasses import dataclass

from lantai.features.cases.model import Case
from lantai.features.cases.service import seen_cases
from lantai.services.act import Act
from lantai.services.workflow.engine import available

#: action -> kind of the task. Giving up, returning or taking back is possible and waits for nobody
KINDS = {
    'decide': 'decide-case',
    'submit': 'submit-case',
    'approve': 'approve-case',
    'witness': 'witness-case',
    'execute': 'execute-case',
    'sign': 'sign-case',
    'package': 'package-case',
    'send': 'send-case',
    'receipt': 'receipt-case',
}


@dataclass(frozen=True)
class CaseTask:
    """A case that waits for the actor; `kind` says for what."""

    case: Case
    kind: str
    since: str
    due: str | None


def case_tasks(act: Act, limit: int = 100) -> tuple[int, list[CaseTask]]:
    """How many open cases wait for the actor, and the `limit` that have waited longest."""
    found = [task for case in seen_cases(act, closed=False) if (task := _task(act, case)) is not None]
    found.sort(key=lambda task: (task.since, task.case.uid))
    return len(found), found[:limit]


def _task(act: Act, case: Case) -> CaseTask | None:
    for offer in available(act, case):
        if offer.allowed and offer.name in KINDS and not _is_done(case, offer.name):
            due = getattr(case, 'not_before', None)
            return CaseTask(case, KINDS[offer.name], _since(case), due)
    return None


def _is_done(case: Case, name: str) -> bool:
    decided = all(entry.get('decision') for entry in case.entries.values())
    packed = getattr(case, 'package', None) is not None
    return (name == 'decide' and decided) or (name == 'package' and packed)


def _since(case: Case) -> str:
    return case.history[-1]['when'] if case.history else ''
