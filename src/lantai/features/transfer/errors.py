"""What the use cases of transfers refuse."""

from lantai.base.errors import NotFound, WrongState
from lantai.base.i18n import _


class ContentDamaged(WrongState):
    """Bytes that are not what was filed go to nobody; the conditions name each file."""

    name = 'content-damaged'
    title = _('Some files are not what was filed; nothing was packed')


class NoPackage(NotFound):
    """There is no package (any more), or the actor may not fetch it."""
