"""Templates compiled before anybody waits for them, each once in a process.

Compiling all of them takes some seconds, the frame around every page a fifth of one. Chameleon would do that
at the first view of each page, and the frame once more for every page that uses it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from chameleon.loader import MemoryLoader
from chameleon.template import BaseTemplate
from pyramid.registry import Registry
from pyramid.renderers import get_renderer

log = logging.getLogger(__name__)

PACKAGE = 'lantai.templates'
#: rooms whose pages are wanted first
FIRST = ('layout', 'people', 'records', 'errors')


class Programs(MemoryLoader):
    """Compiled templates by the digest of their text: where two pages load the same frame it is one."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def get(self, name: str) -> dict[str, Any] | None:
        """The program of this name (which has the digest in it), or None."""
        return self._known.get(name)

    def build(self, source: str, filename: str) -> dict[str, Any]:
        """Compiles and keeps; two threads at it at once come to the same."""
        return self._known.setdefault(filename, super().build(source, filename))

    def __len__(self) -> int:
        return len(self._known)


def all_templates() -> Iterator[str]:
    """The asset specification of every template, those of the first pages first."""
    rooms = [room for room in files(PACKAGE).iterdir() if room.is_dir()]
    for room in sorted(rooms, key=lambda each: (each.name not in FIRST, each.name)):
        for template in sorted(room.iterdir(), key=lambda each: each.name):
            if template.name.endswith('.pt'):
                yield f'{PACKAGE}:{room.name}/{template.name}'


def compile_all(registry: Registry, stopping: threading.Event | None = None) -> None:
    """Compiles every template that is not compiled yet. One that is broken is logged: its page fails anyway,
    and the others are wanted.
    """
    for name in all_templates():
        if stopping is not None and stopping.is_set():
            return
        try:
            get_renderer(name, registry=registry).implementation().cook_check()
        except Exception:
            log.exception('the template %s cannot be compiled', name)


def compile_in_background(registry: Registry, stopping: threading.Event) -> threading.Thread:
    """Starts `compile_all` in a thread and returns at once; whoever asks for a page meanwhile gets it."""
    thread = threading.Thread(
        target=compile_all, args=(registry, stopping), name='lantai-templates', daemon=True
    )
    thread.start()
    return thread


def includeme(config) -> None:
    """Keeps what is compiled in this process, unless it is kept elsewhere already (a folder, in tests)."""
    if type(BaseTemplate.loader) is MemoryLoader:
        BaseTemplate.loader = Programs()
