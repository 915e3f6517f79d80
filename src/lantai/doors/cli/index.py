"""`lantai index status` and `lantai index rebuild`."""

import argparse

from lantai.base.i18n import _
from lantai.doors.cli.call import NOT_SO, OK, Call
from lantai.services.search import operation


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    actions = parser.add_subparsers(dest='action', required=True)
    for name in ('status', 'rebuild'):
        actions.add_parser(name).add_argument('--json', action='store_true')


def run(call: Call) -> int:
    """Tells how far the index is, or makes it anew while everything goes on."""
    if call.args.action == 'rebuild':
        operation.rebuild(call.site, call.actor, call.progress)
    status = operation.status(call.site)
    call.report(
        status,
        lambda: [
            _(
                '${n} records in the index, ${lag} log entries behind',
                mapping={'n': status['documents'], 'lag': status['lag']},
            )
        ],
    )
    return OK if status['lag'] == 0 or call.args.action == 'status' else NOT_SO
