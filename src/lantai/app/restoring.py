"""`lantai restore FROM`: a repository from a backup, in a folder with nothing in it."""

import argparse
import getpass
import json
from pathlib import Path

from lantai.app.opening import build_site
from lantai.base.clock import SystemClock
from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.doors.cli.call import NOT_SO, OK, WRONG_USE, Terminal, explain
from lantai.features.operation.errors import BackupDamaged
from lantai.features.operation.layout import Statement
from lantai.features.operation.restore import Progress, check_source, restore_files
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.search import operation
from lantai.services.security.actor import machine_user
from lantai.services.settings import Settings
from lantai.store.copying import pour
from lantai.store.database import Database
from lantai.store.folder import DataFolder
from lantai.store.storage import OBJECTS, is_local, open_storage
from lantai.web.i18n import translate


def configure(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument('source', metavar='FROM', help='the folder of a backup')
    parser.add_argument('--json', action='store_true')


def restore(
    args: argparse.Namespace, folder: DataFolder, _settings: Settings, terminal: Terminal, language: str
) -> int:
    """Puts a backup back whole, or leaves nothing.

    2 for a folder in use or not empty and for what is no backup, 1 for a damaged one.
    """
    source = Path(args.source).absolute()

    def progress(done: int, total: int) -> None:
        if terminal.watched and (done % 100 == 0 or done == total):
            terminal.err(f'\r{done} / {total}' + ('\n' if done == total else ''))

    try:
        if not folder.is_empty():
            message = _('The folder ${folder} is not empty', mapping={'folder': str(folder.path)})
            raise DomainError(message)
        check_source(source)
        with folder.making(), folder.own(wait=False):
            statement, can_sign = restore_files(source, folder, progress)
            documents = _open_and_index(args, folder, statement, can_sign, progress)
    except BackupDamaged as error:
        terminal.err(explain(error, language))
        return NOT_SO
    except DomainError as error:
        terminal.err(explain(error, language))
        return WRONG_USE
    except OSError as error:
        broken = DomainError(_('The backup could not be restored: ${why}', mapping={'why': str(error)}))
        terminal.err(explain(broken, language))
        return NOT_SO
    if args.json:
        result = {
            'time': statement.time,
            'contents': statement.contents,
            'documents': documents,
            'can_sign': can_sign,
        }
        terminal.out(json.dumps(result, indent=1) + '\n')
        return OK
    lines = [
        _(
            'The repository of ${time} was restored in ${folder}; “lantai verify” looks after all of it',
            mapping={'time': statement.time, 'folder': str(folder.path)},
        )
    ]
    if not can_sign:
        lines.append(
            _('Its keys are not here: put them into ${folder} first', mapping={'folder': str(folder.keys)})
        )
    for line in lines:
        terminal.out(translate(line, language) + '\n')
    return OK


def _open_and_index(
    args: argparse.Namespace, folder: DataFolder, statement: Statement, can_sign: bool, progress: Progress
) -> int:
    """Objects to where the settings want them, a note in the log, and a new index.

    Without keys nothing can be sealed: the index is then built when the repository is first opened with them.
    """
    settings = Settings.load(folder.settings_file, storage=args.storage)
    if not is_local(settings.storage):
        storage = open_storage(settings.storage, folder)
        try:
            pour(folder.objects / OBJECTS, storage)
        except ValueError:
            raise DomainError(
                _('The storage ${uri} is not empty', mapping={'uri': settings.storage})
            ) from None
        finally:
            storage.close()
        (folder.objects / OBJECTS).unlink()
    site = build_site(folder, settings, Database(open_storage(settings.storage, folder)), SystemClock())
    user = machine_user(getpass.getuser())

    def note(act: Act) -> None:
        record(act, Event.RESTORE, commit=statement.commit, files=statement.files)

    try:
        site.transact(note, user, door='cli')
        return operation.rebuild(site, user, progress) if can_sign else 0
    finally:
        site.close()
