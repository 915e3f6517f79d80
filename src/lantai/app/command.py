"""The program `lantai`: words to a command, and the command to a repository."""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from lantai import __version__
from lantai.app import quiet, restoring, running  # noqa: F401 - quiet comes before whatever imports Pyramid
from lantai.app.bench import command as bench
from lantai.app.opening import opened
from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.doors.cli.call import NOT_SO, OK, WRONG_USE, Call, explain
from lantai.doors.cli.socket import Words, ask_server
from lantai.services.jobs.worker import work_off
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.services.signing.keyring import NoActiveKey
from lantai.store.folder import DataFolder
from lantai.store.storage import is_local
from lantai.web.i18n import language_or_none

#: commands that work on a repository: name -> (module, what it does)
COMMANDS = {
    'user': ('lantai.doors.cli.users', 'people and their roles'),
    'index': ('lantai.doors.cli.index', 'the search index'),
    'verify': ('lantai.doors.cli.verify', 'check contents, signatures and the event log'),
    'retention': ('lantai.doors.cli.retention', 'what is due, and what a changed schedule would do'),
    'key': ('lantai.doors.cli.keys', 'the keys that sign'),
    'backup': ('lantai.doors.cli.backup', 'a copy of everything, while people work'),
    'pack': ('lantai.doors.cli.pack', 'give back the space of earlier revisions, for good'),
}
#: commands that make or serve one: name -> (function, what it does)
PROCESSES = {
    'init': (running.init, 'make a new repository in an empty folder'),
    'serve': (running.serve, 'web, API, WebDAV and the background worker'),
    'worker': (running.worker, 'the background worker alone, beside servers on a shared storage'),
    'restore': (restoring.restore, 'put a backup back, into an empty folder'),
    'bench': (bench.bench, 'measure: makes a repository in a temporary folder, serves it, asks it'),
}
#: arguments of those that are no plain servers
_CONFIGURE = {'restore': restoring.configure, 'bench': bench.configure}


class OwnTerminal:
    """The terminal of this process."""

    def __init__(self) -> None:
        self.watched = sys.stderr.isatty()

    def out(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def err(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

    def ask_secret(self, prompt: str) -> str:
        """Typed unseen, or a line of the input where there is no terminal; never from the command line."""
        if sys.stdin.isatty():
            return getpass.getpass(prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError(prompt)
        return line.rstrip('\n')


def make_parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    parser = argparse.ArgumentParser(
        prog='lantai', description='A repository for the electronic records of an office.'
    )
    parser.add_argument('--version', action='version', version=f'lantai {__version__}')
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND')
    for name, (function, about) in PROCESSES.items():
        one = commands.add_parser(name, help=about, description=about)
        _common(one)
        _CONFIGURE.get(name, partial(running.configure, name))(one)
        one.set_defaults(process=function)
    for name, (module, about) in COMMANDS.items():
        one = commands.add_parser(name, help=about, description=about)
        _common(one)
        import_module(module).configure(one)
        _common_below(one)
        one.set_defaults(module=module)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument('--data', default=os.environ.get('LANTAI_DATA', 'var'), help='the data folder')
    parser.add_argument(
        '--storage', default=None, help='where the objects are; without it in the data folder'
    )


def _common_below(parser: argparse.ArgumentParser) -> None:
    """The same options after the action's name, where people put them as well."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                below.add_argument('--data', default=argparse.SUPPRESS, help=argparse.SUPPRESS)
                below.add_argument('--storage', default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; gives its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = make_parser().parse_args(words)
    language = own_language()
    terminal = OwnTerminal()
    folder = DataFolder(args.data, os.environ.get('LANTAI_KEYS'))
    try:
        settings = Settings.load(folder.settings_file, storage=args.storage)
        if hasattr(args, 'process'):
            return args.process(args, folder, settings, terminal, language)
        asked = Words(words, os.getcwd(), language, terminal.watched)
        code = ask_server(folder.run, asked, terminal) if is_local(settings.storage) else None
        if code is None:
            user = machine_user(getpass.getuser())
            with opened(folder, settings, wait=True) as site:
                code = call(Call(site, args, terminal, user, Path.cwd(), language))
                # with no server about, what the command recorded is sealed and indexed here
                try:
                    work_off(site)
                except NoActiveKey as error:
                    # what the command did is done; it is sealed as soon as the keys are here again
                    terminal.err(explain(error, language))
        return code
    except DomainError as error:
        terminal.err(explain(error, language))
        return WRONG_USE
    except EOFError:
        terminal.err(
            explain(DomainError(_('A password is needed; type it or give it as a line of input')), language)
        )
        return WRONG_USE
    except KeyboardInterrupt:
        return 130


def call(one: Call) -> int:
    """Runs a command on its site; a refusal is explained and is no success."""
    try:
        return import_module(one.args.module).run(one)
    except DomainError as error:
        one.terminal.err(explain(error, one.language))
        return NOT_SO


def run_words(site: object, words: Words, terminal: object) -> int:
    """Runs the words of a caller at the socket on the server's site."""
    try:
        args = make_parser().parse_args(words.argv)
    except SystemExit as stop:
        # the caller has parsed the same words, so this is another version of the program
        return int(stop.code or OK)
    return call(Call(site, args, terminal, machine_user(words.user), Path(words.cwd), words.language))


def own_language() -> str:
    """The language of the terminal: Chinese unless it says English."""
    for name in ('LC_ALL', 'LC_MESSAGES', 'LANG'):
        value = os.environ.get(name, '')
        if value:
            return language_or_none(value.split('.')[0]) or 'en'
    return 'zh_CN'


if __name__ == '__main__':
    sys.exit(main())
