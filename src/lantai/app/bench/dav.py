"""`lantai bench dav`: uploads and listings over WebDAV, beside other servers in one interleaved run.

Machines differ and are busy, so what counts are ratios: each round asks every server the same, one after the
other, and a ratio is the median of those of the rounds.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote, urlsplit

from lantai.app.bench import davclient, davpeers
from lantai.app.bench.davpeers import Target
from lantai.app.bench.serving import Serving, serving
from lantai.app.opening import opened
from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.doors.cli.call import OK, WRONG_USE, Terminal, explain
from lantai.features.records.model import INBOX_NAME
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.security.actor import Grant
from lantai.services.security.people import Person, people_of
from lantai.services.security.tokens import TokenKind, tokens_of
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder
from lantai.web.i18n import translate

OURS = 'Lantai'
PERSON = 'bench'
CONNECTIONS = (1, 4, 8)
LISTINGS = 5
#: seconds that the work after a start may take (templates are compiled then); processors it uses afterwards
SETTLE, BUSY = 60, 0.1


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments that only this measurement has."""
    group = parser.add_argument_group('dav')
    group.add_argument('--files', type=int, default=300, help='100 KB files for each number of connections')
    group.add_argument('--rounds', type=int, default=3)
    group.add_argument('--members', type=int, default=10_000, help='of the folder that is listed')
    group.add_argument('--large', type=int, default=200, metavar='MB', help='size of the large file')
    group.add_argument('--at', default=None, metavar='DIR', help='a folder on the disk to measure')
    group.add_argument('--wsgidav', default=None, metavar='PYTHON', help='an interpreter that has WsgiDAV')
    group.add_argument('--apache', default=None, metavar='PATH', help='the program, where it is not found')


def bench(args: argparse.Namespace, terminal: Terminal, language: str) -> int:
    """Serves each of them in a temporary folder and measures."""
    if min(args.files, args.rounds, args.members, args.large) < 1:
        terminal.err(explain(DomainError(_('Numbers start at one')), language))
        return WRONG_USE
    with tempfile.TemporaryDirectory(prefix='lantai-bench-', dir=args.at) as temporary, ExitStack() as stack:
        place = Path(temporary)
        server, ours = stack.enter_context(_our_own(place))
        targets, missing = [ours], []
        program = davpeers.find_apache(args.apache)
        if program is None:
            missing.append('Apache mod_dav')
        else:
            targets.append(stack.enter_context(davpeers.apache(program, place)))
        if davpeers.has_wsgidav(args.wsgidav):
            targets.append(stack.enter_context(davpeers.wsgidav(args.wsgidav, place)))
        else:
            missing.append('WsgiDAV (--wsgidav PYTHON)')
        for name in missing:
            message = _('${name} is not on this machine; measured without it', mapping={'name': name})
            terminal.err(translate(message, language) + '\n')
        found = measure(args, targets)
        result = summary(args, targets, found, _peak_mb(server))
    if args.json:
        terminal.out(json.dumps(result, indent=1) + '\n')
    else:
        for line in table(result):
            terminal.out(translate(line, language) + '\n')
    return OK


@contextmanager
def _our_own(place: Path) -> Iterator[tuple[Serving, Target]]:
    """A new repository with one depositor, served as a process of its own, and a folder in its inbox."""
    folder = DataFolder(place / 'lantai')
    with opened(folder, Settings(), create=True) as site:
        token = site.transact(_depositor)
    pair = base64.b64encode(f'{PERSON}:{token}'.encode()).decode()
    with serving(folder) as server:
        inbox = f'/dav/{quote(INBOX_NAME)}/'
        port, headers = urlsplit(server.url).port, {'Authorization': f'Basic {pair}'}
        with closing(davclient.connect(Target(OURS, port, inbox))) as connection:
            davclient.ask(connection, Target(OURS, port, inbox, headers), 'MKCOL', 'bench/')
        _settle(server)
        yield server, Target(OURS, port, f'{inbox}bench/', headers)


def _settle(server: Serving) -> None:
    """Waits until what a server does after its start is done."""
    until = time.monotonic() + SETTLE
    before = server.cpu_seconds()
    while before is not None and time.monotonic() < until:
        time.sleep(1)
        now = server.cpu_seconds()
        if now - before < BUSY:
            return
        before = now


