"""Order before number: the natural order of records that are filed together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lantai.features.filing.places import code_parts
from lantai.features.filing.planning import place_of
from lantai.features.records.model import Item
from lantai.services.act import Act

_DIGITS = re.compile(r'(\d+)')


def natural_order(act: Act, items: Iterable[Item]) -> list[Item]:
    """Return the items by series, row of the schedule, date, document number and title; numbers by their
    value."""
    return sorted(items, key=lambda item: _key(act, item))


def _key(act: Act, item: Item) -> tuple[Any, ...]:
    place = place_of(act, item)
    parts = code_parts(place.series) if place.series is not None else None
    return (
        parts.sort_key if parts is not None else '~',
        place.choice.row.no if place.choice is not None else 10**6,
        str(item.metadata.get('date') or '9999'),
        natural(str(item.metadata.get('document_number') or '')),
        natural(item.title),
        item.uid,
    )


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return what makes 第9号 come before 第10号."""
    return tuple(
        (0, int(part), '') if part.isdecimal() else (1, 0, part) for part in _DIGITS.split(text) if part
    )
