"""What this room puts into the side bar."""

from __future__ import annotations

from lantai.base.i18n import _
from lantai.features.filing import service


def includeme(config) -> None:
    config.add_place(_('Filing'), 'filing', 40, shown=_files)


def _files(request) -> bool:
    """Whether the person files for any body."""
    return bool(service.fonds_to_file_for(request.act))
