"""The table of contents: what is stored, and what is served, in the order it builds on each other."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

from lantai.store.tree import Repository

#: (name of the persistent store, module whose install(repository) makes it)
STORES = (
    ('log', 'lantai.services.eventlog.log'),
    ('people', 'lantai.services.security.people'),
    ('tokens', 'lantai.services.security.tokens'),
    ('sessions', 'lantai.services.security.sessions'),
    ('jobs', 'lantai.services.jobs.model'),
    ('records', 'lantai.features.records.installing'),
    ('waiting', 'lantai.features.records.waiting'),
    ('classification', 'lantai.features.classification.model'),
    ('retention', 'lantai.features.retention.model'),
    ('batches', 'lantai.features.filing.model'),
    ('verification', 'lantai.features.verification.model'),
    ('holds', 'lantai.features.holds.model'),
    ('cases', 'lantai.features.cases.model'),
    ('locks', 'lantai.doors.dav.locks'),
)

#: what the web application includes: first what others need, then rooms from the lowest, then doors
INCLUDES = (
    'lantai.web.addresses',
    'lantai.web.requests',
    'lantai.web.security',
    'lantai.web.csrf',
    'lantai.web.strictpath',
    'lantai.web.traverser',
    'lantai.web.i18n',
    'lantai.web.headers',
    'lantai.web.assets',
    'lantai.web.navigation',
    'lantai.web.panels',
    'lantai.web.evidence',
    'lantai.web.layout',
    'lantai.web.language',
    'lantai.web.errors',
    'lantai.web.health',
    'lantai.features.people',
    'lantai.features.records',
    'lantai.features.classification',
    'lantai.features.retention',
    'lantai.features.ingest',
    'lantai.features.filing',
    'lantai.features.searching',
    'lantai.features.journal',
    'lantai.features.jobsroom',
    'lantai.doors.api',
    'lantai.doors.dav',
)

#: modules that register guards, consequences, jobs and periodic work when they are imported
REGISTRATIONS = (
    'lantai.features.records.model',
    'lantai.features.records.guards',
    'lantai.features.records.waiting',
    'lantai.features.retention.schedules',
    'lantai.features.filing.guards',
    'lantai.features.filing.jobs',
    'lantai.features.filing.looking',
    'lantai.features.appraisal.actions',
    'lantai.features.searching.describe',
    'lantai.features.searching.background',
    'lantai.features.verification.jobs',
    'lantai.doors.dav.sweeping',
)


def install_missing(repository: Repository) -> list[str]:
    """Makes every store that the repository lacks; gives their names."""
    made = []
    for name, module in STORES:
        if _landed(module) and name not in repository.rooms:
            _install(module)(repository)
            made.append(name)
    return made


def _install(module: str) -> Callable[[Repository], object]:
    return import_module(module).install


def register_all() -> None:
    """Imports what registers itself."""
    for module in filter(_landed, REGISTRATIONS):
        import_module(module)


def includes() -> Iterator[str]:
    """What the web application includes."""
    yield from filter(_landed, INCLUDES)


def _landed(module: str) -> bool:
    # while rooms are being built side by side; goes away with the last of them
    try:
        return find_spec(module) is not None and (
            module in REGISTRATIONS
            or hasattr(import_module(module), 'install')
            or hasattr(import_module(module), 'includeme')
        )
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            return False
        raise
