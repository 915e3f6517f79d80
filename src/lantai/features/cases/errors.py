"""What the use cases of cases refuse, by stable names."""

from lantai.base.errors import Condition, Invalid, NotFound, WrongState
from lantai.base.i18n import _


class UnknownCase(NotFound):
    """No case of that id, or none the actor may see."""


class ListRefused(WrongState):
    """Records that cannot be on such a list; the conditions name each with its reason."""

    name = 'list-refused'
    title = _('Not everything on this list can be on it')


class RootMissing(Invalid):
    """An approval names the list it is about."""

    name = 'list-root-needed'
    title = _('An approval names the exact list by its root')

    def __init__(self) -> None:
        super().__init__(conditions=[Condition('required', self.title, 'list_root')])


class ListChanged(WrongState):
    """The list is not the one that was looked at."""

    name = 'list-changed'
    title = _('The list has changed since you looked at it')


class AnotherPersonNeeded(WrongState):
    """Two different persons are needed, and this is one who has acted already."""

    name = 'another-person-needed'
    title = _('Another person has to do this')


class AppraisalNeeded(WrongState):
    """A destruction comes out of an approved appraisal only."""

    name = 'appraisal-needed'
    title = _('Nothing is destroyed without an approved appraisal')
