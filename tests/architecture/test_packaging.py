"""The wheel, installed in an environment of its own, is the whole program: templates, settings, messages.

The environment is empty but for the libraries the tests run with, which a .pth file lends it: so the test
needs no network, and cannot find the program anywhere but in the wheel.
"""

from __future__ import annotations

import email
import json
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.complaints import nothing_in
from tests.architecture.source import LINKED, ROOT, SOURCE

#: what a build looks at, as MANIFEST.in and setup.cfg say
INGREDIENTS = ('setup.cfg', 'pyproject.toml', 'MANIFEST.in', 'README.md', 'CHANGES.md', 'LICENSE')
NOT_SHIPPED = ('__pycache__', '.egg-info')

INSIDE = """
import io, json, sys
from importlib.metadata import entry_points
from importlib.resources import files
import lantai, lantai.app.main
from chameleon import PageTemplateFile

cooked, failed = [], {}
def walk(folder, start=''):
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        name = start + each.name
        if each.is_dir():
            walk(each, name + '/')
        elif name.endswith('.pt'):
            try:
                PageTemplateFile(str(each)).cook_check()
                cooked.append(name)
            except Exception as error:
                failed[name] = f'{type(error).__name__}: {error}'
walk(files('lantai.templates'))
[script] = [one for one in entry_points(group='console_scripts') if one.name == 'lantai']
from lantai.services.content.schema import shipped
from lantai.web.i18n import catalogue_files, localizer_for
localizer_for('zh_CN')
json.dump({
    'where': lantai.__file__, 'version': lantai.__version__, 'cooked': cooked, 'failed': failed,
    'script': script.load().__module__, 'schemas': sorted(shipped()),
    'catalogues': [one.name for one in catalogue_files('zh_CN')],
    'config': files('lantai.config').joinpath('workflows', 'item.toml').is_file(),
}, sys.stdout)
"""


@pytest.fixture(scope='module')
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a clean copy of the source, so that a build leaves nothing behind in the checkout."""
    copy = tmp_path_factory.mktemp('source')
    for name in INGREDIENTS:
        shutil.copy2(ROOT / name, copy / name)
    for folder in ('src', *LINKED):
        shutil.copytree(ROOT / folder, copy / folder, symlinks=True, ignore=_not_shipped)
    out = tmp_path_factory.mktemp('dist')
    # the backend pyproject.toml names, called as pip calls it
    build = f'import setuptools.build_meta as backend; backend.build_wheel({str(out)!r})'
    done = subprocess.run(
        [sys.executable, '-W', 'ignore', '-c', build],
        cwd=copy,
        env=_environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = out.glob('lantai-*.whl')
    return path


def _not_shipped(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if _is_litter(name)}


def _is_litter(name: str) -> bool:
    """Left by tools: caches, byte code, what an editor hides."""
    return name.startswith('.') or name.endswith(NOT_SHIPPED)


def _environment() -> dict[str, str]:
    """For a program of the libraries the tests run with, wherever those lie, and of nothing else."""
    lent = [path for path in sys.path if path and not _is_of_the_checkout(Path(path))]
    return {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'PYTHONPATH': ':'.join(lent)}


def _is_of_the_checkout(path: Path) -> bool:
    return path.resolve() in (ROOT, SOURCE)


@pytest.fixture(scope='module')
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the installed program says of itself."""
    place = tmp_path_factory.mktemp('installed')
    venv.create(place, with_pip=False)
    python = place / 'bin' / 'python'
    [packages] = place.glob('lib/python*/site-packages')
    # what pip does with a wheel that holds only pure Python
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    lent = [path for path in sys.path if path and not _is_of_the_checkout(Path(path))]
    (packages / 'lent.pth').write_text('\n'.join(lent), 'utf-8')
    command = [python, '-I', '-W', 'ignore', '-c', INSIDE]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert Path(said['where']).is_relative_to(packages), 'found the checkout, not the wheel'
    return said


