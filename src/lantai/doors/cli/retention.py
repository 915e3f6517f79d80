"""`lantai retention due` and `lantai retention plan --schedule FILE`."""

import argparse
from datetime import date
from typing import Any

from lantai.base.i18n import _
from lantai.doors.cli.call import OK, Call
from lantai.features.retention import planning, service


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    actions = parser.add_subparsers(dest='action', required=True)
    due = actions.add_parser('due', help='filed records past their retention')
    due.add_argument('--on', type=_day, metavar='DATE', help='by default today')
    due.add_argument('--transfer', action='store_true', help='due for transfer to the state archives instead')
    due.add_argument('--json', action='store_true')
    plan = actions.add_parser('plan', help='what a changed schedule would do')
    plan.add_argument('--schedule', required=True, metavar='FILE')
    plan.add_argument('--fonds', default='', metavar='CODE', help='of one body only')
    plan.add_argument('--json', action='store_true')


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'{text} is no date such as 2026-01-31') from error


def run(call: Call) -> int:
    """Reports and changes nothing."""
    with call.site.reading(call.actor, 'cli') as act:
        value = _due(act, call) if call.args.action == 'due' else _plan(act, call)
    call.report(value, lambda: _lines(value))
    return OK


def _due(act: Any, call: Call) -> dict[str, Any]:
    day = call.args.on or act.clock.today()
    report = service.due_report(act, day, transfer=call.args.transfer, progress=call.progress)
    return {'total': len(report.rows), 'items': report.rows, 'held': report.held}


def _plan(act: Any, call: Call) -> dict[str, Any]:
    rows = planning.read_schedule(call.path(call.args.schedule))
    found = [change.as_json() for change in planning.changes(act, rows, call.args.fonds)]
    return {'changes': found, 'total': len(found)}


def _lines(value: dict[str, Any]) -> list[Any]:
    if 'changes' in value:
        listed = [
            _(
                '${path}: ${before}, due ${before_due}, would be ${after}, due ${after_due}',
                mapping={
                    'path': each['path'],
                    'before': each['before']['period'],
                    'before_due': each['before']['due'] or '—',
                    'after': each['after']['period'],
                    'after_due': each['after']['due'] or '—',
                },
            )
            for each in value['changes']
        ]
        return [*listed, _('${n} records would be kept for another period', mapping={'n': value['total']})]
    listed = [f'{each["due"]}  {each["period"]:4}  {each["path"]}' for each in value['items']]
    return [*listed, _('${n} due, ${held} on hold', mapping={'n': value['total'], 'held': value['held']})]
