"""The first accounts of a repository: the three administrators (三员), each with a one-time password."""

from lantai.features.people.roles import appoint_administrator
from lantai.features.people.service import create_person
from lantai.services.act import Act
from lantai.services.security.permissions import Administrator

#: what they are called until somebody gives them a person's name
TITLES = {
    Administrator.SYSADMIN: '系统管理员',
    Administrator.SECURITY: '安全保密管理员',
    Administrator.AUDITOR: '安全审计员',
}


def create_administrators(act: Act) -> list[tuple[str, str]]:
    """Makes `sysadmin`, `security` and `auditor`; gives each name with its one-time password.

    Raises PersonExists when one of them is there already, and then makes none.
    """
    made = []
    for office, title in TITLES.items():
        password = create_person(act, office.value, name=title)
        appoint_administrator(act, office.value, office)
        made.append((office.value, password))
    return made
