"""What the use cases of holds refuse."""

from lantai.base.errors import NotFound, WrongState
from lantai.base.i18n import _


class UnknownHold(NotFound):
    """No hold of that id, or none the actor may see."""


class AlreadyReleased(WrongState):
    """A hold is released once."""

    name = 'already-released'
    title = _('This hold has been released already')


class CannotBeHeld(WrongState):
    """Only records, volumes and series of a fonds are held, and nothing whose content is gone."""

    name = 'cannot-be-held'
    title = _('This cannot be put on hold')
