"""What the use cases about people refuse, by stable names."""

from lantai.base.errors import Condition, Forbidden, Invalid, NotFound, WrongState
from lantai.base.i18n import _


class NoSuchPerson(NotFound):
    """No account has this name."""

    name = 'no-such-person'
    title = _('Nobody has this account')


class PersonExists(WrongState):
    """The name for signing in is taken; it is never used twice, for the log tells people apart by it."""

    name = 'person-exists'
    title = _('This name for signing in is taken')
    logged = False


class OwnAccount(Forbidden):
    """Nobody changes what they may do, be it by a role, a unit, or by opening their own account again."""

    name = 'own-account'
    title = _('Nobody changes their own rights; another person must do this')


class SecondAdministrator(WrongState):
    """三员: the three offices of administrators are never held by one person together."""

    name = 'second-administrator'
    title = _('One person holds only one of the three administrators’ offices')


class LastAdministrator(WrongState):
    """Without this person nobody could do the office's work any more."""

    name = 'last-administrator'
    title = _('This is the last person in this office; appoint another first')


class AdministratorsPassword(Forbidden):
    """Who could give an administrator a new password would hold two offices."""

    name = 'administrators-password'
    title = _('The password of an administrator is reset only by command on the machine itself')


class RoleNotGiven(WrongState):
    """There is nothing to take back."""

    name = 'role-not-given'
    title = _('This role is not given here')
    logged = False


class TooManyTokens(WrongState):
    """More than anybody can keep an eye on."""

    name = 'too-many-tokens'
    title = _('There are too many already; revoke one that is not needed any more')
    logged = False


def invalid(field: str, code: str, message: str) -> Invalid:
    """The error of one field."""
    return Invalid(conditions=[Condition(code, message, field)])
