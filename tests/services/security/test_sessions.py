"""Sessions end when they should, in every process, and keep nothing that opens them."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest
import transaction
import ZODB
from ZODB.FileStorage import FileStorage

from lantai.services.security.sessions import Lifetimes, Sessions, csrf_token
from lantai.services.settings import Settings

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LIVES = Lifetimes(idle=3600, absolute=4 * 3600)


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


def after(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def test_a_session_is_found_by_its_cookie_only(sessions):
    session, cookie = sessions.start('p1', 3, NOW, LIVES, address='10.0.0.1', agent='Firefox')
    assert sessions.find(cookie, NOW, LIVES) is session
    assert (session.person, session.version, session.agent) == ('p1', 3, 'Firefox')
    assert sessions.find(session.digest, NOW, LIVES) is None
    assert sessions.find('\udcff档', NOW, LIVES) is None


def test_the_cookie_is_not_kept(sessions):
    session, cookie = sessions.start('p1', 1, NOW, LIVES)
    assert cookie.encode() not in pickle.dumps(vars(session))


def test_it_dies_of_idleness_but_not_while_used(sessions):
    session, cookie = sessions.start('p1', 1, NOW, LIVES)
    session.touch(after(minutes=50))
    assert sessions.find(cookie, after(minutes=100), LIVES) is session
    assert sessions.find(cookie, after(minutes=111), LIVES) is None


def test_it_dies_of_age_however_much_it_is_used(sessions):
    session, cookie = sessions.start('p1', 1, NOW, LIVES)
    for hour in range(1, 5):
        session.touch(after(hours=hour, minutes=-10))
    assert sessions.find(cookie, after(hours=4), LIVES) is session
    assert sessions.find(cookie, after(hours=4, seconds=1), LIVES) is None


def test_use_is_written_every_five_minutes_at_most(sessions):
    session, _cookie = sessions.start('p1', 1, NOW, LIVES)
    session.touch(after(minutes=4, seconds=59))
    assert session.used == int(NOW.timestamp())
    session.touch(after(minutes=5))
    assert session.used == int(after(minutes=5).timestamp())


def test_two_requests_noting_their_use_at_once_agree_on_the_later(sessions):
    session, _cookie = sessions.start('p1', 1, NOW, LIVES)
    old = dict(vars(session))
    resolved = session._p_resolveConflict(old, {**old, 'used': 20}, {**old, 'used': 10})
    assert resolved == {**old, 'used': 20}


def test_ending_one_leaves_the_others_and_ending_all_can_spare_one(sessions):
    made = [sessions.start('p1', 1, NOW, LIVES)[0] for _number in range(4)]
    stranger, _cookie = sessions.start('p2', 1, NOW, LIVES)
    sessions.end(made[0])
    sessions.end(made[0])
    assert set(sessions.of('p1')) == set(made[1:])
    assert sessions.end_all('p1', but=made[2]) == 2
    assert list(sessions.of('p1')) == [made[2]]
    assert list(sessions.of('p2')) == [stranger]


def test_expired_ones_are_swept_and_leave_no_trace(sessions):
    for number in range(150):
        sessions.start(f'p{number % 3}', 1, NOW, LIVES)
    fresh, _cookie = sessions.start('p1', 1, after(hours=2), LIVES)
    left = sum(1 for person in ('p0', 'p1', 'p2') for _session in sessions.of(person)) - 1
    assert sessions.sweep(after(hours=2), LIVES, limit=10) == 10
    assert sessions.sweep(after(hours=2), LIVES) == left - 10
    assert list(sessions.of('p1')) == [fresh]
    assert list(sessions.of('p0')) == list(sessions.of('p2')) == []


def test_people_signing_in_at_once_do_not_conflict(tmp_path):
    db = ZODB.DB(FileStorage(str(tmp_path / 'data.fs')), pool_size=10)
    with db.transaction() as connection:
        connection.root()['sessions'] = Sessions()
        for number in range(40):
            connection.root()['sessions'].start(f'p{number}', 1, NOW, LIVES)
    managers = [transaction.TransactionManager() for _number in range(8)]
    connections = [db.open(manager) for manager in managers]
    for number, connection in enumerate(connections):
        connection.root()['sessions'].start(f'new{number}', 1, NOW, LIVES)
    for manager in managers:
        manager.commit()
    for connection in connections:
        connection.close()
    with db.transaction() as connection:
        kept = connection.root()['sessions']
        assert all(len(list(kept.of(f'new{number}'))) == 1 for number in range(8))
    db.close()


def test_the_csrf_token_belongs_to_one_cookie():
    assert csrf_token('a') == csrf_token('a') != csrf_token('b')
    assert 'a' * 10 not in csrf_token('a' * 10)


def test_lifetimes_come_from_the_settings():
    assert Lifetimes.from_settings(Settings(session_hours=2)) == Lifetimes(idle=7200, absolute=21600)
