"""Addresses that could be read in two ways are refused before any route sees them.

Pyramid drops a line end at the end of an address and resolves `.` and `..`, encoded ones too; in
an archive two addresses must never quietly mean one record.
"""

import unicodedata

from pyramid.config import Configurator
from pyramid.events import NewRequest

from lantai.base.names import BadName


def refuse_ambiguous(event: NewRequest) -> None:
    """Raises BadName for control characters and dot segments."""
    path = event.request.path_info
    if any(segment in ('.', '..') for segment in path.split('/')):
        raise BadName()
    if not path.isprintable() and any(unicodedata.category(character) == 'Cc' for character in path):
        raise BadName()


def includeme(config: Configurator) -> None:
    config.add_subscriber(refuse_ambiguous, NewRequest)