def _depositor(act: Act) -> str:
    fonds = factory.create(act, act.repository, 'fonds', 'Z101', title='Z101 单位')
    fonds.units = {'BGS': {'title': '办公室', 'aliases': (), 'closed': False}}
    person = Person(PERSON, act.clock.now())
    person.fonds, person.unit = 'Z101', 'BGS'
    people = people_of(act.repository)
    people.add(person)
    people.grant(person, Grant('contributor', fonds.uid, None))
    return tokens_of(act.repository).create(PERSON, TokenKind.APPLICATION, 'bench', act.clock.today())[1]


#: measurement -> server -> one value of each round
Found = dict[str, dict[str, list[float]]]


def measure(args: argparse.Namespace, targets: list[Target]) -> Found:
    """Everything in rounds; in each of them the servers take turns, another one first every time."""
    found: Found = {}

    def note(what: str, target: Target, value: float) -> None:
        found.setdefault(what, {}).setdefault(target.name, []).append(value)

    for target in targets:
        davclient.put_many(target, 'warming', 16, 8)
    for number in range(args.rounds):
        turn = targets[number % len(targets) :] + targets[: number % len(targets)]
        for connections in CONNECTIONS:
            for target in turn:
                prefix = f'{number}-{connections}'
                rate = davclient.put_many(target, prefix, args.files, connections)
                note(f'put_{connections}', target, rate)
        for target in turn:
            note('large', target, davclient.put_large(target, args.large * 1_000_000))
    for target in targets:
        davclient.fill(target, 'many', args.members)
    for _number in range(LISTINGS):
        for target in targets:
            first, last = davclient.list_members(target, 'many', args.members)
            note('first_byte', target, first)
            note('last_byte', target, last)
    return found


def summary(
    args: argparse.Namespace, targets: list[Target], found: Found, memory_mb: float | None
) -> dict[str, Any]:
    """Medians, and the ratios of ours to each other server: above 1 is faster (uploads), slower (lists)."""
    return {
        'files': args.files,
        'rounds': args.rounds,
        'members': args.members,
        'large_mb': args.large,
        'servers': [target.name for target in targets],
        'medians': {
            what: {name: round(median(values), 1) for name, values in by_server.items()}
            for what, by_server in found.items()
        },
        'ratios': {
            what: {
                name: round(median(a / b for a, b in zip(by_server[OURS], values, strict=True)), 2)
                for name, values in by_server.items()
                if name != OURS
            }
            for what, by_server in found.items()
        },
        'peak_memory_mb': memory_mb,
        'load': [round(value, 1) for value in os.getloadavg()],
    }


def table(result: dict[str, Any]) -> list[Any]:
    """The lines that people read."""
    what = {
        'put_1': '100 KB PUT, 1 connection, files/s',
        'put_4': '100 KB PUT, 4 connections, files/s',
        'put_8': '100 KB PUT, 8 connections, files/s',
        'large': f'{result["large_mb"]} MB PUT, MB/s',
        'first_byte': f'PROPFIND of {result["members"]}, first byte, ms',
        'last_byte': f'PROPFIND of {result["members"]}, last byte, ms',
    }
    names = result['servers']
    lines: list[Any] = [
        f'{"":38}' + ''.join(f'{name:>16}' for name in names) + ''.join(f'{f"/ {n}":>18}' for n in names[1:])
    ]
    for key, label in what.items():
        medians, ratios = result['medians'][key], result['ratios'][key]
        lines.append(
            f'{label:38}'
            + ''.join(f'{medians[name]:16.1f}' for name in names)
            + ''.join(f'{ratios[name]:18.2f}' for name in names[1:])
        )
    lines.append(
        _(
            'Lantai flushes to the disk before it answers, the others do not; its memory at most ${mb} MiB;'
            ' load ${load}',
            mapping={'mb': result['peak_memory_mb'], 'load': ' '.join(map(str, result['load']))},
        )
    )
    return lines


def _peak_mb(server: Serving) -> float | None:
    """The most memory the server has had at once, in MiB; None where the system does not tell."""
    try:
        status = Path(f'/proc/{server.pid}/status').read_text('ascii')
    except FileNotFoundError:
        return None
    return round(int(re.search(r'VmHWM:\s+(\d+) kB', status)[1]) / 1024, 1)
