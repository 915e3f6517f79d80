"""Reading a retention schedule (保管期限表) and keeping its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import colander

from lantai.base.i18n import _
from lantai.features.classification import sheets
from lantai.features.classification.errors import ScheduleFixed
from lantai.features.classification.profile import Part, profile_part
from lantai.features.classification.sheets import ProfileFolder
from lantai.features.records.model import Fonds
from lantai.features.retention.model import Schedule, ScheduleRow, schedules_of
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record

SHEET = 'retention-schedule.csv'

HEAD = sheets.mapping(
    'schedule',
    sheets.text('version', 60, validator=sheets.matches(r'[^#/]+', _('A version has no # and no /'))),
    sheets.text('title'),
    colander.SchemaNode(colander.Date(), name='in_force', missing_msg=_('This is missing')),
    sheets.text('approval', missing=''),
    strict=True,
)

#: the columns in which bodies hand their schedules around
ROWS = sheets.mapping(
    '',
    sheets.number('no'),
    sheets.text('class', 100),
    sheets.code('org_or_topic_code', missing=''),
    sheets.text('scope', 500),
    sheets.text('typical_records', 500, missing=''),
    sheets.period('retention_code'),
)


@dataclass(frozen=True)
class Sheet:
    """A schedule as it was read from a profile, before it belongs to a fonds."""

    version: str
    title: str
    in_force: date
    approval: str
    rows: tuple[ScheduleRow, ...]


def read_rows(files: ProfileFolder, name: str, text: str | None = None) -> tuple[ScheduleRow, ...]:
    """Return the rows of a schedule's CSV: that file of the folder, or the text given; complains of
    mistakes."""
    found = files.csv(name, ROWS) if text is None else files.rows(name, text, ROWS)
    files.unique(name, [row['no'] for row in found])
    return tuple(
        ScheduleRow(
            no=row['no'],
            class_=row['class'],
            unit=row['org_or_topic_code'],
            scope=row['scope'],
            records=row['typical_records'],
            period=row['retention_code'],
        )
        for row in found
    )


def read_sheet(files: ProfileFolder, head: dict[str, Any]) -> Sheet | None:
    """Return the schedule of a profile; None when its rows are empty and no version is named."""
    rows = read_rows(files, SHEET)
    if not head:  # nothing to be said of the schedule where the head cannot be read
        return None
    named = head['schedule']
    if named is None:
        if rows:
            files.complain(
                'profile.toml:schedule', _('The retention schedule has rows, but no version is named')
            )
        return None
    try:
        values = HEAD.deserialize({**named, 'in_force': str(named.get('in_force', ''))})
    except colander.Invalid as error:
        files.complain_of('profile.toml:schedule', error)
        return None
    return Sheet(rows=rows, **values)


def add_schedule(act: Act, fonds: Fonds, sheet: Sheet) -> Schedule:
    """Store a version of the body's schedule; the same again changes nothing. Raises ScheduleFixed."""
    schedules = schedules_of(act.repository)
    stored = schedules.version(fonds.fonds_code, sheet.version)
    if stored is not None:
        if (stored.rows, stored.in_force) != (sheet.rows, sheet.in_force):
            raise ScheduleFixed()
        return stored
    schedule = Schedule(
        fonds.fonds_code,
        sheet.version,
        sheet.in_force,
        sheet.rows,
        title=sheet.title,
        approval=sheet.approval,
    )
    schedules.add(schedule)
    record(act, Event.SCHEDULE_CHANGE, fonds, version=sheet.version, rows=len(sheet.rows))
    return schedule


def in_force(act: Act, fonds_code: str, on: date | None = None) -> Schedule | None:
    """Return the body's schedule in force on a day, by default today."""
    return schedules_of(act.repository).in_force(fonds_code, on or act.clock.today())


def _apply(act: Act, fonds: Fonds, sheet: Sheet | None) -> None:
    if sheet is not None:
        add_schedule(act, fonds, sheet)


profile_part('schedule', Part(read=read_sheet, apply=_apply))
