"""What the use cases of records refuse, by stable names."""

from lantai.base.errors import Condition, Invalid, Stale, WrongState
from lantai.base.i18n import _


class RecordIsFiled(WrongState):
    """Filed means fixed (已归档不可改): never for anybody, through no door."""

    name = 'record-is-filed'
    title = _('The record is filed and fixed; nobody can change it')
    final = True


class ContainerClosed(WrongState):
    """The series or file takes no deposits."""

    name = 'container-closed'
    title = _('This place takes no deposits; the archivist can open it')
    final = True


class NotEditableNow(WrongState):
    """An item in a state in which it is not changed."""

    name = 'not-editable-now'
    title = _('It cannot be changed in its present state')


class NotOnlyDrafts(WrongState):
    """Something to be deleted holds what is no draft; the conditions name each."""

    name = 'not-only-drafts'
    title = _('Only drafts can be deleted; this is or holds something else')
    final = True


class OtherFonds(WrongState):
    """Records do not move from one body to another."""

    name = 'other-fonds'
    title = _('Records do not move to the fonds of another body')
    final = True


class IntoItself(WrongState):
    """A container cannot be moved into itself."""

    name = 'into-itself'
    title = _('A container cannot be put into itself')
    final = True


class TargetTaken(WrongState):
    """Something of that name is at the target, and it is not to be replaced."""

    name = 'name-taken'
    title = _('This name is taken at the target')
    logged = False


class EditConflict(Stale):
    """Somebody changed the node after the caller had read it."""

    name = 'edit-conflict'


class AboveCeiling(Invalid):
    """Records of this classification must not be in this installation."""

    name = 'classification-above-ceiling'
    title = _('Records of this classification must not be kept in this system')
    logged = True

    def __init__(self, field: str = 'classification') -> None:
        super().__init__(conditions=[Condition(self.name, self.title, field)])
