"""A profile (配置方案): the folder of readable files that sets up one body.

    profile.toml             name, fonds, controls, and the head of the retention schedule
    units.csv                the units (机构)
    scheme.toml              the classification scheme (分类方案)
    archiving-scope.csv      the archiving scope (归档范围)

and what other rooms add, each its own part: `features/retention/schedules.py` reads the retention schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import colander

from lantai.base.i18n import _
from lantai.features.classification import sheets
from lantai.features.classification.errors import ProfileNotFound
from lantai.features.classification.model import (
    ELSEWHERE,
    EXCLUDES,
    FILES,
    LEVELS,
    Category,
    CategoryClass,
    ScopeRule,
)
from lantai.features.classification.sheets import ProfileFolder
from lantai.features.records.model import Fonds
from lantai.services.act import Act
from lantai.services.content.fields import PERIOD

FONDS_CODE = r'[A-Z][A-Z0-9]{0,9}'


@dataclass(frozen=True)
class Unit:
    """A unit of the body; `aliases` are other names it goes by."""

    code: str
    title: str
    aliases: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True)
class Profile:
    """A profile that was read and found right. `parts` holds what other rooms read of it, by name."""

    name: str
    title: str
    fonds_code: str
    fonds_title: str
    controls: dict[str, Any]
    units: tuple[Unit, ...]
    scheme: tuple[Category, ...]
    scope: tuple[ScopeRule, ...]
    parts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What a room reads of a profile and does when it is applied to a fonds."""

    read: Callable[[ProfileFolder, dict[str, Any]], Any]
    apply: Callable[[Act, Fonds, Any], None]


_parts: dict[str, Part] = {}


def profile_part(name: str, part: Part) -> None:
    """Declare a part; a second claim to a name is a mistake of the program."""
    if _parts.get(name, part) != part:
        raise ValueError(f'two rooms read the part {name} of a profile')
    _parts[name] = part


def part_named(name: str) -> Part:
    """Return a declared part."""
    return _parts[name]


def _years(node: colander.SchemaNode, value: dict[str, Any]) -> None:
    # category (or * for all others) -> period -> years until the record goes to the state archives
    for by_period in value.values():
        periods = by_period if isinstance(by_period, dict) else {'': 0}
        for period, years in periods.items():
            if not PERIOD.fullmatch(period) or type(years) is not int or not 0 <= years <= 200:
                raise colander.Invalid(
                    node, _('Years by category and period are expected here: "*" = { Y = 10 }')
                )


HEAD = sheets.mapping(
    '',
    sheets.mapping('profile', sheets.text('name', 60), sheets.text('title'), strict=True),
    sheets.mapping(
        'fonds',
        sheets.text(
            'code', validator=sheets.matches(FONDS_CODE, _('A fonds code is a capital and digits: Z109'))
        ),
        sheets.text('title'),
        strict=True,
        missing=None,
    ),
    sheets.mapping(
        'controls',
        sheets.text('schema', 60),
        sheets.text('workflow', 60),
        sheets.text('code_form', validator=sheets.matches('2022|2015', _('2022 or 2015 is expected here'))),
        sheets.number('waiting_days', 0, 3650),
        sheets.number('excluded_kept_years', 1, 100),
        # how long the contents of what went to the state archives stay; older profiles do not say
        sheets.number('transferred_kept_years', 1, 100, missing=5),
        strict=True,
    ),
    sheets.mapping(
        'transfer',
        sheets.text('to', missing=''),
        colander.SchemaNode(colander.Mapping(unknown='preserve'), name='years', validator=_years, missing={}),
        strict=True,
        missing={'to': '', 'years': {}},
    ),
    # what other rooms read: each checks its own
    colander.SchemaNode(colander.Mapping(unknown='preserve'), name='schedule', missing=None),
    strict=True,
)

UNITS = sheets.mapping(
    '',
    sheets.code('code'),
    sheets.text('title', 60),
    sheets.text('aliases', missing=''),
    sheets.text('closed', validator=sheets.matches('[01]', _('1 for closed, else nothing')), missing=''),
)

