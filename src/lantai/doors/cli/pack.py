"""`lantai pack`: earlier revisions of objects go for good."""

import argparse

from lantai.base.i18n import _
from lantai.doors.cli.call import OK, Call
from lantai.features.operation.packing import pack_now


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument('--json', action='store_true')


def run(call: Call) -> int:
    """Packs to now; a backup or another pack that runs refuses it."""
    packed = pack_now(call.site, call.progress, wait=False, actor=call.actor, door='cli')
    lines = [
        _('${before} bytes before, ${after} now', mapping={'before': packed.before, 'after': packed.after})
    ]
    if not packed.local:
        lines.append(_('The server keeps its file from before unless it runs with pack-keep-old false'))
    call.report({'before': packed.before, 'after': packed.after}, lambda: lines)
    return OK
