"""What stands in the way of operation."""

from lantai.base.errors import Condition, Invalid, Locked, WrongState
from lantai.base.i18n import _


class OperationRunning(Locked):
    """A backup or a pack is under way."""

    name = 'operation-running'
    title = _('A backup or a pack is under way already')


class NotEmpty(WrongState):
    """The folder that was to be filled holds something."""

    name = 'folder-not-empty'
    title = _('The folder is not empty')


class WrongPlace(WrongState):
    """A backup inside of what it is a backup of."""

    name = 'backup-in-data-folder'
    title = _('A backup does not belong into the data folder')


class NoBackup(Invalid):
    """There is no statement: something else, or a backup that did not come to its end."""

    name = 'no-backup'
    title = _('This is no backup, or one that did not come to its end')


class BackupDamaged(Invalid):
    """Something in the backup is not as it was written; the conditions name each file."""

    name = 'backup-damaged'
    title = _('The backup is damaged; nothing was restored')

    @classmethod
    def of(cls, *places: str) -> 'BackupDamaged':
        """The error that names these files of the backup."""
        message = _('It is not as it was written, or it is missing')
        return cls(conditions=[Condition('damaged', message, place) for place in places])
