"""The people of the demonstration, as the contract lists them, and those who have left the office since."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from lantai.features.people.roles import appoint_administrator, grant_role
from lantai.features.people.service import change_person, create_person
from lantai.services.act import Act
from lantai.services.security.passwords import one_time_password
from lantai.services.security.permissions import Administrator, Role
from lantai.store.folder import DataFolder

ACCOUNTS = 'accounts.txt'


@dataclass(frozen=True)
class Member:
    """One person: where they belong, what they are called, the role they have and for which unit."""

    id: str
    name: str
    role: str
    for_unit: str = ''
    fonds: str = 'Z109'
    unit: str = 'BGS'


STAFF = (
    Member('clerk', '周敏', Role.CONTRIBUTOR),
    Member('clerk2', '李航', Role.CONTRIBUTOR),
    Member('unitarchivist', '孙丽', Role.UNIT_ARCHIVIST, 'BGS'),
    Member('manager', '王建国', Role.MANAGER, 'BGS'),
    Member('archivist', '陈静', Role.ARCHIVIST),
    Member('appraiser', '吴涛', Role.APPRAISER),
    Member('leader', '郑宏', Role.LEADER),
    Member('supervisor1', '冯雪', Role.SUPERVISOR),
    Member('supervisor2', '蒋磊', Role.SUPERVISOR),
    Member('reader', '韩梅', Role.READER),
    Member('sysadmin', '何伟', Administrator.SYSADMIN),
    Member('security', '许娟', Administrator.SECURITY),
    Member('auditor', '沈亮', Administrator.AUDITOR),
    Member('outsider', '钱进', Role.CONTRIBUTOR, fonds='Z110'),
)

#: they made and approved what the present staff may not, and cannot sign in any more
FORMER = (
    Member('jjc-clerk', '唐宁', Role.CONTRIBUTOR, unit='JJC'),
    Member('jjc-manager', '潘峰', Role.MANAGER, 'JJC', unit='JJC'),
    Member('gwc-clerk', '袁芳', Role.CONTRIBUTOR, fonds='Z110'),
    Member('gwc-manager', '邓海', Role.MANAGER, 'BGS', fonds='Z110'),
    Member('gwc-archivist', '苏琴', Role.ARCHIVIST, fonds='Z110'),
)


def passwords_for(given: str | None) -> dict[str, str]:
    """Return the password of every present account: the one given, else a random one for each."""
    return {member.id: given or one_time_password() for member in STAFF}


def take_on(act: Act, member: Member, password: str | None) -> None:
    """Make an account with its role; without a password nobody will know it."""
    create_person(act, member.id, name=member.name, fonds=member.fonds, unit=member.unit, password=password)
    if member.role in set(Administrator):
        appoint_administrator(act, member.id, member.role)
    else:
        grant_role(act, member.id, member.role, act.repository[member.fonds], member.for_unit or None)


def let_go(act: Act, member: Member) -> None:
    """Disable the account of somebody who has left."""
    change_person(act, member.id, disabled=True)


def write_accounts(folder: DataFolder, passwords: Mapping[str, str], *, secret: bool) -> None:
    """Write who can sign in, readable by the owner only; a `secret` password stays out of it."""
    path = folder.path / ACCOUNTS
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, 'w', encoding='utf-8') as target:
        for member in STAFF:
            shown = '(LANTAI_DEMO_PASSWORD)' if secret else passwords[member.id]
            target.write(f'{member.id}\t{shown}\t{member.name} {member.role}\n')
