"""Setting up a body: its fonds, its classification scheme, its series, and a whole profile at once."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from itertools import product
from pathlib import Path
from typing import Any

import colander

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.classification.errors import CodeTaken, ProfileInvalid
from lantai.features.classification.model import ROOM, Category, body_of
from lantai.features.classification.profile import FONDS_CODE, Profile, load_profile, part_named
from lantai.features.classification.sheets import code, matches, number, period
from lantai.features.classification.units import set_units
from lantai.features.records.model import Fonds, Series
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container


def apply_profile(
    act: Act, folder: Traversable | Path | Profile, fonds_code: str = '', fonds_title: str = ''
) -> Fonds | None:
    """Set up a body by a profile and return its fonds; again with the same profile nothing changes.

    The fonds is the profile's own, or the one named here; a profile that names none is only checked, and None
    returned. Units and categories that the profile does not name stay; none is removed by a profile.
    Raises ProfileInvalid with every mistake, ScheduleFixed, NotFound and Forbidden.
    """
    profile = folder if isinstance(folder, Profile) else load_profile(folder)
    _check_definitions(act, profile)
    fonds_code = fonds_code or profile.fonds_code
    if not fonds_code:
        return None
    fonds = act.repository.get(fonds_code)
    if fonds is None:
        fonds = add_fonds(act, fonds_code, fonds_title or profile.fonds_title)
    policy.require(act, Permission.MANAGE_UNITS, fonds)
    set_units(act, fonds, profile.units)
    body = act.repository.room(ROOM).claim(fonds_code)
    body.profile = profile.name
    body.controls = dict(profile.controls)
    body.scheme = profile.scheme
    body.scope = profile.scope
    fonds.code_form = profile.controls['code_form']
    fonds.touch(act.clock)
    for name, value in profile.parts.items():
        part_named(name).apply(act, fonds, value)
    record(act, Event.PROFILE_APPLY, fonds, profile=profile.name)
    return fonds


def _check_definitions(act: Act, profile: Profile) -> None:
    known = {'schema': act.site.schemas, 'workflow': act.site.workflows}
    wrong = [
        Condition('bad-entry', _('There is no such definition'), f'profile.toml:controls.{setting}')
        for setting, definitions in known.items()
        if profile.controls[setting] not in definitions
    ]
    if wrong:
        raise ProfileInvalid(conditions=wrong)


def add_fonds(act: Act, fonds_code: str, title: str) -> Fonds:
    """Make the fonds of a body. Raises Invalid, CodeTaken, Forbidden."""
    policy.require(act, Permission.MANAGE_UNITS, act.repository)
    node = code('code')
    node.validator = matches(FONDS_CODE, _('A fonds code is a capital and digits: Z109'))
    _checked(code=(node, fonds_code))
    if fonds_code in act.repository:
        raise CodeTaken()
    return factory.create(act, act.repository, 'fonds', fonds_code, title=title.strip() or fonds_code)


def add_series(act: Act, parent: Container, name: str, *, title: str = '', **says: Any) -> Series:
    """Make a series below a fonds or series; `says` is of category, year, period, unit, retention_row, open.

    Raises Invalid with a condition per field, CodeTaken, NotFound, Forbidden.
    """
    policy.require(act, Permission.CREATE_SERIES, parent)
    given = {key: value for key, value in says.items() if value not in (None, '')}
    nodes = {
        'category': code('category'),
        'year': number('year', 1900, 2199),
        'period': period('period'),
        'unit': code('unit'),
        'retention_row': number('retention_row'),
    }
    values = _checked(**{key: (nodes[key], given[key]) for key in nodes if key in given})
    _check_unit(parent, values.get('unit'))
    if name in parent:
        raise CodeTaken()
    opened = bool(says.get('open', False))
    series = factory.create(act, parent, 'series', name, title=title.strip() or name, open=opened, **values)
    if opened:
        record(act, Event.SERIES_OPEN, series)
    return series


def _check_unit(parent: Container, unit: str | None) -> None:
    fonds = next((node for node in parent.ancestors() if isinstance(node, Fonds)), None)
    if unit and fonds is not None and fonds.units and unit not in fonds.units:
        raise Invalid(conditions=[Condition('unknown-unit', _('There is no such unit'), 'unit')])


def _checked(**asked: tuple[colander.SchemaNode, Any]) -> dict[str, Any]:
    values, wrong = {}, []
    for field, (node, value) in asked.items():
        try:
            values[field] = node.deserialize(value)
        except colander.Invalid as error:
            wrong.append(Condition('bad-entry', (error.messages() or [error.msg])[0], field))
    if wrong:
        raise Invalid(conditions=wrong)
    return values


def open_series(act: Act, series: Series) -> None:
    """Let a series take deposits."""
    _set_open(act, series, True)


def close_series(act: Act, series: Series) -> None:
    """Stop deposits into a series; what is in it stays as it is."""
    _set_open(act, series, False)


def _set_open(act: Act, series: Series, opened: bool) -> None:
    policy.require(act, Permission.OPEN_CLOSE, series)
    if series.open != opened:
        series.open = opened
        series.touch(act.clock)
        record(act, Event.SERIES_OPEN if opened else Event.SERIES_CLOSE, series)


def series_at(act: Act, fonds: Fonds, category: str, **levels: Any) -> Series:
    """Return the series for what is given of class, year, period and unit: made where missing, and open.

    `levels` must name every level the scheme has for the category. Raises Invalid naming those it lacks.
    """
    scheme = body_of(act.repository, fonds.fonds_code).category(category)
    if scheme is None:
        raise Invalid(conditions=[Condition('unknown-category', _('There is no such category'), 'category')])
    if lacking := [level for level in scheme.levels if not levels.get(level)]:
        raise Invalid(conditions=[Condition('required', _('This is missing'), level) for level in lacking])
    node: Container = _child(act, fonds, category, scheme.title, category=category)
    for level in scheme.levels:
        value = levels[level]
        node = _child(
            act, node, str(value), _title(fonds, scheme, level, value), **_says(scheme, level, value)
        )
    if not node.open:
        open_series(act, node)
    return node


def open_year(act: Act, fonds: Fonds, year: int) -> list[Series]:
    """Make and open every series the scheme has for a year, and return them. Raises Invalid, Forbidden."""
    year = _checked(year=(number('year', 1900, 2199), year))['year']
    opened = []
    for category in body_of(act.repository, fonds.fonds_code).scheme:
        if 'year' in category.levels:
            values = [_values(fonds, category, level, year) for level in category.levels]
            for combination in product(*values):
                levels = dict(zip(category.levels, combination, strict=True))
                opened.append(series_at(act, fonds, category.code, **levels))
    return opened


def _values(fonds: Fonds, category: Category, level: str, year: int) -> list[Any]:
    if level == 'year':
        return [year]
    if level == 'period':
        return list(category.periods)
    if level == 'class':
        return [each.code for each in category.classes]
    return [unit for unit, facts in fonds.units.items() if not facts['closed']]


def _child(act: Act, parent: Container, name: str, title: str, **says: Any) -> Series:
    return parent.get(name) or add_series(act, parent, name, title=title, **says)


def _says(category: Category, level: str, value: Any) -> dict[str, Any]:
    if level == 'class':
        found = next((each for each in category.classes if each.code == value), None)
        return {'period': found.period} if found and found.period else {}
    return {level: value}


def _title(fonds: Fonds, category: Category, level: str, value: Any) -> str:
    # titles of series are the body's data, in its language
    if level == 'year':
        return f'{value}年'
    if level == 'period':
        return '永久' if value == 'Y' else f'{value[1:]}年'
    if level == 'class':
        return next((each.title for each in category.classes if each.code == value), str(value))
    return fonds.units.get(value, {}).get('title') or str(value)
