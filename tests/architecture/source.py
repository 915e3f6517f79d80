"""What the source says about itself, read without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / 'src'
#: what `lantai.templates` and `lantai.config` are links to
LINKED = ('templates', 'config')


@dataclass(frozen=True)
class Module:
    """One module of the program."""

    name: str
    path: Path
    source: str

    @property
    def is_package(self) -> bool:
        return self.path.name == '__init__.py'

    @property
    def place(self) -> str:
        """Where it is, as a person would look for it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def tree(self) -> ast.Module:
        return _parse(self)


@cache
def _parse(module: Module) -> ast.Module:
    return ast.parse(module.source, module.place)


@dataclass(frozen=True)
class Import:
    """One import of one module."""

    target: str
    line: int
    for_types: bool


def module_at(path: Path, below: Path = SOURCE) -> Module:
    """The module in a file whose package names start at `below`."""
    parts = list(path.relative_to(below).with_suffix('').parts)
    if parts[-1] == '__init__':
        parts.pop()
    return Module('.'.join(parts), path, path.read_text('utf-8'))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the program, the linked folders left out."""
    found = []
    for path in sorted((SOURCE / 'lantai').rglob('*.py')):
        if path.relative_to(SOURCE / 'lantai').parts[0] not in LINKED:
            found.append(module_at(path))
    return tuple(found)


def imports(module: Module) -> Iterator[Import]:
    """Every import in a module, at its top or inside a function, relative ones made absolute.

    `from a import b` gives `a.b`, so that a package imported by its parent is seen as itself.
    """
    for_types = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith('TYPE_CHECKING'):
            for statement in node.body:
                for_types.update(id(inner) for inner in ast.walk(statement))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ''
            if node.level:
                package = module.name.split('.')
                package = package[: len(package) - node.level + module.is_package]
                start = '.'.join([*package, start] if start else package)
            targets = [f'{start}.{alias.name}' for alias in node.names]
        else:
            continue
        for target in targets:
            yield Import(target, node.lineno, id(node) in for_types)
