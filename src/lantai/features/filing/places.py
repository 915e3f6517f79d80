"""Where an item is filed, and which parts of a reference code that place gives."""

from collections.abc import Iterator

from lantai.features.filing.code import DOT, ReferenceCode
from lantai.features.records.model import File, Fonds, Item, Series
from lantai.features.retention.service import period_of, year_of
from lantai.services.act import Act
from lantai.store.tree import Container

#: the category of what comes without one: documents (文书)
DEFAULT_CATEGORY = 'WS'


def series_of(item: Item) -> Series | None:
    """Return the series an item lies in, also inside a volume; None in the inbox."""
    return next((node for node in item.ancestors() if isinstance(node, Series)), None)


def volume_of(item: Item) -> File | None:
    """Return the volume an item lies in, if it does."""
    return next((node for node in item.ancestors() if isinstance(node, File)), None)


def target_series(act: Act, item: Item) -> Series | None:
    """Return the series an item will be filed in: where it lies, else the one that fits what is said of it.

    That is the lowest series of its fonds for its category, year, period and unit; None when there is none,
    or when year or period are not known.
    """
    here = series_of(item)
    if here is not None:
        return here
    fonds = act.repository.get(item.fonds_code)
    year, period = year_of(item, None), period_of(item, None)
    if not isinstance(fonds, Fonds) or year is None or not period:
        return None
    category = str(item.metadata.get('category_code') or DEFAULT_CATEGORY)
    wanted = {'category': category, 'year': year, 'period': period, 'unit': item.unit}
    return next(_fitting(fonds, wanted), None)


def _fitting(node: Container, wanted: dict[str, object]) -> Iterator[Series]:
    for child in child_series(node):
        if any(getattr(child, key) and getattr(child, key) != value for key, value in wanted.items()):
            continue
        if next(child_series(child), None) is not None:
            yield from _fitting(child, wanted)
        elif {'category', 'year', 'period'} <= child.scheme().keys():
            yield child


def child_series(node: Container) -> Iterator[Series]:
    """Yield the series directly below; items beside them are not loaded."""
    repository = next(ancestor for ancestor in node.ancestors() if ancestor.__parent__ is None)
    for class_key in sorted(node.counts()):
        if class_key[0] == 'node':
            child = repository.by_uid(class_key[1])
            if isinstance(child, Series):
                yield child


def code_parts(series: Series) -> ReferenceCode | None:
    """Return the code a series gives, with number 0; None when no level of it says the category.

    Each level gives the part it says. One that says none of them is a second-level category (二级类别), whose
    period, if it has one, is not part of the code.
    """
    category, classes, year, period, unit = '', [], None, '', ''
    for node in reversed([node for node in series.ancestors() if isinstance(node, Series)]):
        if node.category:
            category, classes = node.category, []
        elif node.year:
            year = node.year
        elif node.unit:
            unit = node.unit
        elif node.period and node.period == node.name:
            period = node.period
        else:
            classes.append(node.name)
        # a flat scheme says several things on one level
        year, unit = node.year or year, node.unit or unit
        if node.period and (node.category or node.year or node.unit):
            period = node.period
    if not category:
        return None
    return ReferenceCode(series.fonds_code, DOT.join([category, *classes]), 0, year, period, unit)
