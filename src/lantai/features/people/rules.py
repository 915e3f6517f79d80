"""Decisions about people that need nothing but values."""

import re
from collections.abc import Mapping
from typing import Any

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.services.security.permissions import Role

#: a name for signing in: letters and figures of any script, and . _ - between them. No colon (HTTP Basic
#: ends a name there), no slash (it stands in addresses).
_LOGIN_ID = re.compile(r'[^\W_](?:[\w.-]{0,38}[^\W_])?')
LONGEST_NAME = 60
LANGUAGES = ('', 'zh_CN', 'en')
#: names that the log gives a meaning of their own
_RESERVED = ('system', 'os')


def id_mistakes(id: str) -> list[Condition]:
    """What is wrong with a name for signing in (lower case already, see `login_id`)."""
    if not _LOGIN_ID.fullmatch(id) or id in _RESERVED:
        message = _('1 to 40 letters and figures, with . _ or - between them')
        return [Condition('bad-login-name', message, 'id')]
    return []


def name_mistakes(name: str) -> list[Condition]:
    """What is wrong with a person's own name."""
    if not name.strip():
        return [Condition('required', _('This must be filled in'), 'name')]
    if len(name) > LONGEST_NAME:
        message = _('No more than ${n} characters', mapping={'n': LONGEST_NAME})
        return [Condition('too-long', message, 'name')]
    if not name.isprintable():
        message = _('Characters that cannot be shown are not allowed here')
        return [Condition('characters', message, 'name')]
    return []


def unit_mistakes(units: Mapping[str, Any] | None, unit: str) -> list[Condition]:
    """What is wrong with a unit, given the units of the fonds (None when there is no such fonds)."""
    if units is None:
        return [Condition('no-such-fonds', _('There is no such fonds'), 'fonds')]
    if unit not in units:
        return [Condition('no-such-unit', _('There is no such unit in this fonds'), 'unit')]
    if units[unit].get('closed'):
        return [Condition('unit-closed', _('This unit is closed'), 'unit')]
    return []


def role_mistakes(role: str) -> list[Condition]:
    """What is wrong with the name of a role."""
    if role not in set(Role):
        return [Condition('no-such-role', _('There is no such role'), 'role')]
    return []
