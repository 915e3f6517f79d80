"""Fixing what was planned: numbers taken, rows frozen, manifests signed. Inside one transaction, all or
nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lantai.base.canonical import canonical_json
from lantai.base.clock import rfc3339
from lantai.base.digests import sha256_hex
from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.filing import manifest, register
from lantai.features.filing.checks import SCHEMA, context_of, number_key
from lantai.features.filing.code import ReferenceCode
from lantai.features.filing.errors import BatchRefused
from lantai.features.filing.examination import Examination
from lantai.features.filing.model import Batch, Manifest, batches_of
from lantai.features.filing.places import code_parts, series_of, volume_of
from lantai.features.filing.planning import Row, code_form, plan, volume_group
from lantai.features.records.model import File, Item, Series
from lantai.features.records.service import free_name
from lantai.features.retention import service as retention
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.workflow import engine


def fix(act: Act, batch: Batch, items: Sequence[Item], examinations: Mapping[str, Examination]) -> list[Row]:
    """Give codes in this order, fix everything and close the batch; the states of the items are the
    caller's.

    Raises BatchRefused with every reason of every item; then nothing is changed.
    """
    rows = plan(act, items, examinations, batch.id)
    refuse(rows)
    done = [_fix_item(act, batch, row, examinations) for row in rows]
    batch.state, batch.filed, batch.filer = 'filed', act.clock.now(), act.actor.id
    batch.job = ''
    batch.register = register.build(act, batch, done, examinations)
    text = canonical_json(batch.register)
    batch.signature = act.site.keys.sign(text).as_dict()
    batches_of(act.repository).close(batch)
    record(act, Event.BATCH_FILED, batch=batch.id, items=len(done), register=sha256_hex(text))
    return done


def refuse(rows: Sequence[Row]) -> None:
    """Raise BatchRefused when anything stops any of the rows; each reason's field begins with the uid of its
    record."""
    if not rows:
        raise BatchRefused(conditions=[Condition('empty-batch', _('There is nothing on this batch'))])
    conditions = [
        Condition(finding.code, finding.message, f'{row.item.uid}.{finding.field or ""}')
        for row in rows
        for finding in row.stops
    ]
    if conditions:
        raise BatchRefused(conditions=conditions)


def _fix_item(act: Act, batch: Batch, row: Row, examinations: Mapping[str, Examination]) -> Row:
    item, series = row.item, row.place.series
    assert series is not None and row.retention is not None  # `refuse` has let through only what has both
    if series_of(item) is None:
        _move(act, item, series)
    volume = volume_of(item)
    code = _take_code(act, series, volume)
    text = code.text(code_form(act, item.fonds_code))
    batches = batches_of(act.repository)
    if batches.codes.get(text, item.uid) != item.uid:
        raise BatchRefused(
            conditions=[
                Condition('code-taken', _('The reference code ${code} is taken', mapping={'code': text}))
            ]
        )
    batches.codes[text] = item.uid
    batches.catalogue_of((volume or series).uid)[code.sort_key] = item.uid
    item.reference_code = text
    _keep_findings(item, examinations)
    schema = act.site.schemas[SCHEMA]
    item.metadata = schema.derive(_with_pages(item), context_of(act, item, row.place, code.number, text))
    if number := item.metadata.get('document_number'):
        batches.document_numbers[number_key(item.fonds_code, number)] = item.uid
    retention.freeze(act, item, row.retention, row.transfer)
    item.filing = {
        'batch': batch.id,
        'number': code.number,
        'time': rfc3339(act.clock.now()),
        'by': act.actor.id,
        'retention': row.retention,
        'checks': register.results_of(act, item, examinations, row.warnings),
    }
    signed = canonical_json(manifest.build(item))
    item.filing = {**item.filing, 'manifest': sha256_hex(signed)}
    signature = act.site.keys.sign(signed)
    batches.manifests[item.uid] = Manifest(signed, signature.as_dict())
    record(
        act,
        Event.FILING,
        item,
        batch=batch.id,
        code=text,
        manifest=item.filing['manifest'],
        key=signature.key_id,
        retention=row.retention['authority'],
        period=row.retention['period'],
    )
    return replace(row, code=code, code_text=text)


def _move(act: Act, item: Item, series: Series) -> None:
    source, before = item.__parent__, item.path
    single = item.single
    name = free_name(series, item.name) if item.name in series else item.name
    source.remove(item)
    factory.place(series, item, name)
    if single is not None and name != single.name:
        # a record that is one file stays one file
        item.remove(single)
        item.add(single, name)
    engine.note_history(act, item, 'move', before=before, after=item.path)
    record(act, Event.NODE_MOVE, item, source=source.uid, target=series.uid)


def _take_code(act: Act, series: Series, volume: File | None) -> ReferenceCode:
    batches = batches_of(act.repository)
    parts = code_parts(series)
    assert parts is not None  # checked in the plan
    if volume is not None:
        number = batches.volumes.get(volume.uid)
        if number is None:
            number = batches.volumes[volume.uid] = batches.take_number(volume_group(parts))
        parts = replace(parts, volume=number)
    return replace(parts, number=batches.take_number(parts.group))


def _keep_findings(item: Item, examinations: Mapping[str, Examination]) -> None:
    for component in item.components:
        component.format = examinations[component.content_key].summary(component.version)


def _with_pages(item: Item) -> dict[str, Any]:
    """The description with the number of pages (页数), counted where nobody gave it and every file has
    pages."""
    pages = [(component.format or {}).get('pages') for component in item.components]
    if item.metadata.get('total_number_of_pages') or not all(pages):
        return item.metadata
    return {**item.metadata, 'total_number_of_pages': sum(pages)}
