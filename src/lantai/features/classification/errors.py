"""What setting up a body refuses, by stable names."""

from lantai.base.errors import Invalid, NotFound, WrongState
from lantai.base.i18n import _


class ProfileInvalid(Invalid):
    """A file of a profile cannot be used; each condition names file, line and column."""

    name = 'profile-invalid'
    title = _('The profile cannot be applied; nothing was changed')


class ProfileNotFound(NotFound):
    """There is no profile folder of that name or path."""

    name = 'profile-not-found'
    title = _('There is no such profile')


class CodeTaken(WrongState):
    """A fonds, series or unit of that code is there already."""

    name = 'code-taken'
    title = _('This code is taken')


class UnknownUnit(NotFound):
    """The fonds has no unit of that code."""

    name = 'unknown-unit'
    title = _('There is no such unit')


class ScheduleFixed(WrongState):
    """A version of a retention schedule never changes; a changed schedule is a new version."""

    name = 'schedule-fixed'
    title = _('This version of the retention schedule is stored with other rows; name the changed one anew')
