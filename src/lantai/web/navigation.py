"""The places in the side bar and in the menu of a person. Rooms add their own: `config.add_place(...)`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SIDE = 'side'
ADMINISTRATION = 'administration'
PERSON = 'person'
MENUS = (SIDE, ADMINISTRATION, PERSON)

_KEY = 'lantai.places'


@dataclass(frozen=True)
class Place:
    """One entry. `shown(request)` says whether the person gets it at all, `count(request)` the figure
    beside it.
    """

    title: str
    route: str
    order: int
    menu: str = SIDE
    shown: Callable | None = None
    count: Callable | None = None


@dataclass(frozen=True)
class Entry:
    """A place as a template shows it."""

    route: str
    title: str
    url: str
    count: int | None
    current: bool


def add_place(config, title: str, route: str, order: int, menu: str = SIDE, shown=None, count=None) -> None:
    """Puts a page into one of the menus, sorted by `order`; the route needs no further parts.

    Only people who are signed in see any of them; `shown` narrows that down. Two places of one route are
    refused.
    """
    if menu not in MENUS:
        raise ValueError(f'no menu is called {menu}')
    place = Place(title, route, order, menu, shown, count)

    def register() -> None:
        config.registry.setdefault(_KEY, []).append(place)

    config.action((_KEY, route), register)


def entries(request, menu: str) -> list[Entry]:
    """What this person gets in a menu, with figures of what this person may see."""
    if request.actor is None:
        return []
    places = sorted((p for p in request.registry.get(_KEY, ()) if p.menu == menu), key=lambda p: p.order)
    here = getattr(request.matched_route, 'name', None)
    return [
        Entry(
            place.route,
            place.title,
            request.route_path(place.route),
            place.count(request) if place.count else None,
            place.route == here,
        )
        for place in places
        if place.shown is None or place.shown(request)
    ]


def includeme(config) -> None:
    config.add_directive('add_place', add_place)
