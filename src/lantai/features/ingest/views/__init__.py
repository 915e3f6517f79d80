"""The pages of intake: the inbox, a folder being arranged, upload."""

from lantai.base.i18n import _
from lantai.features.ingest.views.inbox import sees_inbox, waiting_here


def includeme(config) -> None:
    """Routes, and the inbox in the side bar."""
    config.add_route('inbox', '/inbox')
    for page in ('upload', 'arrange', 'split'):
        config.add_route(page, f'/{page}/*traverse')
    config.add_place(_('Inbox'), 'inbox', 30, shown=sees_inbox, count=waiting_here)
    config.scan('.')
