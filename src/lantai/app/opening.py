"""Opening a repository: everything a process needs to work with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from lantai.app.rooms import install_missing, register_all
from lantai.base.clock import Clock, SystemClock
from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.services.content import schema
from lantai.services.eventlog.writers import release_writers
from lantai.services.search.index import SearchIndex
from lantai.services.security.doorkeeper import Doorkeeper
from lantai.services.settings import Settings
from lantai.services.signing.keyring import KeyRing
from lantai.services.site import SharedCommits, Site
from lantai.services.workflow.definition import parse_workflow
from lantai.store.contents import Contents
from lantai.store.database import Database
from lantai.store.folder import DataFolder
from lantai.store.storage import is_local, open_storage
from lantai.store.tree import Repository

#: kinds of nodes and cases that follow a workflow
WORKFLOWS = ('item', 'appraisal', 'destruction', 'transfer')


class NoRepository(Invalid):
    """The folder holds no repository."""

    name = 'no-repository'
    title = _('There is no repository in this folder; make one with “lantai init”')


def open_site(
    folder: DataFolder, settings: Settings, clock: Clock | None = None, *, create: bool = False
) -> Site:
    """The repository in `folder`, ready for use cases; the caller closes it.

    With `create` an empty one is made first. Raises NoRepository, UnknownStorage.
    """
    if not create and not folder.exists():
        raise NoRepository()
    folder.create()
    clock = clock or SystemClock()
    storage = open_storage(settings.storage or None, folder, create=create)
    site = build_site(folder, settings, Database(storage), clock)
    if create:
        site.database.initialise(lambda: Repository('Lantai', clock))
        site.keys.ensure()
    site.database.transact(lambda repository, _manager: install_missing(repository))
    return site


def build_site(folder: DataFolder, settings: Settings, database: Database, clock: Clock) -> Site:
    """A site over an open database; threads are started by whoever serves."""
    register_all()
    site = Site(
        settings=settings,
        folder=folder,
        database=database,
        contents=Contents(folder),
        clock=clock,
        keys=KeyRing(folder.keys),
        workflows={name: parse_workflow(name, _text(f'workflows/{name}.toml')) for name in WORKFLOWS},
        schemas=schema.shipped(),
        doorkeeper=Doorkeeper.of(settings, folder, clock),
    )
    site.index = SearchIndex(folder.index)
    site.committer = SharedCommits(site)
    site.closing.append(lambda: release_writers(folder.run))
    return site


def _text(name: str) -> str:
    return (files('lantai.config') / name).read_text('utf-8')


@contextmanager
def opened(
    folder: DataFolder, settings: Settings, *, wait: bool = True, create: bool = False
) -> Iterator[Site]:
    """A site for a command or a server; alone with the object file where it lies in the folder.

    Two commands wait for each other; a server that finds the folder taken raises FolderInUse.
    """
    if not is_local(settings.storage):
        site = open_site(folder, settings, create=create)
        try:
            yield site
        finally:
            site.close()
        return
    if not create and not folder.exists():
        raise NoRepository()
    with folder.own(wait=wait):
        site = open_site(folder, settings, create=create)
        try:
            yield site
        finally:
            site.close()
