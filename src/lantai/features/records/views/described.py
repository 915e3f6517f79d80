"""A record's description, retention and access in words."""

from __future__ import annotations

from dataclasses import dataclass

from lantai.base.i18n import _
from lantai.features.records.model import Item
from lantai.services.content.schema import Schema

OPENNESS = {
    'open': _('Open to use'),
    'controlled': _('Controlled'),
    'delayed': _('Opening delayed'),
    'unreviewed': _('Not reviewed'),
}


@dataclass(frozen=True)
class Described:
    """A group of elements with a value, and the names of those without."""

    title: str
    values: tuple[tuple[str, str], ...]


def described_groups(schema: Schema, item: Item) -> tuple[list[Described], list[str]]:
    """The description by group, and what of it has no value."""
    groups, empty = [], []
    for group in schema.groups:
        values = []
        for each in group.fields:
            value = item.metadata.get(each.key)
            if value not in (None, '', []):
                values.append((each.label, each.shown(value)))
            elif not each.system:
                empty.append(each.label)
        if values:
            groups.append(Described(group.label, tuple(values)))
    return groups, empty


def rights(request, item: Item) -> list[tuple[str, str]]:
    """Retention and access in words."""
    layout = request.layout
    retention, access = item.retention or {}, item.access
    scheme = item.__parent__.scheme() if hasattr(item.__parent__, 'scheme') else {}
    period = retention.get('period') or item.metadata.get('retention_period') or scheme.get('period')
    found = [(_('Retention'), layout.period(period) or '—')]
    if retention.get('due'):
        found.append((_('Retention ends'), str(retention['due'])))
    if (item.transfer or {}).get('due'):
        found.append((_('Transfer to the state archives'), str(item.transfer['due'])))
    if retention.get('authority'):
        found.append((_('Ground'), authority_words(retention['authority'])))
    found += [
        (_('Classification'), access.get('classification') or _('None')),
        (_('Publicity'), access.get('publicity') or '—'),
        (_('Openness'), OPENNESS.get(access.get('openness', ''), '—')),
    ]
    return found


def authority_words(authority: str) -> str:
    """`<schedule>#<row>` for readers."""
    schedule, _hash, number = authority.rpartition('#')
    return _('Schedule ${schedule}, row ${number}', mapping={'schedule': schedule, 'number': number})
