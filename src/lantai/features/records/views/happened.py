"""An item's history in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.records.model import Item
from lantai.features.records.views.rows import person_name

_PLAIN = {
    'create': _('Captured'),
    'edit': _('Description changed'),
    'copy': _('Made as a copy'),
    'rename': _('Renamed'),
    'submit': _('Submitted'),
    'withdraw': _('Withdrawn'),
    'approve': _('Approved'),
    'return': _('Returned'),
    'exclude': _('Excluded from filing'),
    'include': _('Included again'),
    'file': _('Filed'),
    'unfile': _('Filing undone'),
    'appraise': _('Put on an appraisal'),
    'retain': _('Kept on'),
    'condemn': _('Put on a destruction list'),
    'offer': _('Put on a transfer'),
    'destroy': _('Content destroyed'),
    'transfer': _('Transferred'),
    'recall': _('Filed again from a transfer'),
    'cancel': _('Filed again, the case was cancelled'),
    'hold': _('Put on hold'),
    'release': _('Hold released'),
}


def words(entry: Mapping[str, Any]) -> str:
    """What an entry of the history says, for readers."""
    what = entry['what']
    if what == 'put':
        return _('File “${name}” stored', mapping={'name': entry.get('name', '')})
    if what == 'delete':
        return _('File “${name}” removed', mapping={'name': entry.get('name', '')})
    if what == 'move':
        return _('Moved from ${place}', mapping={'place': entry.get('before', '')})
    if what == 'join':
        return _('Joined with ${titles}', mapping={'titles': '、'.join(entry.get('titles', ()))})
    if what == 'split':
        return _('“${name}” split off', mapping={'name': entry.get('name', '')})
    return _PLAIN.get(what, what)


#: what a client does by itself all the time and nobody reads: told once for a run of them
_RUNS = ('edit', 'put')


@dataclass(frozen=True)
class Happening:
    """One line of the history."""

    when: str
    who: str
    what: str
    comment: str


def entries(request, item: Item, limit: int | None = None) -> list[Happening]:
    """The newest first; repeated edits by one person told once, with the time of the last."""
    found: list[Happening] = []
    previous: Mapping[str, Any] | None = None
    for entry in reversed(item.history):
        if previous is not None and _same_run(entry, previous):
            continue
        previous = entry
        found.append(_happening(request, entry))
        if limit is not None and len(found) >= limit:
            break
    return found


def _same_run(entry: Mapping[str, Any], newer: Mapping[str, Any]) -> bool:
    return entry['what'] in _RUNS and all(entry.get(key) == newer.get(key) for key in ('what', 'who', 'name'))


def _happening(request, entry: Mapping[str, Any]) -> Happening:
    return Happening(
        when=request.layout.moment(parse_rfc3339(entry['when'])),
        who=person_name(request, entry['who']),
        what=words(entry),
        comment=entry.get('comment') or '',
    )
