"""The one line about a record's evidence. The room that fixes records says it: `config.set_evidence(...)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_KEY = 'lantai.evidence'


@dataclass(frozen=True)
class Line:
    """`kind` is good, wait or bad; `word` for people; `note` more of it, `url` where all of it is."""

    kind: str
    word: str
    note: str = ''
    url: str | None = None


def set_evidence(config, look: Callable) -> None:
    """`look(request, item)` gives the line of a filed item. There is one such room."""

    def register() -> None:
        config.registry[_KEY] = look

    config.action(_KEY, register)


def line_of(request, item) -> Line | None:
    """The line of a filed item, or None where nothing looks after evidence."""
    look = request.registry.get(_KEY)
    return look(request, item) if look is not None else None


def includeme(config) -> None:
    config.add_directive('set_evidence', set_evidence)
