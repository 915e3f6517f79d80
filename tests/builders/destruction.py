"""From filed records to a destruction at any point of its way, each step by the person whose it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from lantai.features.appraisal.service import open_appraisal
from lantai.features.cases import service
from lantai.features.cases.model import Case, cases_of
from lantai.features.records import lookup
from lantai.services.act import Act
from lantai.services.jobs.running import Runner
from lantai.services.security.actor import Grant
from lantai.services.security.people import Person, people_of
from lantai.services.site import Site
from tests.builders.cases import MARKER
from tests.builders.office import PASSWORD

#: stands in a record that is destroyed and nowhere else
SECRET = MARKER.split('-')[1]
#: what the index cuts the marker into
TERMS = {'绝密', '密标', '标记', '记7'}
#: long after D10 records of 2026 are due
DUE = datetime(2040, 1, 2, tzinfo=UTC)


def more_people(act: Act) -> None:
    """A second and a third supervisor, a second leader, and one person with several of the roles."""
    people = people_of(act.repository)
    fonds = act.repository['Z109']
    for id, roles in {
        'supervisor2': ('supervisor',),
        'supervisor3': ('supervisor',),
        'everything': ('appraiser', 'leader', 'supervisor', 'archivist'),
    }.items():
        person = Person(id, act.clock.now())
        person.fonds, person.unit = 'Z109', 'BGS'
        person.password_hash = act.site.doorkeeper.passwords.hash(PASSWORD)
        people.add(person)
        for role in roles:
            people.grant(person, Grant(role, fonds.uid, None))


def condemned(
    acting,
    uids: Sequence[str],
    *,
    opener: str = 'archivist',
    appraiser: str = 'appraiser',
    leader: str = 'leader',
) -> str:
    """Id of the destruction case that an approved appraisal of these records has opened."""
    with acting(opener) as act:
        case_id = open_appraisal(act, '2040 年到期鉴定', [lookup.by_uid(act, uid) for uid in uids]).uid
    with acting(appraiser) as act:
        case = service.find(act, case_id)
        service.act_on(act, case, 'decide', all=True, decision='condemn', reason='已无查考价值')
        service.act_on(act, case, 'submit')
    with acting(leader) as act:
        case = service.find(act, case_id)
        service.act_on(act, case, 'approve', list_root=case.list_root())
        return case.outcome[0]['id']


def approved(acting, case_id: str, who: str = 'leader') -> None:
    """The leader approves the exact list."""
    with acting(who) as act:
        case = service.find(act, case_id)
        service.act_on(act, case, 'approve', list_root=case.list_root())


def take(acting, case_id: str, who: str, name: str, **values: object) -> None:
    """One action by one person."""
    with acting(who) as act:
        service.act_on(act, service.find(act, case_id), name, **values)


def witnessed(acting, case_id: str) -> None:
    """Both supervisors have checked the list."""
    for who in ('supervisor1', 'supervisor2'):
        take(acting, case_id, who, 'witness')


def run_jobs(site: Site) -> None:
    """Does all that waits."""
    runner = Runner(site)
    for job_id in runner.open_jobs():
        runner.run_to_end(job_id)


def stored(act: Act, case_id: str) -> Case:
    """The case, whoever may see it."""
    return cases_of(act.repository).by_id[case_id]


def executed(acting, site: Site, case_id: str) -> None:
    """The archivist executes, and the job runs to its end."""
    take(acting, case_id, 'archivist', 'execute')
    run_jobs(site)


def states_of(act: Act, uids: Sequence[str]) -> list[str]:
    """The states of records, whoever may see them."""
    return [act.repository.by_uid(uid).state for uid in uids]


def files_with(folder: Path, text: str) -> list[str]:
    """The files below a folder that hold a text, as it is or in UTF-16."""
    wanted = [text.encode(), text.encode('utf-16-le')]
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob('*')
        if path.is_file() and any(each in path.read_bytes() for each in wanted)
    ]


def vocabulary(folder: Path) -> set[str]:
    """Every term of every index file."""
    terms: set[str] = set()
    for path in (folder / 'index').glob('search-*.db'):
        connection = sqlite3.connect(path)
        for table in ('words', 'hits'):
            connection.execute(f'CREATE VIRTUAL TABLE temp.v_{table} USING fts5vocab(main, {table}, row)')
            terms.update(term for (term,) in connection.execute(f'SELECT term FROM v_{table}'))
        connection.close()
    return terms


def passages(folder: Path) -> int:
    """Texts kept in the index."""
    found = 0
    for path in (folder / 'index').glob('search-*.db'):
        connection = sqlite3.connect(path)
        found += connection.execute('SELECT COUNT(*) FROM passages').fetchone()[0]
        connection.close()
    return found
