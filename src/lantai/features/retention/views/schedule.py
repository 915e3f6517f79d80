"""A body's retention schedule: its versions, and the rows of one of them."""

from __future__ import annotations

import colander
from pyramid.view import view_config

from lantai.base.errors import NotFound
from lantai.features.classification.views.controls import frame
from lantai.features.records.model import Fonds
from lantai.features.retention.model import Schedule, ScheduleRow, schedules_of
from lantai.services.content.fields import period_in_words
from lantai.services.security.permissions import Permission
from lantai.web import forms


class Asked(colander.MappingSchema):
    """Which version, and which of its rows."""

    version = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=60))
    period = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=4))
    q = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=100))


@view_config(
    route_name='schedule',
    context=Fonds,
    request_method='GET',
    permission=Permission.SEE,
    renderer='lantai.templates:retention/schedule.pt',
)
def show(fonds: Fonds, request) -> dict:
    """The version asked for, else the one in force; `q` and `period` narrow its rows."""
    asked, _typed = forms.validated(Asked(), request.GET)
    schedules = schedules_of(request.repository)
    in_force = schedules.in_force(fonds.fonds_code, request.act.clock.today())
    version = asked.get('version')
    schedule = schedules.version(fonds.fonds_code, version) if version else in_force
    if version and schedule is None:
        raise NotFound()
    rows = schedule.rows if schedule is not None else ()
    layout = request.layout
    return {
        **frame(request, fonds),
        'schedule': _head(schedule, schedule is in_force) if schedule is not None else None,
        'versions': [
            (each.version, layout.url_of(fonds, 'schedule', version=each.version), each is schedule)
            for each in reversed(schedules.versions(fonds.fonds_code))
        ],
        'asked': {'version': version or '', 'q': asked.get('q', ''), 'period': asked.get('period', '')},
        'periods': [
            (period, period_in_words(period), period == asked.get('period'))
            for period in sorted({row.period for row in rows}, key=_longest_first)
        ],
        'rows': [_row(row) for row in rows if _fits(row, asked.get('q', ''), asked.get('period', ''))],
        'total': len(rows),
    }


def _head(schedule: Schedule, in_force: bool) -> dict:
    return {
        'title': schedule.title or schedule.version,
        'version': schedule.version,
        'since': schedule.in_force.isoformat(),
        'approval': schedule.approval,
        'in_force': in_force,
    }


def _row(row: ScheduleRow) -> dict:
    return {
        'no': row.no,
        'class': row.class_,
        'unit': row.unit,
        'scope': row.scope,
        'records': row.records,
        'period': period_in_words(row.period),
    }


def _fits(row: ScheduleRow, text: str, period: str) -> bool:
    found = (row.class_, row.unit, row.scope, row.records)
    return (not period or row.period == period) and all(
        any(word in part for part in found) for word in text.split()
    )


def _longest_first(period: str) -> int:
    return 0 if period == 'Y' else -int(period[1:]) + 10_000
