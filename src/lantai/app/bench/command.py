"""`lantai bench`: the load test, for people as a table and for programs as JSON."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from lantai.app.bench import dav
from lantai.app.bench.build import Built, build
from lantai.app.bench.corpus import SEED
from lantai.app.bench.probes import Timings, browsing, measure, questions
from lantai.app.bench.serving import Serving, serving
from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.doors.cli.call import OK, WRONG_USE, Terminal, explain
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from lantai.web.i18n import translate

RECORDS = 20_000
#: fewer would not fill the tree it is measured on
LEAST = 100
GROUPS = ('browse', 'search', 'detail')


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument(
        'what', nargs='?', choices=('pages', 'dav'), default='pages', help='pages, or uploads over WebDAV'
    )
    parser.add_argument('--records', type=int, default=RECORDS, help=f'as shipped {RECORDS}')
    parser.add_argument('--seed', type=int, default=SEED, help='another seed, other records')
    parser.add_argument('--each', type=int, default=100, help='requests of each kind')
    parser.add_argument('--json', action='store_true')
    parser.add_argument('--keep', default=None, metavar='DIR', help='where to build it, and leave it there')
    dav.configure(parser)


def bench(
    args: argparse.Namespace, _folder: DataFolder, _settings: Settings, terminal: Terminal, language: str
) -> int:
    """Builds, serves and measures in a temporary folder; `--keep` uses again what it left there."""
    if args.what == 'dav':
        return dav.bench(args, terminal, language)
    if args.records < LEAST or args.each < 1:
        message = _('At least ${n} records', mapping={'n': LEAST})
        terminal.err(explain(DomainError(message), language))
        return WRONG_USE

    def progress(done: int, total: int) -> None:
        if terminal.watched and (done % 100 == 0 or done == total):
            terminal.err(f'\r{done} / {total}' + ('\n' if done == total else ''))

    with tempfile.TemporaryDirectory(prefix='lantai-bench-') as temporary:
        folder = DataFolder(Path(args.keep) if args.keep else Path(temporary) / 'data')
        built = _built(folder, args, progress)
        with serving(folder) as server:
            idle, used = server.memory_mb(), server.cpu_seconds()
            asked = questions(args.records, args.seed, args.each)
            with browsing(server.url, built.cookies, built.token) as browser:
                found = measure(browser, asked, progress)
            result = _result(built, found, server)
            used = None if used is None else (server.cpu_seconds() - used) / browser.asked
    if args.json:
        terminal.out(json.dumps(result, indent=1) + '\n')
    else:
        for line in _table(result, built, found, server, idle, used):
            terminal.out(translate(line, language) + '\n')
    return OK


def _built(folder: DataFolder, args: argparse.Namespace, progress: Any) -> Built:
    note = folder.path / 'bench.json'
    if args.keep and note.exists():
        return Built(**json.loads(note.read_text('utf-8')))
    built = build(folder, args.records, args.seed, progress)
    if args.keep:
        note.touch(mode=0o600)
        note.write_text(json.dumps(vars(built)), 'utf-8')
    return built


def _result(built: Built, found: dict[tuple[str, str], Timings], server: Serving) -> dict[str, Any]:
    """As the contract has it."""
    groups = _groups(found)
    return {
        'records': built.records,
        'load': {
            'seconds': round(built.load_seconds, 2),
            'per_second': round(built.records / built.load_seconds, 1),
        },
        **{group: timings.as_json() for group, timings in groups.items()},
        'memory_mb': server.memory_mb(),
    }


def _groups(found: dict[tuple[str, str], Timings]) -> dict[str, Timings]:
    return {
        group: Timings([value for (of, _kind), each in found.items() if of == group for value in each.values])
        for group in GROUPS
    }


def _table(
    result: dict[str, Any],
    built: Built,
    found: dict[tuple[str, str], Timings],
    server: Serving,
    idle: float | None,
    used: float | None,
) -> list[Any]:
    load = ' '.join(f'{value:.1f}' for value in os.getloadavg())
    kinds = [(f'{group}: {kind}', each) for (group, kind), each in sorted(found.items())]
    kinds += _groups(found).items()
    lines: list[Any] = [
        f'{"":40}{"p50 ms":>10}{"p95 ms":>10}{"n":>7}',
        *(
            f'{name:40}{each.quantile(0.5):10.1f}{each.quantile(0.95):10.1f}{len(each.values):7}'
            for name, each in kinds
        ),
    ]
    return [
        *lines,
        _(
            '${n} records made in ${seconds} s (${rate} a second), indexed in ${index} s',
            mapping={
                'n': built.records,
                'seconds': result['load']['seconds'],
                'rate': result['load']['per_second'],
                'index': round(built.index_seconds, 1),
            },
        ),
        _(
            'First page ${start} s after the start; memory ${idle} MiB then, ${after} MiB now; load ${load}',
            mapping={
                'start': round(server.cold_start, 2),
                'idle': idle,
                'after': result['memory_mb'],
                'load': load,
            },
        ),
        _(
            'Processor time of the server for one request: ${ms} ms',
            mapping={'ms': '—' if used is None else round(1000 * used, 1)},
        ),
    ]