SCHEME = sheets.mapping(
    '',
    sheets.several(
        'category',
        sheets.mapping(
            'category',
            sheets.code('code'),
            sheets.text('title', 60),
            sheets.several(
                'levels',
                sheets.text('level', validator=sheets.matches('|'.join(LEVELS), _('There is no such level'))),
            ),
            sheets.several('periods', sheets.period('period'), missing=()),
            sheets.several(
                'classes',
                sheets.mapping(
                    'class',
                    sheets.code('code'),
                    sheets.text('title', 60),
                    sheets.period('period', missing=''),
                ),
                missing=(),
            ),
            strict=True,
        ),
    ),
    strict=True,
)

SCOPE = sheets.mapping(
    '',
    sheets.number('no'),
    sheets.text(
        'rule', validator=sheets.matches(f'{FILES}|{EXCLUDES}|{ELSEWHERE}', _('There is no such rule'))
    ),
    sheets.text('origin', 60),
    sheets.text('scope', 500),
    sheets.text('reason', 500, missing=''),
)


def profile_folder(name_or_path: str) -> Traversable:
    """Return the folder of a shipped profile, or of a path. Raises ProfileNotFound."""
    if name_or_path.isidentifier():
        shipped = resources.files('lantai.config').joinpath('profiles', name_or_path)
        if shipped.is_dir():
            return shipped
    folder = Path(name_or_path)
    if not folder.is_dir():
        raise ProfileNotFound()
    return folder


def load_profile(folder: Traversable | Path) -> Profile:
    """Return the profile in a folder. Raises ProfileInvalid with every mistake in every file."""
    files = ProfileFolder(folder)
    head = files.toml('profile.toml', HEAD)
    units = read_units(files)
    scheme = read_scheme(files)
    scope = read_scope(files)
    parts = {name: part.read(files, head) for name, part in _parts.items()}
    files.raise_problems()
    fonds = head['fonds'] or {'code': '', 'title': ''}
    named = head['profile']
    transfer = head['transfer']
    return Profile(
        named['name'],
        named['title'],
        fonds['code'],
        fonds['title'],
        {**head['controls'], 'transfer': transfer['years'], 'transfer_to': transfer['to']},
        units,
        scheme,
        scope,
        parts,
    )


def read_units(files: ProfileFolder) -> tuple[Unit, ...]:
    """Return the units, complaining of codes listed twice."""
    rows = files.csv('units.csv', UNITS)
    files.unique('units.csv', [row['code'] for row in rows])
    return tuple(
        Unit(row['code'], row['title'], aliases(row['aliases']), row['closed'] == '1') for row in rows
    )


def aliases(text: str) -> tuple[str, ...]:
    """Return the names parted by semicolons in one text."""
    return tuple(filter(None, (each.strip() for each in text.replace('；', ';').split(';'))))


def read_scheme(files: ProfileFolder) -> tuple[Category, ...]:
    """Return the categories, complaining of levels that lack their values."""
    found = []
    for row in files.toml('scheme.toml', SCHEME).get('category', ()):
        classes = tuple(CategoryClass(**each) for each in row['classes'])
        category = Category(row['code'], row['title'], tuple(row['levels']), tuple(row['periods']), classes)
        place = f'scheme.toml:{category.code}'
        files.unique(place, list(category.levels))
        files.unique(place, [each.code for each in classes])
        if 'period' in category.levels and not category.periods:
            files.complain(place, _('Arranged by period, but no periods are listed'))
        if 'class' in category.levels and not classes:
            files.complain(place, _('Arranged by class, but no classes are listed'))
        found.append(category)
    files.unique('scheme.toml', [category.code for category in found])
    return tuple(found)


def read_scope(files: ProfileFolder) -> tuple[ScopeRule, ...]:
    """Return the rules of the archiving scope, complaining of numbers used twice."""
    rows = files.csv('archiving-scope.csv', SCOPE)
    files.unique('archiving-scope.csv', [row['no'] for row in rows])
    return tuple(ScopeRule(**row) for row in rows)
