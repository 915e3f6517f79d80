"""What clients leave behind goes away by itself."""

from datetime import timedelta

from lantai.doors.dav import locks as locking
from lantai.doors.dav.sweeping import sweep
from tests.doors.dav.conftest import INBOX, OPEN


def test_an_empty_draft_goes_with_its_lock_and_a_filled_one_stays(dav, site, clock):
    dav.lock(f'{INBOX}/empty.txt', Timeout='Second-60')
    token = dav.lock(f'{INBOX}/filled.txt', Timeout='Second-60')
    assert dav('PUT', f'{INBOX}/filled.txt', b'1', If_=f'(<{token}>)').status_int == 204
    sweep(site)
    assert len(dav.names(INBOX)) == 2
    clock.moment += timedelta(seconds=61)
    sweep(site)
    assert dav.names(INBOX) == [f'{INBOX}/filled.txt']
    with site.reading() as act:
        assert list(act.repository.room(locking.ROOM).living(clock.now() - timedelta(days=1))) == []


def test_an_unlocked_empty_draft_goes_too(dav, site):
    token = dav.lock(f'{INBOX}/empty.txt')
    dav('UNLOCK', f'{INBOX}/empty.txt', Lock_Token=f'<{token}>')
    sweep(site)
    assert dav.names(INBOX) == []


def test_an_unfinished_save_is_withdrawn_after_a_day(dav, site, clock):
    dav('PUT', f'{INBOX}/~WRD0001.tmp', b'x')
    dav('PUT', f'{INBOX}/.goutputstream-AB', b'x')
    dav('MKCOL', f'{INBOX}/a.txt.sb-12ab34cd-XyZ123')
    dav('PUT', f'{INBOX}/kept.txt', b'x')
    dav('PUT', f'{INBOX}/~WRD0002.tmp', b'moved into place')
    dav('MOVE', f'{INBOX}/~WRD0002.tmp', Destination=f'{INBOX}/doc.txt')
    clock.moment += timedelta(hours=23)
    sweep(site)
    assert len(dav.names(INBOX)) == 5
    clock.moment += timedelta(hours=2)
    sweep(site)
    assert dav.names(INBOX) == [f'{INBOX}/doc.txt', f'{INBOX}/kept.txt']


def test_where_the_series_was_closed_people_decide(dav, site, acting, clock):
    dav('PUT', f'{OPEN}/~WRD0001.tmp', b'x')
    with acting('machine') as act:
        act.repository['Z109']['WS']['2026']['D30']['BGS'].open = False
    clock.moment += timedelta(hours=25)
    sweep(site)
    assert len(dav.names(OPEN)) == 1


def test_a_lock_alone_makes_no_history_of_two_steps(dav, acting, clock):
    token = dav.lock(f'{INBOX}/a.txt')
    clock.moment += timedelta(minutes=4)
    dav('PUT', f'{INBOX}/a.txt', b'1', If_=f'(<{token}>)')
    dav('PUT', f'{INBOX}/a.txt', b'2', If_=f'(<{token}>)')
    with acting('clerk') as act:
        assert [entry['what'] for entry in act.repository['收集']['a.txt'].history] == [
            'create',
            'put',
            'put',
        ]
