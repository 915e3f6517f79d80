"""What the three administrators find on their start pages, each what is theirs."""

from __future__ import annotations

import pytest

from lantai.base.clock import rfc3339
from lantai.base.errors import Forbidden
from lantai.features.people import roles
from lantai.features.records.lookup import find
from lantai.features.verification.model import verifications_of
from lantai.services.eventlog.refusals import log_refusal
from lantai.services.jobs.worker import work_off
from lantai.services.security.people import people_of


def panels(page) -> dict[str, str]:
    """Title of each panel -> its text."""
    parts = page.html.select('.part')
    return {part.h2.get_text(strip=True): ' '.join(part.get_text().split()) for part in parts}


def test_the_system_administrator_sees_the_state_of_the_system(signed_in):
    found = panels(signed_in('sysadmin').get('/'))
    assert set(found) == {'State of the system', 'Accounts'}
    for each in ('Free on the disk', 'Search index', 'Events not sealed yet', 'Jobs under way 0', 'None yet'):
        assert each in found['State of the system']


def test_accounts_that_want_something_are_named(signed_in, site, acting):
    with acting('machine') as act:
        person = people_of(act.repository).get('reader')
        person.unit, person.must_change_password = '', True
    text = panels(signed_in('sysadmin').get('/'))['Accounts']
    assert 'Without a unit 1 · reader' in text
    assert 'Have not chosen a password yet 1 · reader' in text


def test_the_security_administrator_sees_who_has_roles_and_what_was_given_lately(signed_in, site, acting):
    with acting('security') as act:
        roles.grant_role(act, 'reader', 'leader', find(act, ('Z109',)))
    work_off(site)
    found = panels(signed_in('security').get('/'))
    assert set(found) == {'Who has which role', 'Roles given lately'}
    assert 'Head of the office 2' in found['Who has which role']
    assert 'security' in found['Roles given lately'] and 'reader' in found['Roles given lately']


@pytest.mark.parametrize(('ok', 'words'), [(True, 'nothing amiss'), (False, 'problems: 3')])
def test_the_auditor_sees_the_head_the_refusals_and_the_last_verification(signed_in, site, acting, ok, words):
    with acting('clerk') as act:
        log_refusal(site, act.actor, Forbidden())
    work_off(site)
    with acting('machine') as act:
        verifications_of(act.repository).last = {
            'time': rfc3339(act.clock.now()),
            'ok': ok,
            'checked': {},
            'problems': [],
            'total': 0 if ok else 3,
        }
    found = panels(signed_in('auditor').get('/'))
    assert set(found) == {'The event log', 'Refused lately'}
    assert 'Newest signed head' in found['The event log'] and words in found['The event log']
    assert 'clerk' in found['Refused lately']


@pytest.mark.parametrize('person', ['clerk', 'archivist', 'leader'])
def test_nobody_else_sees_any_of_it(signed_in, person):
    titles = set(panels(signed_in(person).get('/')))
    assert not titles & {
        'State of the system', 'Accounts', 'Who has which role', 'Roles given lately', 'The event log',
        'Refused lately',
    }  # fmt: skip
