"""The shape of a module: not too long, one thing each, no attic."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.complaints import nothing_in
from tests.architecture.source import ROOT, SOURCE, Module, modules

LONGEST = 400
ATTICS = {'util', 'utils', 'helper', 'helpers', 'misc', 'common'}
FOLDERS = ('src', 'templates', 'config', 'tests')


def test_no_module_is_longer_than_400_lines():
    written = [
        path
        for folder in ('src', 'tests')
        for path in (ROOT / folder).rglob('*')
        if path.suffix in ('.py', '.js')
    ]
    lengths = {path: len(path.read_text('utf-8').splitlines()) for path in written}
    nothing_in(f'{path.relative_to(ROOT)}: {n} lines' for path, n in lengths.items() if n > LONGEST)


def test_no_module_is_an_attic():
    nothing_in(
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob('*')
        if path.stem in ATTICS and '__pycache__' not in path.parts
    )


def test_every_folder_with_modules_is_a_package():
    nothing_in(
        f'{path.parent.relative_to(ROOT)} has no __init__.py and would be missing from the wheel'
        for path in (SOURCE / 'lantai').rglob('*.py')
        if not (path.parent / '__init__.py').exists()
    )


def surplus(module: Module) -> list[str]:
    """What an `__init__.py` holds beside its docstring, `includeme` and, at the root, the version."""
    lines = []
    if ast.get_docstring(module.tree) is None:
        lines.append(f'{module.place}:1: says nothing about itself')
    has_includeme = any(
        isinstance(node, ast.FunctionDef) and node.name == 'includeme' for node in module.tree.body
    )
    for node in module.tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.FunctionDef) and node.name == 'includeme':
            continue
        if isinstance(node, ast.Import | ast.ImportFrom) and has_includeme:
            continue
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == '__version__'
            and module.name == 'lantai'
        ):
            continue
        lines.append(f'{module.place}:{node.lineno}: {ast.unparse(node).splitlines()[0]}')
    return lines


def test_a_package_file_registers_and_nothing_else():
    nothing_in(line for module in modules() if module.is_package for line in surplus(module))


def test_every_module_says_what_it_is_for():
    nothing_in(
        f'{module.place}: no docstring' for module in modules() if ast.get_docstring(module.tree) is None
    )


def undocumented(module: Module) -> list[str]:
    """Public functions and classes of a module without a docstring."""
    lines = []
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith('_'):
            continue
        if node.name == 'includeme' or _is_named_condition(node):
            continue
        if ast.get_docstring(node) is None:
            lines.append(f'{module.place}:{node.lineno}: {node.name} has no docstring')
    return lines


def _is_named_condition(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """An error that carries its explanation for people as its `title`."""
    return isinstance(node, ast.ClassDef) and any(
        isinstance(step, ast.Assign) and ast.unparse(step.targets[0]) == 'title' for step in node.body
    )


def test_what_is_public_is_explained():
    nothing_in(line for module in modules() for line in undocumented(module))


def swallowed(module: Module) -> list[str]:
    """Handlers that would let an error, a conflict among them, go unseen."""
    lines = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = ast.unparse(node.type) if node.type else ''
        silent = all(isinstance(step, ast.Pass) for step in node.body)
        if not caught or (caught in ('Exception', 'BaseException') and silent):
            lines.append(f'{module.place}:{node.lineno}: except {caught}: {"pass" if silent else "..."}')
    return lines


def test_no_error_is_swallowed_whole():
    nothing_in(line for module in modules() for line in swallowed(module))


@pytest.mark.parametrize(
    ('name', 'text', 'complaint'),
    [
        ('lantai.base', '"""Doc."""\nX = 1', 'X = 1'),
        ('lantai.base', '"""Doc."""\nfrom lantai.base.ids import new_uid', 'from lantai.base.ids'),
        ('lantai.base', '"""Doc."""\ndef helper(): pass', 'def helper'),
        ('lantai.base', 'def includeme(config): pass', 'says nothing'),
    ],
)
def test_a_package_file_with_code_is_found(name, text, complaint):
    module = Module(name, SOURCE / 'lantai' / 'base' / '__init__.py', text)
    assert any(complaint in line for line in surplus(module))


@pytest.mark.parametrize('handler', ['except:\n    raise', 'except Exception:\n    pass'])
def test_a_swallowed_error_is_found(handler):
    assert swallowed(Module('lantai.x', SOURCE / 'lantai' / 'x.py', f'try:\n    x\n{handler}'))


def test_a_public_function_without_a_docstring_is_found():
    module = Module('lantai.x', SOURCE / 'lantai' / 'x.py', 'def a(): pass\ndef _b(): pass')
    assert undocumented(module) == ['src/lantai/x.py:1: a has no docstring']
