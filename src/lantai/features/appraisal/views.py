"""The page of an appraisal: decisions in bulk and singly, what the approval would do."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lantai.features.appraisal.model import CONDEMN, OFFER, RETAIN
from lantai.features.cases.model import Case
from lantai.features.cases.views.case import DECISIONS
from lantai.features.cases.views.kinds import CasePage
from lantai.features.holds.service import reasons_against
from lantai.features.records.model import Item
from lantai.services.security import policy
from lantai.services.security.permissions import Permission


def values(request, case: Case) -> dict[str, Any]:
    """Counts of the decisions, and everything the approval does."""
    counts = Counter(entry.get('decision') or '' for entry in case.entries.values())
    periods = Counter(
        entry.get('period') for entry in case.entries.values() if entry.get('decision') == RETAIN
    )
    deciding = case.state == 'open' and Permission.DECIDE in policy.permissions(request.actor, case)
    return {
        'counts': [(title, counts[decision]) for decision, title in DECISIONS.items() if counts[decision]],
        'undecided': counts[''],
        'condemned': counts[CONDEMN],
        'offered': counts[OFFER],
        'keeps': [(request.layout.period(period), number) for period, number in sorted(periods.items())],
        'held': _held(request, case) if case.state == 'submitted' else 0,
        'deciding': deciding,
        'decisions': list(DECISIONS.items()),
    }


def _held(request, case: Case) -> int:
    nodes = (request.repository.by_uid(uid) for uid in case.uids())
    return sum(1 for node in nodes if isinstance(node, Item) and reasons_against(node))


def read(request, _case: Case, post) -> tuple[str, dict[str, Any]]:
    """The action of the form. Two buttons decide: for what is selected, or for the whole list."""
    name = post.get('name', '')
    if name not in ('decide', 'decide-all'):
        return name, {}
    found: dict[str, Any] = {'decision': post.get('decision'), 'reason': post.get('reason', '')}
    period = post.get('period', '').strip().upper()
    if period and found['decision'] == RETAIN:
        found['period'] = period
    if name == 'decide-all':
        found['all'] = True
    else:
        found['items'] = list(dict.fromkeys(post.getall('uid')))
    return 'decide', found


def includeme(config) -> None:
    page = CasePage('lantai.templates:cases/appraisal.pt', values, read)
    config.add_case_page('appraisal', page)
