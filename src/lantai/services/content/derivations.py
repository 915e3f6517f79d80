"""How an element gets its value when nobody typed one. A schema names these functions, it does not hold them.

Each takes what is known of the record (its other elements, and facts about where it lies) and returns a value
or None. `context.<fact>` in a schema names a fact directly; the facts are listed below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

#: what a use case may tell of a record: its fonds, the series it lies in, its own identity
FACTS = frozenset(
    {
        'uid',
        'level',
        'components',
        'reference_code',
        'item_number',
        'fonds_code',
        'fonds_title',
        'fonds_creator',
        'unit',
        'unit_title',
        'year',
        'period',
        'category',
        'openness',
        'archives_name',
        'archives_code',
    }
)

# A title in the form of official documents ends in its kind: 关于……的通知
_OFFICIAL_TITLE = re.compile(r'关于.+的(\S{1,4}?)(?:[（(].*[)）])?$')
# the kinds such a title can end in; 纪要 is left out because minutes rarely have a number of their own
_KINDS = frozenset(
    {
        '决议',
        '决定',
        '公报',
        '公告',
        '通告',
        '意见',
        '通知',
        '通报',
        '报告',
        '请示',
        '批复',
        '议案',
        '函',
        '复函',
    }
)

Derivation = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]


def year_of_date(metadata: Mapping[str, Any], context: Mapping[str, Any]) -> int | None:
    """The year of the record's date, which is nearly always the year it belongs to (归属年度)."""
    text = metadata.get('date')
    return int(text[:4]) if isinstance(text, str) and text[:4].isdigit() else None


def kind_of_title(metadata: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """The kind of document that an official title names, such as 通知."""
    title = metadata.get('title')
    match = _OFFICIAL_TITLE.search(title) if isinstance(title, str) else None
    kind = match.group(1) if match else None
    return {'复函': '函'}.get(kind, kind) if kind in _KINDS else None


def aggregation_of_components(metadata: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """One file alone, or several together."""
    components = context.get('components')
    return None if components is None else '单件' if components <= 1 else '组合文件'


def level_in_words(metadata: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """The aggregation level: a file (案卷) or a single document (文件)."""
    return {'file': '案卷', 'item': '文件'}.get(context.get('level'))


def control_of_openness(metadata: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    """The control identifier that goes with the openness of the record."""
    return {'open': '开放', 'controlled': '控制', 'delayed': '控制'}.get(context.get('openness'))


NAMED: dict[str, Derivation] = {
    'year-of-date': year_of_date,
    'kind-of-title': kind_of_title,
    'aggregation-of-components': aggregation_of_components,
    'level-in-words': level_in_words,
    'control-of-openness': control_of_openness,
}


def known(name: str) -> bool:
    """Return whether a schema may name this derivation."""
    return name in NAMED or name.removeprefix('context.') in FACTS


def derived_value(names: tuple[str, ...], metadata: Mapping[str, Any], context: Mapping[str, Any]) -> Any:
    """Return the value of the first derivation that has one, or None."""
    for name in names:
        value = (
            NAMED[name](metadata, context) if name in NAMED else context.get(name.removeprefix('context.'))
        )
        if value not in (None, ''):
            return value
    return None
