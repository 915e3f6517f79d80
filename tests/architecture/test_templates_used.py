"""Every template is used, and every template that is named exists."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.complaints import nothing_in
from tests.architecture.source import ROOT, SOURCE

TEMPLATES = ROOT / 'templates'
ASSET = re.compile(r'lantai\.templates:([\w./-]+)')
LOADED = re.compile(r'load:\s*([\w./-]+)')


def named_in_code(text: str) -> set[str]:
    """The templates a module names by asset specification."""
    return set(ASSET.findall(text))


def loaded_by(template: Path) -> set[str]:
    """The templates a template loads, relative to the folder of all of them."""
    found = set()
    for relative in LOADED.findall(template.read_text('utf-8')):
        found.add((template.parent / relative).resolve().relative_to(TEMPLATES.resolve()).as_posix())
    return found


def _named() -> dict[str, str]:
    """Every named template, with a place that names it."""
    named = {}
    for path in (SOURCE / 'lantai').rglob('*.py'):
        for name in named_in_code(path.read_text('utf-8')):
            named.setdefault(name, path.relative_to(ROOT).as_posix())
    for path in TEMPLATES.rglob('*.pt'):
        for name in loaded_by(path):
            named.setdefault(name, path.relative_to(ROOT).as_posix())
    return named


def _there() -> set[str]:
    return {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob('*.pt')}


def test_every_named_template_exists():
    there = _there()
    nothing_in(f'{place} names {name}' for name, place in _named().items() if name not in there)


def test_every_template_is_named_somewhere():
    nothing_in(f'templates/{name} is used by nothing' for name in _there() - set(_named()))


def test_a_template_is_named_by_its_asset_never_by_a_path():
    nothing_in(
        f'{path.relative_to(ROOT)}: {found.group()}'
        for path in (SOURCE / 'lantai').rglob('*.py')
        for found in re.finditer(r"""['"][^'"\n]+\.pt['"]""", path.read_text('utf-8'))
        if 'lantai.templates:' not in found.group()
    )


def test_the_readers_find_what_is_named(tmp_path):
    assert named_in_code("renderer='lantai.templates:records/item.pt'") == {'records/item.pt'}
    page = TEMPLATES / 'errors' / 'error.pt'
    assert loaded_by(page) == {'layout/page.pt'}
