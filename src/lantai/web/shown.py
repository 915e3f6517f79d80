"""How values look to people: dates, sizes, states, periods, kinds. The same everywhere, in both languages."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from lantai.base.i18n import _

STATES = {
    'draft': _('Being arranged'),
    'submitted': _('Waiting for review'),
    'approved': _('Waiting to be taken in'),
    'excluded': _('Not to be filed'),
    'filed': _('Filed'),
    'appraising': _('In appraisal'),
    'destroying': _('To be destroyed'),
    'destroyed': _('Destroyed'),
    'transferring': _('In transfer'),
    'transferred': _('Transferred'),
}

OPEN_STATES = {'open': _('Takes deposits'), 'closed': _('Takes no deposits')}

KINDS = {
    'repository': _('Repository'),
    'fonds': _('Fonds'),
    'series': _('Series'),
    'file': _('File'),
    'item': _('Item'),
    'component': _('Electronic file'),
    'inbox': _('Inbox'),
    'folder': _('Inbox folder'),
}

_UNITS = ('B', 'KB', 'MB', 'GB', 'TB')


def state_title(state: str) -> str:
    """The word for a state."""
    return STATES[state]


def kind_title(kind: str) -> str:
    """The word for a type of node."""
    return KINDS[kind]


def size(number: int) -> str:
    """A number of bytes in a unit that fits: three digits at most, such as 1.2 MB."""
    value = float(number)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f'{value:.0f} {unit}' if unit == 'B' or value >= 99.95 else f'{value:.1f} {unit}'
        value /= 1024
    raise AssertionError('the last unit takes everything')


def day(value: date | datetime | str | None, zone: tzinfo) -> str:
    """A civil date as 2021-03-02; a moment is taken to the installation's time zone first."""
    if value is None or isinstance(value, str):
        return value or ''
    if isinstance(value, datetime):
        value = value.astimezone(zone).date()
    return value.isoformat()


def moment(value: datetime | None, zone: tzinfo) -> str:
    """A moment as 2021-03-02 14:05 in the installation's time zone."""
    return '' if value is None else value.astimezone(zone).strftime('%Y-%m-%d %H:%M')


def extension(name: str) -> str:
    """What stands on the chip before a title: PDF, DOCX; empty when the name tells nothing."""
    stem, dot, ending = name.rpartition('.')
    known = dot and stem and ending.isascii() and ending.isalnum() and len(ending) <= 5
    return ending.upper() if known else ''