def test_every_template_is_in_the_wheel_and_compiles(installed):
    nothing_in(f'{name}: {why}' for name, why in installed['failed'].items())
    there = {path.relative_to(ROOT / 'templates').as_posix() for path in (ROOT / 'templates').rglob('*.pt')}
    nothing_in(f'templates/{name} is not in the wheel' for name in there - set(installed['cooked']))
    assert there


def test_the_program_of_the_wheel_starts(installed):
    assert installed['script'] == 'lantai.app.command'


def test_settings_schemas_and_messages_are_found(installed):
    assert installed['config']
    assert 'document' in installed['schemas']
    there = {path.name for path in (SOURCE / 'lantai' / 'locale' / 'zh_CN').glob('*.po')}
    assert set(installed['catalogues']) == there


def test_nothing_of_the_program_is_missing_in_the_wheel(wheel):
    shipped = set(zipfile.ZipFile(wheel).namelist())
    wanted = set()
    for folder in (SOURCE / 'lantai', *(ROOT / name for name in LINKED)):
        start = 'lantai' if folder.parent == SOURCE else f'lantai/{folder.name}'
        for path in folder.rglob('*'):
            inside = path.relative_to(folder)
            linked = start == 'lantai' and inside.parts[0] in LINKED
            if path.is_file() and not linked and not any(_is_litter(part) for part in inside.parts):
                wanted.add(f'{start}/{inside.as_posix()}')
    nothing_in(f'{name} is not in the wheel; see package_data in setup.cfg' for name in wanted - shipped)


def test_the_wheel_holds_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    nothing_in(name for name in names if not name.startswith(('lantai/', 'lantai-')))
    nothing_in(name for name in names if '__pycache__' in name)


def test_the_wheel_asks_for_what_buildout_pins(wheel):
    """`pip install` and `make run` give the same program: each pin is within the bounds of the package."""
    pins = _pins()
    metadata = email.message_from_bytes(
        next(
            zipfile.ZipFile(wheel).read(name)
            for name in zipfile.ZipFile(wheel).namelist()
            if name.endswith('/METADATA')
        )
    )
    asked = [Requirement(line) for line in metadata.get_all('Requires-Dist', [])]
    assert asked
    nothing_in(
        f'{one}: pinned to {pins.get(_key(one.name), "nothing")}'
        for one in asked
        if not one.specifier.contains(pins.get(_key(one.name), '0'), prereleases=True)
    )
    build = [
        Requirement(line)
        for line in tomllib.loads((ROOT / 'pyproject.toml').read_text('utf-8'))['build-system']['requires']
    ]
    nothing_in(str(one) for one in build if not one.specifier.contains(pins[_key(one.name)]))


def test_every_direct_dependency_says_why_it_is_there():
    lines = _version_lines()
    nothing_in(
        f'buildout.cfg: {line}'
        for before, line in pairwise(lines)
        if '=' in line and not line.startswith('#') and not before.startswith('# ')
    )


def test_the_tests_run_with_what_is_pinned():
    """A version that was tried by hand and not written down is noticed here."""
    direct = (
        'pyramid',
        'ZODB',
        'ZEO',
        'BTrees',
        'persistent',
        'transaction',
        'waitress',
        'Chameleon',
        'pytest',
    )
    nothing_in(
        f'{name} {version(name)}, pinned {_pins()[_key(name)]}'
        for name in direct
        if version(name) != _pins()[_key(name)]
    )


def _version_lines() -> list[str]:
    return (ROOT / 'buildout.cfg').read_text('utf-8').partition('[versions]\n')[2].splitlines()


def _pins() -> dict[str, str]:
    pairs = (line.partition('=') for line in _version_lines() if '=' in line and not line.startswith('#'))
    return {_key(name): version.strip() for name, _sign, version in pairs}


def _key(name: str) -> str:
    return name.strip().lower().replace('_', '-').replace('.', '-')
