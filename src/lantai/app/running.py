"""The processes: `init`, `serve`, `worker`."""

import argparse
import getpass
import logging
import os
import signal
import threading
from importlib import import_module

from lantai.app.main import main as make_application
from lantai.app.opening import opened
from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.doors.cli.call import OK, WRONG_USE, Terminal, explain
from lantai.doors.cli.socket import Listener
from lantai.features.classification.profile import Profile, load_profile, profile_folder
from lantai.features.classification.service import apply_profile
from lantai.features.people.setup import create_administrators
from lantai.services.act import Act
from lantai.services.jobs.worker import Worker, work_off
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.folder import DataFolder, FolderInUse
from lantai.store.storage import is_local
from lantai.web.compiled import compile_in_background
from lantai.web.i18n import translate

DEFAULT_PORT = 6543
ACCOUNTS = 'accounts.txt'


def configure(name: str, parser: argparse.ArgumentParser) -> None:
    """Declares the arguments of one of the processes."""
    if name == 'init':
        parser.add_argument(
            '--profile', default='default', help='records controls to start with: a name or a folder'
        )
        parser.add_argument(
            '--demo', action='store_true', help='with a demonstration office, its people and records'
        )
    if name == 'serve':
        parser.add_argument('--listen', default=None, metavar='HOST:PORT')
        parser.add_argument('--threads', type=int, default=8)


def init(
    args: argparse.Namespace, folder: DataFolder, settings: Settings, terminal: Terminal, language: str
) -> int:
    """Makes a repository, or leaves nothing; refuses a folder that is in use or not empty."""
    if not folder.is_empty():
        terminal.err(
            explain(
                DomainError(_('The folder ${folder} is not empty', mapping={'folder': str(folder.path)})),
                language,
            )
        )
        return WRONG_USE
    with folder.making(), opened(folder, settings, wait=False, create=True) as site:
        if args.demo:
            build = import_module('lantai.app.demo.build')
            build.make(
                site, os.environ.get('LANTAI_DEMO_PASSWORD'), lambda done, total: _show(terminal, done, total)
            )
        else:
            profile = load_profile(profile_folder(args.profile))
            site.transact(lambda act: _apply(act, profile), machine_user(getpass.getuser()), door='cli')
            passwords = site.transact(create_administrators, machine_user(getpass.getuser()), door='cli')
            _write_accounts(folder, passwords)
        work_off(site)
    terminal.out(
        translate(
            _(
                'A repository was made in ${folder}; the accounts are in ${file}',
                mapping={'folder': str(folder.path), 'file': str(folder.path / ACCOUNTS)},
            ),
            language,
        )
        + '\n'
    )
    return OK


def _apply(act: Act, profile: Profile) -> None:
    # the profile of no body is only checked; a body is set up with its own
    apply_profile(act, profile)


def _show(terminal: Terminal, done: int, total: int) -> None:
    if terminal.watched:
        terminal.err(f'\r{done} / {total}' + ('\n' if done >= total else ''))


def _write_accounts(folder: DataFolder, accounts: list[tuple[str, str]]) -> None:
    path = folder.path / ACCOUNTS
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as target:
        for name, password in accounts:
            target.write(f'{name}\t{password}\n')


def serve(
    args: argparse.Namespace, folder: DataFolder, settings: Settings, terminal: Terminal, language: str
) -> int:
    """Serves until it is told to stop; then finishes what is running."""
    from lantai.app.command import run_words
    from lantai.app.server import make_server

    logging.basicConfig(level=logging.INFO, format='%(asctime)s %(levelname)s %(name)s %(message)s')
    host, _colon, port = (args.listen or '').rpartition(':')
    try:
        number = int(port or os.environ.get('LANTAI_PORT', DEFAULT_PORT))
    except ValueError:
        terminal.err(explain(DomainError(_('--listen takes HOST:PORT')), language))
        return WRONG_USE
    with opened(folder, settings, wait=False) as site:
        application = make_application(site)
        server = make_server(
            application,
            host or '127.0.0.1',
            number,
            args.threads,
            folder,
            max_upload=settings.max_upload,
            quota=settings.quota,
            **_proxy(settings),
        )
        stopping = threading.Event()
        compile_in_background(application.registry, stopping)
        site.worker = Worker(site)
        site.worker.start()
        listener = (
            Listener(folder.run, lambda words, there: run_words(site, words, there))
            if is_local(settings.storage)
            else None
        )
        server.stop_on_signals()
        terminal.out(
            translate(
                _(
                    'Lantai serves ${address} (accounts: ${file}); Ctrl-C stops it',
                    mapping={
                        'address': f'http://{host or "127.0.0.1"}:{server.effective_port}/',
                        'file': str(folder.path / ACCOUNTS),
                    },
                ),
                language,
            )
            + '\n'
        )
        try:
            server.run()
        finally:
            stopping.set()
            if listener is not None:
                listener.stop()
    return OK


def _proxy(settings: Settings) -> dict[str, object]:
    if not settings.trusted_proxy:
        return {}
    return {
        'trusted_proxy': settings.trusted_proxy,
        'trusted_proxy_count': 1,
        'trusted_proxy_headers': {'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'},
        'clear_untrusted_proxy_headers': True,
    }


def worker(
    args: argparse.Namespace, folder: DataFolder, settings: Settings, terminal: Terminal, language: str
) -> int:
    """The background worker alone; needs a storage that several processes share."""
    logging.basicConfig(level=logging.INFO, format='%(asctime)s %(levelname)s %(name)s %(message)s')
    if is_local(settings.storage):
        raise FolderInUse(
            _(
                'Beside objects in the data folder the server does this itself; '
                'a worker needs a shared storage'
            )
        )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_ignored: stop.set())
    with opened(folder, settings) as site:
        site.worker = Worker(site)
        site.worker.start()
        stop.wait()
    return OK
