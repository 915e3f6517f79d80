"""`lantai verify`: contents, manifests and the whole log; exit 1 when something does not hold."""

import argparse

from lantai.base.i18n import _
from lantai.doors.cli.call import NOT_SO, OK, Call
from lantai.features.verification.service import verify


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument('--json', action='store_true')


def run(call: Call) -> int:
    """Checks everything and names what is wrong."""
    report = verify(call.site, call.actor, call.progress)
    call.report(report.as_json(), lambda: _lines(report))
    return OK if report.ok else NOT_SO


def _lines(report: object) -> list[object]:
    lines: list[object] = [
        _(
            '${code} ${path} ${detail}',
            mapping={
                'code': each['code'],
                'path': each['path'] or each['uid'] or '',
                'detail': each['detail'],
            },
        )
        for each in report.as_json()['problems']
    ]
    checked = '、'.join(f'{name} {n}' for name, n in report.checked.items())
    lines.append(_('Checked: ${what}', mapping={'what': checked}))
    lines.append(
        _('Everything is as it was filed')
        if report.ok
        else _('${n} problems', mapping={'n': len(report.problems)})
    )
    return lines
