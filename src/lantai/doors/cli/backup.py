"""`lantai backup TO`: a copy of everything, while people work."""

import argparse

from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.doors.cli.call import NOT_SO, OK, WRONG_USE, Call, explain
from lantai.features.operation.backup import back_up
from lantai.features.operation.errors import NotEmpty, WrongPlace


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument('to', metavar='TO', help='a folder that is absent or empty')
    parser.add_argument('--without-keys', action='store_true', help='the keys are kept elsewhere')
    parser.add_argument('--json', action='store_true')


def run(call: Call) -> int:
    """Copies; 1 when a content was missing or changed already in the repository."""
    target = call.path(call.args.to)
    try:
        backup = back_up(call.site, target, call.actor, call.progress, with_keys=not call.args.without_keys)
    except (NotEmpty, WrongPlace) as error:
        call.terminal.err(explain(error, call.language))
        return WRONG_USE
    except OSError as error:
        # what lies there says of itself that it is unfinished
        broken = DomainError(_('The backup broke off: ${why}', mapping={'why': str(error)}))
        call.terminal.err(explain(broken, call.language))
        return NOT_SO
    statement = backup.statement
    call.report(
        {
            'to': str(target),
            'time': statement.time,
            'contents': statement.contents,
            'bytes': statement.bytes,
            'with_keys': statement.with_keys,
            'problems': [{'code': code, 'content': key} for code, key in backup.problems],
        },
        lambda: [
            *(f'{code} {key}' for code, key in backup.problems),
            _(
                '${n} files of records, ${bytes} bytes in all, are in ${folder}',
                mapping={'n': statement.contents, 'bytes': statement.bytes, 'folder': str(target)},
            ),
        ],
    )
    return NOT_SO if backup.problems else OK
