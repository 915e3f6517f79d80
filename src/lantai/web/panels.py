"""Panels of the start page. Rooms add their own: `config.add_panel(...)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_KEY = 'lantai.panels'


@dataclass(frozen=True)
class Fact:
    """One line of a panel about the state of things; `kind` is good, warn, bad or plain."""

    label: str
    value: str
    kind: str = 'plain'
    url: str | None = None


@dataclass(frozen=True)
class Shown:
    """What a panel shows now: rows as lists have them, how many there are in all, where all of them are.
    A panel about the state of things has facts instead of rows, and lines told in sentences.
    """

    rows: list
    total: int | None = None
    url: str | None = None
    #: total is a lower bound
    more: bool = False
    facts: tuple[Fact, ...] = ()
    #: moment and sentence of what happened lately
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Panel:
    """One panel. `look(request)` gives what it shows, or None where it is not for this person."""

    name: str
    title: str
    order: int
    look: Callable
    #: told when there is nothing: what would stand here
    empty: str


def add_panel(config, name: str, title: str, order: int, look: Callable, empty: str) -> None:
    """Puts a panel on the start page, sorted by `order`; two of one name are refused."""
    panel = Panel(name, title, order, look, empty)

    def register() -> None:
        config.registry.setdefault(_KEY, []).append(panel)

    config.action((_KEY, name), register)


def panels(request) -> list[tuple[Panel, Shown]]:
    """The panels of this person with what they show."""
    found = []
    for panel in sorted(request.registry.get(_KEY, ()), key=lambda each: each.order):
        shown = panel.look(request)
        if shown is not None:
            found.append((panel, shown))
    return found


def includeme(config) -> None:
    config.add_directive('add_panel', add_panel)
