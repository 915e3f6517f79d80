"""What arranging refuses, by stable names."""

from lantai.base.errors import WrongState
from lantai.base.i18n import _


class NothingToJoin(WrongState):
    """Joining needs two records of one folder."""

    name = 'nothing-to-join'
    title = _('Choose at least two records of this folder')
    logged = False


class OnlyDraftsAreArranged(WrongState):
    """What was submitted is no longer joined or split: its reviewer looked at what it was."""

    name = 'only-drafts-are-arranged'
    title = _('Only drafts are joined or split')
    logged = False


class LastFile(WrongState):
    """A record keeps at least one file."""

    name = 'last-file'
    title = _('A record keeps at least one file')
    logged = False


class DifferentFile(WrongState):
    """A file of this name is there, with another content."""

    name = 'different-file-there'
    title = _('Another file of this name is here already; nothing was replaced')
    logged = False


class NothingProposed(WrongState):
    """There is no series to propose for a record."""

    name = 'nothing-proposed'
    title = _('There is no open series to propose')
    logged = False
