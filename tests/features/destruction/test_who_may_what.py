"""The contract's table of who may what with items, columns “destroying” and “destroyed”."""

from __future__ import annotations

import pytest

from lantai.features.records import lookup
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from tests.builders.destruction import run_jobs, take

SEE, READ = {Permission.SEE}, {Permission.SEE, Permission.READ}
#: person -> (destroying, destroyed), for a record of unit BGS that is not open
ROWS = {
    'clerk': (READ, SEE),
    'unitarchivist': (READ, SEE),
    'manager': (READ, SEE),
    'jjc_clerk': (set(), set()),
    'jjc_manager': (set(), set()),
    'reader': (set(), set()),
    'archivist': (READ, SEE),
    'appraiser': (READ, SEE),
    'leader': (READ, SEE),
    'supervisor1': (READ, SEE),
    'outsider': (set(), set()),
    'sysadmin': (set(), set()),
    'security': (set(), set()),
    'auditor': (set(), set()),
}


def held_by(acting, who: str, uid: str) -> set[Permission]:
    with acting(who) as act:
        return set(policy.permissions(act.actor, act.repository.by_uid(uid)))


@pytest.mark.parametrize('who', ROWS)
def test_destroying(acting, waiting, due, who):
    assert held_by(acting, who, due[0]) == ROWS[who][0]


def test_destroyed(acting, site, ready, due):
    take(acting, ready, 'archivist', 'execute')
    run_jobs(site)
    assert {who: held_by(acting, who, due[0]) for who in ROWS} == {who: row[1] for who, row in ROWS.items()}


def test_a_reader_sees_and_reads_what_is_open_until_it_is_gone(acting, site, ready, due):
    def open_up(act):
        item = act.repository.by_uid(due[0])
        item.access = {**item.access, 'openness': 'open'}
        item.touch(act.clock)

    site.transact(open_up)
    assert held_by(acting, 'reader', due[0]) == READ
    take(acting, ready, 'archivist', 'execute')
    run_jobs(site)
    assert held_by(acting, 'reader', due[0]) == SEE


def test_an_appraising_item_is_none_of_a_supervisors(acting, opened, due):
    assert held_by(acting, 'supervisor1', due[0]) == set()
    with acting('archivist') as act:
        assert lookup.by_uid(act, due[0]).state == 'appraising'
