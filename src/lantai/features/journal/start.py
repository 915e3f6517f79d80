"""What the event log tells on the start pages of the security auditor and the security administrator."""

from __future__ import annotations

from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.journal import sentences
from lantai.features.journal.evidence import evidence
from lantai.features.verification.model import verifications_of
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import LogDamaged, event_log
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.panels import Fact, Shown

#: events looked back through, and how many are told
LOOK_BACK, TOLD = 5000, 8
REFUSALS = frozenset({Event.REFUSED, Event.LOGIN_FAILED})
GRANTS = frozenset({Event.GRANT, Event.REVOKE})


def state(request) -> Shown | None:
    """The signed head and the last verification, for the auditor."""
    if not _may(request, Permission.READ_LOG):
        return None
    found = evidence(request.act)
    layout = request.layout
    head = found.head
    facts = [Fact(_('State'), found.word, found.kind)]
    if head is not None:
        moment = layout.moment(parse_rfc3339(head.time))
        words = _('${n} events, ${moment}', mapping={'n': f'{head.size:,}', 'moment': moment})
        facts.append(Fact(_('Newest signed head'), words))
    facts.append(Fact(_('Events not sealed yet'), f'{found.waiting:,}'))
    facts.append(verified(request))
    return Shown([], facts=tuple(facts), url=request.route_path('journal'))


def verified(request) -> Fact:
    """How the last verification ended."""
    label, last = _('Last verification'), verifications_of(request.repository).last
    if last is None:
        return Fact(label, _('None yet'), 'warn')
    moment = request.layout.moment(parse_rfc3339(last['time']))
    if last['ok']:
        return Fact(label, _('${moment}: nothing amiss', mapping={'moment': moment}), 'good')
    words = _('${moment}: problems: ${n}', mapping={'moment': moment, 'n': last['total']})
    return Fact(label, words, 'bad')


def refusals(request) -> Shown | None:
    """What was refused lately, for the auditor."""
    if not _may(request, Permission.READ_LOG):
        return None
    url = request.route_path('journal', _query={'act': Event.REFUSED.value})
    return Shown([], lines=_lately(request, REFUSALS), url=url)


def grants(request) -> Shown | None:
    """The roles given and taken back lately, for who gives them."""
    if not _may(request, Permission.MANAGE_ROLES) or request.actor.grants:
        return None
    return Shown([], lines=_lately(request, GRANTS))


def _lately(request, acts: frozenset[Event]) -> tuple[tuple[str, str], ...]:
    """Moment and sentence of the newest sealed events of these acts, the newest first."""
    log = event_log(request.repository)
    marks = [f'"act":"{act}"'.encode() for act in acts]
    try:
        entries = log.entries(max(0, log.size - LOOK_BACK), LOOK_BACK)
        events = [each.event for each in entries if any(mark in each.leaf for mark in marks)]
    except (LogDamaged, ValueError):
        return ()  # the state of the log, beside this, says that it is damaged
    layout = request.layout
    return tuple(
        (
            layout.moment(parse_rfc3339(event['time'])),
            f'{event.get("actor") or "—"} {layout.text(sentences.sentence(event))}',
        )
        for event in events[: -TOLD - 1 : -1]
    )


def _may(request, permission: Permission) -> bool:
    actor = request.actor
    return not actor.almighty and permission in policy.permissions(actor, request.repository)
