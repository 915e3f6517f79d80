"""Counting and comparing (清点核对): the stored bytes of each record against their digests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lantai.base.digests import sha256_of_file
from lantai.features.records.model import Item
from lantai.services.act import Act

NOTHING = {'items': 0, 'files': 0, 'bytes': 0, 'different': [], 'missing': []}


def check_item(act: Act, item: Item) -> str:
    """What is wrong with the stored bytes: `content-missing`, `content-different`, or nothing."""
    for component in item.components:
        if component.version == 0:
            continue
        path = act.site.contents.path(component.content_key)
        try:
            if path.stat().st_size != component.size or sha256_of_file(path) != component.sha256:
                return 'content-different'
        except FileNotFoundError:
            return 'content-missing'
    return ''


def check_items(act: Act, uids: Iterable[str]) -> dict[str, Any]:
    """How many records, files and bytes there are, and the uids of those that are not as they were filed."""
    found: dict[str, Any] = {**NOTHING, 'different': [], 'missing': []}
    for uid in uids:
        item = act.repository.by_uid(uid)
        wrong = check_item(act, item) if isinstance(item, Item) else 'content-missing'
        if isinstance(item, Item):
            found['items'] += 1
            found['files'] += item.count()
            found['bytes'] += sum(component.size for component in item.components)
        if wrong:
            found['different' if wrong == 'content-different' else 'missing'].append(uid)
    return found


def together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The findings of two stretches."""
    return {name: one[name] + other[name] for name in NOTHING}
