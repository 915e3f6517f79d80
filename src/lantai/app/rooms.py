"""The table of contents: what is stored, and what is served, in the order it builds on each other."""

from importlib import import_module

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
    'lantai.web.compiled',
    'lantai.web.navigation',
    'lantai.web.panels',
    'lantai.web.evidence',
    'lantai.web.acts',
    'lantai.web.layout',
    'lantai.web.errors',
    'lantai.web.health',
    'lantai.features.people',
    'lantai.features.records',
    'lantai.features.classification',
    'lantai.features.retention',
    'lantai.features.ingest',
    'lantai.features.filing',
    'lantai.features.holds',
    'lantai.features.cases',
    'lantai.features.appraisal.views',
    'lantai.features.destruction.views',
    'lantai.features.transfer.views',
    'lantai.features.searching',
    'lantai.features.journal',
    'lantai.features.jobsroom',
    'lantai.doors.api',
    'lantai.doors.dav',
)

#: modules that register guards, consequences, jobs and periodic work when they are imported
REGISTRATIONS = (
    'lantai.services.extraction.work',
    'lantai.features.records.model',
    'lantai.features.records.guards',
    'lantai.features.records.waiting',
    'lantai.features.records.together',
    'lantai.features.retention.schedules',
    'lantai.features.filing.guards',
    'lantai.features.filing.jobs',
    'lantai.features.filing.looking',
    'lantai.features.appraisal.actions',
    'lantai.features.destruction.actions',
    'lantai.features.transfer.actions',
    'lantai.features.transfer.packing',
    'lantai.features.searching.describe',
    'lantai.features.searching.background',
    'lantai.features.verification.jobs',
    'lantai.doors.dav.sweeping',
)


def install_missing(repository: Repository) -> list[str]:
    """Makes every store that the repository lacks; gives their names."""
    made = []
    for name, module in STORES:
        if name not in repository.rooms:
            import_module(module).install(repository)
            made.append(name)
    return made


def register_all() -> None:
    """Imports what registers itself."""
    for module in REGISTRATIONS:
        import_module(module)


def includes() -> tuple[str, ...]:
    """What the web application includes."""
    return INCLUDES
