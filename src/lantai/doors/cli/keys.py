"""`lantai key list` and `lantai key rotate`."""

import argparse

from lantai.base.i18n import _
from lantai.doors.cli.call import OK, Call
from lantai.services.signing.rotation import rotate


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    actions = parser.add_subparsers(dest='action', required=True)
    for name in ('list', 'rotate'):
        actions.add_parser(name).add_argument('--json', action='store_true')


def run(call: Call) -> int:
    """Shows the signing keys, or signs with a new one from now on; earlier ones stay for checking."""
    if call.args.action == 'rotate':
        call.site.transact(rotate, call.actor, door='cli')
    keys, active = call.site.keys.key_ids(), call.site.keys.active
    call.report(
        {'active': active, 'keys': keys},
        lambda: [
            _('${id} signs', mapping={'id': key})
            if key == active
            else _('${id} checks only', mapping={'id': key})
            for key in keys
        ],
    )
    return OK
