"""Addresses that could be read in two ways are refused before any route sees them.

Pyramid drops a line end at the end of an address and resolves `.` and `..`, encoded ones too; in
an archive two addresses must never quietly mean one record.
"""

import unicodedata

from pyramid.config import Configurator
from pyramid.events import NewRequest

from lantai.base.names import BadName
from lantai.web.security import DAV, program_door


def refuse_ambiguous(event: NewRequest) -> None:
    """Raises BadName for control characters and dot segments."""
    path = event.request.path_info
    if program_door(event.request) == DAV:
        # reads the address as it was sent, strictly, and asks who it is before it says anything
        return
    if any(segment in ('.', '..') for segment in path.split('/')):
        raise BadName()
    if not path.isprintable() and any(unicodedata.category(character) == 'Cc' for character in path):
        raise BadName()


def includeme(config: Configurator) -> None:
    config.add_subscriber(refuse_ambiguous, NewRequest)
