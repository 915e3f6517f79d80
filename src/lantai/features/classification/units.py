"""The units (机构) of a body: records of its fonds, with a code that stands in reference codes for ever."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import colander

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.classification import sheets
from lantai.features.classification.errors import CodeTaken, UnknownUnit
from lantai.features.classification.profile import Unit, aliases
from lantai.features.records.model import Fonds
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

_FORM = sheets.mapping('', sheets.code('code'), sheets.text('title', 60), sheets.text('aliases', missing=''))


def units_of(fonds: Fonds) -> list[Unit]:
    """Return the units of a fonds in order of code, the closed ones last."""
    found = [
        Unit(code, facts['title'], tuple(facts['aliases']), facts['closed'])
        for code, facts in fonds.units.items()
    ]
    return sorted(found, key=lambda unit: (unit.closed, unit.code))


def add_unit(act: Act, fonds: Fonds, code: str, title: str, aliases: str = '') -> Unit:
    """Add a unit; `aliases` are parted by semicolons. Raises Invalid, CodeTaken, NotFound, Forbidden."""
    policy.require(act, Permission.MANAGE_UNITS, fonds)
    unit = _checked(code, title, aliases)
    if unit.code in fonds.units:
        raise CodeTaken(conditions=[Condition('code-taken', CodeTaken.title, 'code')])
    _store(act, fonds, unit)
    return unit


def change_unit(act: Act, fonds: Fonds, code: str, title: str, aliases: str = '') -> Unit:
    """Change what a unit is called; its code stays. Raises Invalid, UnknownUnit, NotFound, Forbidden."""
    policy.require(act, Permission.MANAGE_UNITS, fonds)
    closed = _facts(fonds, code)['closed']
    unit = _checked(code, title, aliases)
    unit = Unit(unit.code, unit.title, unit.aliases, closed)
    _store(act, fonds, unit)
    return unit


def close_unit(act: Act, fonds: Fonds, code: str) -> None:
    """Close a unit that was dissolved: its records stay, no year opens series for it. Raises UnknownUnit."""
    _set_closed(act, fonds, code, True)


def reopen_unit(act: Act, fonds: Fonds, code: str) -> None:
    """Open a closed unit again. Raises UnknownUnit, NotFound, Forbidden."""
    _set_closed(act, fonds, code, False)


def set_units(act: Act, fonds: Fonds, units: Iterable[Unit]) -> None:
    """Add and change units as a profile says; those it does not name stay."""
    for unit in units:
        _store(act, fonds, unit)


def _set_closed(act: Act, fonds: Fonds, code: str, closed: bool) -> None:
    policy.require(act, Permission.MANAGE_UNITS, fonds)
    facts = _facts(fonds, code)
    _store(act, fonds, Unit(code, facts['title'], tuple(facts['aliases']), closed))


def _facts(fonds: Fonds, code: str) -> dict[str, Any]:
    if code not in fonds.units:
        raise UnknownUnit()
    return fonds.units[code]


def _store(act: Act, fonds: Fonds, unit: Unit) -> None:
    facts = {'title': unit.title, 'aliases': unit.aliases, 'closed': unit.closed}
    if fonds.units.get(unit.code) == facts:
        return
    fonds.units = {**fonds.units, unit.code: facts}
    fonds.touch(act.clock)
    record(act, Event.UNIT_CHANGE, fonds, unit=unit.code, closed=unit.closed)


def _checked(code: str, title: str, names: str) -> Unit:
    try:
        values = _FORM.deserialize({'code': code.strip(), 'title': title.strip(), 'aliases': names.strip()})
    except colander.Invalid as error:
        raise Invalid(
            conditions=[
                Condition('bad-entry', (each.messages() or [_('This is missing')])[0], each.node.name)
                for each in error.children
            ]
        ) from error
    return Unit(values['code'], values['title'], aliases(values['aliases']))
