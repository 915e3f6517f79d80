"""The page of the event log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base import merkle
from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.journal import sentences
from lantai.features.journal.evidence import Evidence, evidence
from lantai.features.journal.schema import query
from lantai.features.journal.service import Page, Wanted, page
from lantai.features.verification import jobs
from lantai.features.verification.words import word
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import Entry, LogDamaged
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.web import forms
from lantai.web.shown import KINDS

DOORS = {
    'web': _('Web pages'),
    'api': _('Program'),
    'dav': _('Network folder'),
    'cli': _('Command line'),
    'job': _('Background'),
}
#: the shape and colour of a state, as lists of records use them
SHAPES = {'good': 'filed', 'warn': 'wait', 'bad': 'destroyed'}
#: problems of the last verification that stand above the log
SHOWN = 20
FILTERS = ('actor', 'act', 'object', 'day')


@dataclass(frozen=True)
class Row:
    """One event as the page shows it."""

    index: int
    day: str
    time: str
    actor: str
    actor_name: str
    sentence: str
    kind: str
    object: str
    door: str
    refused: bool
    #: name and value of everything the event says
    facts: list[tuple[str, str]]
    leaf_hash: str


@view_config(
    route_name='journal',
    request_method='GET',
    permission=Permission.READ_LOG,
    renderer='lantai.templates:journal/log.pt',
)
def journal(request) -> dict[str, Any]:
    """Events, newest first, with filters; what is wrong with a filter stands beside it."""
    values, typed = forms.validated(query(), request.GET)
    wanted = Wanted(**{name: values[name] for name in FILTERS}) if values else Wanted()
    found, damage = Page([], None, None), None
    if values:
        try:
            found = page(request.act, wanted, before=values['before'], after=values['after'])
        except LogDamaged as error:
            damage = error
    kept = {name: typed.values.get(name, '') for name in FILTERS}
    return {
        'rows': [row(request, entry) for entry in found.entries],
        'typed': typed,
        'acts': sorted(_acts(request, kept['act']), key=lambda pair: pair[1]),
        'wanted': kept,
        'narrowed': any(kept.values()),
        'older': _address(request, kept, before=found.older),
        'newer': _address(request, kept, after=found.newer),
        'newest': request.route_path('journal', _query=_given(kept)) if found.newer is not None else None,
        'broken_off': found.broken_off,
        'damage': damage.detail if damage is not None else None,
        'evidence': shown_evidence(request, evidence(request.act, damage)),
    }


@view_config(route_name='journal.verify', request_method='POST', permission=Permission.READ_LOG)
def verify(request):
    """Asks for a verification of the whole repository, as a job."""
    job = jobs.ask(request.act)
    return HTTPSeeOther(request.route_path('job', id=job.id))


def row(request, entry: Entry) -> Row:
    """One event for the template. An event whose bytes were damaged is shown as such."""
    try:
        event = entry.event
        when = parse_rfc3339(event['time']).astimezone(request.site.clock.zone)
    except (ValueError, KeyError, TypeError):
        damaged = _('This event cannot be read: it was damaged')
        raw, digest = [('', entry.leaf.decode('utf-8', 'replace'))], merkle.leaf_hash(entry.leaf).hex()
        return Row(entry.index, '', '', '', '', damaged, '', '', '', True, raw, digest)
    actor = event.get('actor') or ''
    return Row(
        index=entry.index,
        day=when.strftime('%Y-%m-%d'),
        time=when.strftime('%H:%M:%S'),
        actor=actor,
        actor_name=_name(request, actor),
        sentence=sentences.sentence(event),
        kind=KINDS.get(event.get('type') or '', event.get('type') or ''),
        object=event.get('object') or '',
        door=DOORS.get(event.get('door', ''), event.get('door', '')),
        refused=event.get('act') in (Event.REFUSED, Event.LOGIN_FAILED),
        facts=[(name, _plain(value)) for name, value in event.items()],
        leaf_hash=merkle.leaf_hash(entry.leaf).hex(),
    )


def shown_evidence(request, found: Evidence) -> dict[str, Any]:
    """The state of the log for the template."""
    last = found.last
    return {
        'state': SHAPES[found.kind],
        'word': found.word,
        'size': found.head.size if found.head is not None else 0,
        'sealed': request.layout.moment(parse_rfc3339(found.head.time)) if found.head is not None else '',
        'waiting': found.waiting,
        'note': found.head.note if found.head is not None else '',
        'key': found.head.key_id if found.head is not None else '',
        'verified': request.layout.moment(parse_rfc3339(last['time'])) if last is not None else '',
        'problems': [_problem(each) for each in last['problems'][:SHOWN]] if last is not None else [],
        'total': last['total'] if last is not None else 0,
    }


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _problem(found: dict[str, str]) -> dict[str, str]:
    # No path: it is made of names, which the auditor does not see.
    place = found['path'] if found['path'].startswith('log') else found['uid']
    return {'word': word(found['code']), 'place': place}


def _name(request, actor: str) -> str:
    person = people_of(request.repository).get(actor) if actor else None
    return person.name if person is not None and person.name != actor else ''


def _acts(request, chosen: str) -> list[tuple[str, str, bool]]:
    translate = request.localizer.translate
    return [(event.value, translate(sentences.title(event)), event.value == chosen) for event in Event]


def _given(kept: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in kept.items() if value}


def _address(request, kept: dict[str, str], **place: int | None) -> str | None:
    (name, number), *_rest = place.items()
    if number is None:
        return None
    return request.route_path('journal', _query={**_given(kept), name: number})
