"""What stops an item at filing and what only warns (归档环节检测). Each finding says what to do.

Plain decisions: the files were examined before (`examination`), everything else is on the item and its
place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lantai.base.i18n import _
from lantai.features.filing.content_checks import check_content
from lantai.features.filing.examination import Examination
from lantai.features.filing.findings import Finding, Severity
from lantai.features.filing.model import batches_of
from lantai.features.filing.places import child_series, code_parts, series_of
from lantai.features.records import rules as record_rules
from lantai.features.records.model import Item, Series
from lantai.features.retention.rules import is_period
from lantai.features.retention.service import Choice, period_of, schedule_in_force, year_of
from lantai.services.act import Act
from lantai.services.settings import CLASSIFICATIONS

#: the schema items are described by
SCHEMA = 'document'


@dataclass(frozen=True)
class Place:
    """Where an item is to be filed: the series, the row it is kept by, and the year it belongs to."""

    series: Series | None
    choice: Choice | None
    year: int | None


def check_item(
    act: Act, item: Item, place: Place, examinations: Mapping[str, Examination], whole: bool = True
) -> list[Finding]:
    """Return every finding about an item. Not `whole`: files that were not examined are not judged."""
    found = [*_state(item), *_description(act, item, place), *_place(act, item, place), *_access(act, item)]
    found += _document_number(act, item)
    if item.is_empty():
        found.append(Finding('no-content', _('There is no file yet; add one'), field='content'))
    for component in item.components:
        found += check_content(act, component, examinations, whole)
    return found


def _state(item: Item) -> Iterator[Finding]:
    if item.state != 'approved':
        yield Finding('not-approved', _('It is not approved; only approved records are filed'), field='state')


def _description(act: Act, item: Item, place: Place) -> Iterator[Finding]:
    schema = act.site.schemas[SCHEMA]
    for missing in schema.missing(item.metadata, 'file', context_of(act, item, place)):
        yield Finding(missing.code, missing.message, field=missing.field)
    for odd in schema.warnings(item.metadata, act.clock.today()):
        yield Finding(odd.code, odd.message, Severity.WARN, odd.field)


def context_of(
    act: Act, item: Item, place: Place, number: int | None = None, code: str = ''
) -> dict[str, Any]:
    """Return the facts about where an item lies that its description follows from (`derivations.FACTS`)."""
    fonds = act.repository.get(item.fonds_code)
    parts = code_parts(place.series) if place.series is not None else None
    units = getattr(fonds, 'units', {})
    facts = {
        'uid': item.uid,
        'level': 'item',
        'components': item.count(),
        'fonds_code': item.fonds_code,
        'fonds_title': getattr(fonds, 'title', ''),
        'fonds_creator': getattr(fonds, 'title', ''),
        'unit': item.unit,
        'unit_title': units.get(item.unit, {}).get('title', ''),
        'year': place.year,
        'period': period_of(item, place.series),
        'category': parts.category if parts is not None else '',
        'openness': item.access.get('openness', ''),
        'item_number': number,
        'reference_code': code,
    }
    return {key: value for key, value in facts.items() if value not in (None, '')}


def _place(act: Act, item: Item, place: Place) -> Iterator[Finding]:
    series = place.series
    year, period = year_of(item, series), period_of(item, series)
    if period and not is_period(period):
        yield Finding('bad-period', _('The retention period is none; choose one'), field='retention_period')
        return
    if series is None:
        yield Finding(
            'no-series',
            _('No series fits its category, year, period and unit; arrange it into one'),
            field='series',
        )
        return
    scheme = series.scheme()
    if next(child_series(series), None) is not None:
        yield Finding(
            'not-lowest-series',
            _('Its series is divided further; arrange it into one of those below'),
            field='series',
        )
    if code_parts(series) is None:
        yield Finding('no-category', _('Its series belongs to no archival category'), field='series')
    if series_of(item) is None and not record_rules.takes_deposits(series):
        yield Finding(
            'container-closed',
            _('The series “${series}” is closed; open it first', mapping={'series': series.path}),
            field='series',
        )
    if year is not None and scheme.get('year') not in (None, year):
        yield Finding(
            'year-disagrees',
            _(
                'It belongs to ${year}, its series to ${other}; change one of them',
                mapping={'year': year, 'other': scheme['year']},
            ),
            field='year',
        )
    if period and scheme.get('period') not in (None, period):
        yield Finding(
            'period-disagrees',
            _('Its retention period is not that of its series; change one of them'),
            field='retention_period',
        )
    if item.unit and scheme.get('unit') not in (None, item.unit):
        yield Finding(
            'unit-differs', _('It comes from another unit than its series'), Severity.WARN, 'series'
        )
    yield from _row(act, item, place, period)


def _row(act: Act, item: Item, place: Place, period: str) -> Iterator[Finding]:
    if not period:
        return  # the schema says that it is missing
    if place.choice is None:
        if schedule_in_force(act, item.fonds_code) is None:
            message = _('The body has no retention schedule in force')
        else:
            message = _('The retention schedule has no such row; choose one')
        yield Finding('no-retention-row', message, field='retention_row')
    elif place.choice.row.period != period:
        yield Finding(
            'row-disagrees',
            _(
                'Row ${row} of the schedule has another period than the record; change one of them',
                mapping={'row': place.choice.row.no},
            ),
            field='retention_row',
        )


def _access(act: Act, item: Item) -> Iterator[Finding]:
    marks = (item.access.get('classification', ''), str(item.metadata.get('security_classification') or ''))
    level = max(CLASSIFICATIONS.index(mark) if mark in CLASSIFICATIONS else 0 for mark in marks)
    if level > CLASSIFICATIONS.index(act.site.settings.ceiling):
        yield Finding(
            'classification-above-ceiling',
            _('Records of this classification must not be kept in this system'),
            field='classification',
        )


_BRACKETS = str.maketrans('[]()【】〖〗{}', '〔〕〔〕〔〕〔〕〔〕')


def number_key(fonds_code: str, number: object) -> str:
    """Return what a document number (文号) is compared by: brackets, widths and spaces do not make another
    number."""
    text = unicodedata.normalize('NFKC', str(number)).casefold().translate(_BRACKETS)
    return f'{fonds_code} ' + re.sub(r'\s+', '', text)


def _document_number(act: Act, item: Item) -> Iterator[Finding]:
    number = item.metadata.get('document_number')
    if number:
        holder = batches_of(act.repository).document_numbers.get(number_key(item.fonds_code, number))
        if holder not in (None, item.uid):
            yield doubled_number(str(number))


def doubled_number(number: str) -> Finding:
    """Return the finding for a document number that another record of the fonds has already."""
    return Finding(
        'document-number-doubled',
        _(
            'The document number ${number} is on another filed record; correct one of them',
            mapping={'number': number},
        ),
        field='document_number',
    )
