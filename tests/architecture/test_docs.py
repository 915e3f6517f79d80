"""What the documents name exists: files, functions, settings, addresses inside the repository."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from lantai.services.settings import Settings
from tests.architecture.complaints import nothing_in
from tests.architecture.source import ROOT

DOCUMENTS = (
    'README.md',
    'CHANGES.md',
    'docs/architecture.md',
    'docs/decisions.md',
    'docs/operation.md',
    'docs/performance.md',
    *(str(page.relative_to(ROOT)) for page in sorted((ROOT / 'docs' / 'webdav').glob('*.md'))),
)
LINK = re.compile(r'\]\(([^)\s]+)\)')
CODE = re.compile(r'`([^`\n]+)`')
#: a file of the repository, perhaps with a name inside: `store/tree.py`, `store/tree.py:Container.page`
FILE = re.compile(
    r'^(?P<path>[\w./-]+\.(?:py|pt|toml|cfg|js|css|csv|service|conf|txt|ini|md))(?::(?P<name>[\w.]+))?$'
)
FOLDER = re.compile(r'^[\w.-]+(?:/[\w.-]+)*/$')
#: folders that are no part of the repository: the data folder's and what `make` sets up
MADE = (
    'var',
    'keys',
    'contents',
    'incoming',
    'index',
    'objects',
    'bin',
    'run',
    'scratch',
    '.venv',
    'my-office',
)
#: files that a person or the program writes into the data folder or a backup
OWN = ('accounts.txt', 'files.txt', 'lantai.toml')


def _starts(document: str) -> list[Path]:
    """Where a path in a document may start: the repository, or the source of the program."""
    return [ROOT, ROOT / 'src' / 'lantai', (ROOT / document).parent]


def broken_links(document: str, text: str) -> list[str]:
    """Relative links to what is not there."""
    lines = []
    for target in LINK.findall(text):
        if re.match(r'[a-z]+:', target) or target.startswith('#'):
            continue
        path = (ROOT / document).parent / target.split('#')[0]
        if not path.exists():
            lines.append(f'{document}: links to {target}')
    return lines


def missing_names(document: str, text: str) -> list[str]:
    """Files, folders and functions in `code` that are not there."""
    lines = []
    for code in CODE.findall(text):
        found = FILE.match(code)
        if found and found['path'].rpartition('/')[2] in OWN:
            continue
        if found:
            path = _find(document, found['path'])
            if path is None:
                lines.append(f'{document}: {code}: no such file')
            elif found['name'] and not _defines(path, found['name']):
                lines.append(f'{document}: {code}: nothing of this name in the file')
        elif FOLDER.match(code) and code.split('/')[0] not in MADE and _find(document, code) is None:
            lines.append(f'{document}: {code}: no such folder')
    return lines


def _find(document: str, path: str) -> Path | None:
    """The file or folder of a path; a bare file name may lie anywhere below `config`."""
    found = next((start / path for start in _starts(document) if (start / path).exists()), None)
    if found is None and '/' not in path:
        found = next((ROOT / 'config').rglob(path), None)
    return found


def _defines(path: Path, name: str) -> bool:
    """Whether a module defines a function, class, method, attribute or constant of a (dotted) name."""
    if path.suffix != '.py':
        return name in path.read_text('utf-8')
    body = ast.parse(path.read_text('utf-8')).body
    for part in name.split('.'):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part:
                body = node.body
                break
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, 'target', None)]
            if part in [ast.unparse(target) for target in targets if target is not None]:
                body = []
                break
        else:
            return False
    return True


@pytest.mark.parametrize('document', DOCUMENTS)
def test_links_lead_somewhere(document):
    nothing_in(broken_links(document, (ROOT / document).read_text('utf-8')))


@pytest.mark.parametrize('document', DOCUMENTS)
def test_what_is_named_exists(document):
    nothing_in(missing_names(document, (ROOT / document).read_text('utf-8')))


def test_the_way_through_the_code_is_told_by_file_and_function():
    named = [code for code in CODE.findall((ROOT / 'docs/architecture.md').read_text('utf-8')) if ':' in code]
    assert len([code for code in named if FILE.match(code)]) >= 12


def test_every_document_is_reached_from_the_readme():
    linked = {target.split('#')[0] for target in LINK.findall((ROOT / 'README.md').read_text('utf-8'))}
    written = {path.relative_to(ROOT).as_posix() for path in (ROOT / 'docs').glob('*.md')}
    nothing_in(f'{path} is not linked from README.md' for path in written - linked)


def test_the_readme_shows_a_picture_that_loads_quickly():
    pictures = [
        target for target in LINK.findall((ROOT / 'README.md').read_text('utf-8')) if target.endswith('.png')
    ]
    assert pictures
    nothing_in(
        f'{name} has {(ROOT / name).stat().st_size} bytes'
        for name in pictures
        if (ROOT / name).exists() and (ROOT / name).stat().st_size >= 100_000
    )


def test_the_example_has_every_setting_as_it_is_shipped(monkeypatch):
    monkeypatch.delenv('LANTAI_STORAGE', raising=False)
    example = ROOT / 'config' / 'lantai.toml'
    said = tomllib.loads(example.read_text('utf-8'))
    shipped = {one.name: one.default for one in fields(Settings) if one.name != 'extra'}
    assert said == shipped
    assert Settings.load(example) == Settings()


@pytest.mark.parametrize(
    ('text', 'complaint'),
    [
        ('see `store/nowhere.py`', 'no such file'),
        ('see `base/ids.py:no_such_function`', 'nothing of this name'),
        ('see `store/tree.py:Container.no_such_method`', 'nothing of this name'),
        ('see `nofolder/here/`', 'no such folder'),
    ],
)
def test_a_name_that_is_not_there_is_found(text, complaint):
    assert complaint in missing_names('README.md', text)[0]


def test_a_link_that_leads_nowhere_is_found():
    assert broken_links('docs/x.md', '[x](nowhere.md) [y](https://example.org/) [z](#here)')


@pytest.mark.parametrize(
    'text', ['`base/ids.py:new_uid`', '`store/tree.py:Container.page`', '`templates/`', '`make run`']
)
def test_what_is_there_is_left_alone(text):
    assert missing_names('README.md', text) == []
