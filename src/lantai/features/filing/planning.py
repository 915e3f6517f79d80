"""What filing a list of items would do, worked out without doing any of it. The preview shows it, `fixing`
does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lantai.base.i18n import _
from lantai.features.classification.model import body_of
from lantai.features.filing.checks import Place, check_item, doubled_number, number_key
from lantai.features.filing.code import FORMS, ReferenceCode
from lantai.features.filing.examination import Examination
from lantai.features.filing.findings import Finding
from lantai.features.filing.model import Batches, batches_of
from lantai.features.filing.places import code_parts, target_series, volume_of
from lantai.features.records.model import File, Item
from lantai.features.retention import service as retention
from lantai.services.act import Act


@dataclass(frozen=True)
class Row:
    """One item of a plan: where it goes, the code it would get, what would be frozen, and every finding."""

    item: Item
    place: Place
    code: ReferenceCode | None
    code_text: str
    retention: dict[str, Any] | None
    transfer: dict[str, Any] | None
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @property
    def stops(self) -> tuple[Finding, ...]:
        """The findings that stop it."""
        return tuple(finding for finding in self.findings if finding.stops)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that only warn."""
        return tuple(finding for finding in self.findings if not finding.stops)


def code_form(act: Act, fonds_code: str) -> str:
    """Return the form of a body's codes: that of the fonds, else of its profile, else of the
    installation."""
    fonds = act.repository.get(fonds_code)
    of_fonds = getattr(fonds, 'code_form', '')
    of_profile = ''
    if 'classification' in act.repository.rooms:
        of_profile = body_of(act.repository, fonds_code).controls.get('code_form', '')
    return next(
        (form for form in (of_fonds, of_profile, act.site.settings.code_form) if form in FORMS), FORMS[0]
    )


def plan(
    act: Act,
    items: Iterable[Item],
    examinations: Mapping[str, Examination],
    batch_id: str = '',
    whole: bool = True,
) -> list[Row]:
    """Return what filing these items in this order would do. Changes nothing.

    `batch_id`: the batch they are on; an item on another open one is stopped. Not `whole`: files that were
    not examined are not judged; else each of them stops its item.
    """
    batches = batches_of(act.repository)
    numbers = _Numbers(batches)
    taken: dict[str, str] = {}
    rows = []
    for item in items:
        row = _row(act, item, numbers, examinations, whole)
        extra = []
        if batches.of_item.get(item.uid, batch_id) != batch_id:
            extra.append(
                Finding(
                    'on-another-batch',
                    _('It is on another batch; file it there or take it off'),
                    field='batch',
                )
            )
        number = item.metadata.get('document_number')
        if number and taken.setdefault(number_key(item.fonds_code, number), item.uid) != item.uid:
            extra.append(doubled_number(str(number)))
        rows.append(replace(row, findings=(*row.findings, *extra)))
    return rows


def place_of(act: Act, item: Item) -> Place:
    """Return where an item is to be filed, as far as that is known."""
    series = target_series(act, item)
    return Place(series, retention.row_for(act, item, series), retention.year_of(item, series))


def _row(
    act: Act, item: Item, numbers: _Numbers, examinations: Mapping[str, Examination], whole: bool
) -> Row:
    place = place_of(act, item)
    code = numbers.next(place, volume_of(item)) if place.series is not None else None
    frozen: tuple[dict[str, Any] | None, dict[str, Any] | None] = (None, None)
    if place.choice is not None and place.year is not None:
        category = code.category if code is not None else ''
        frozen = retention.frozen_for(act, item, place.choice, place.year, category)
    text = code.text(code_form(act, item.fonds_code)) if code is not None else ''
    return Row(item, place, code, text, *frozen, tuple(check_item(act, item, place, examinations, whole)))


class _Numbers:
    """The numbers that come next, counted on without being taken."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._given: dict[str, int] = {}
        self._volumes: dict[str, int] = {}

    def next(self, place: Place, volume: File | None) -> ReferenceCode | None:
        parts = code_parts(place.series)
        if parts is None:
            return None
        if volume is not None:
            parts = replace(parts, volume=self._volume(parts, volume))
        return replace(parts, number=self._next(parts.group))

    def _volume(self, parts: ReferenceCode, volume: File) -> int:
        number = self._batches.volumes.get(volume.uid) or self._volumes.get(volume.uid)
        if number is None:
            number = self._volumes[volume.uid] = self._next(volume_group(parts))
        return number

    def _next(self, group: str) -> int:
        last = self._given.get(group)
        self._given[group] = (self._batches.last_number(group) if last is None else last) + 1
        return self._given[group]


def volume_group(parts: ReferenceCode) -> str:
    """Return the group that the volumes of a series are numbered in."""
    return f'{replace(parts, volume=None).group}|volumes'
