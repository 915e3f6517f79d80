"""Wrong passwords slow down the place they come from, in every process, and nobody else."""

import multiprocessing
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.base.clock import FixedClock
from lantai.base.errors import Throttled, Unavailable
from lantai.services.security.throttle import (
    FREE_ACCOUNTS,
    FREE_TRIES,
    LONGEST_DELAY,
    Throttle,
    address_prefix,
    delay_after,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def throttle(tmp_path, clock) -> Throttle:
    return Throttle(tmp_path / 'throttle.sqlite', clock)


def waiting(throttle: Throttle, account: str, address: str) -> int:
    try:
        throttle.check(account, address)
    except Throttled as refused:
        return refused.retry_after
    return 0


def test_the_first_tries_cost_nothing(throttle):
    for _number in range(FREE_TRIES - 1):
        throttle.wrong('clerk', '10.0.0.1')
    assert waiting(throttle, 'clerk', '10.0.0.1') == 0


def test_then_every_try_costs_more(throttle, clock):
    delays = []
    for _number in range(FREE_TRIES + 10):
        throttle.wrong('clerk', '10.0.0.1')
        delays.append(waiting(throttle, 'clerk', '10.0.0.1'))
        clock.moment += timedelta(seconds=delays[-1])
    slow = [delay for delay in delays if delay]
    assert slow == sorted(slow)
    assert slow[0] < slow[3] < slow[-1] == LONGEST_DELAY


def test_the_rightful_user_from_elsewhere_is_not_slowed(throttle):
    for _number in range(50):
        throttle.wrong('clerk', '203.0.113.9')
    assert waiting(throttle, 'clerk', '203.0.113.9') > 0
    assert waiting(throttle, 'clerk', '10.0.0.1') == 0
    assert waiting(throttle, 'manager', '203.0.113.9') == 0


def test_one_password_tried_on_everybody_slows_the_address(throttle):
    for number in range(FREE_ACCOUNTS):
        throttle.wrong(f'person{number}', '203.0.113.9')
    assert waiting(throttle, 'somebody-else', '203.0.113.9') > 0
    assert waiting(throttle, 'somebody-else', '10.0.0.1') == 0


def test_one_broken_client_does_not_slow_its_whole_office(throttle):
    for _number in range(500):
        throttle.wrong('clerk', '10.0.0.1')
    assert waiting(throttle, 'manager', '10.0.0.1') == 0


def test_the_right_password_wipes_the_slate_of_that_account_only(throttle):
    for number in range(FREE_ACCOUNTS):
        throttle.wrong(f'person{number}', '203.0.113.9')
    throttle.right('person0', '203.0.113.9')
    assert waiting(throttle, 'person0', '203.0.113.9') > 0


def test_waiting_is_enough(throttle, clock):
    for _number in range(FREE_TRIES):
        throttle.wrong('clerk', '10.0.0.1')
    clock.moment += timedelta(seconds=waiting(throttle, 'clerk', '10.0.0.1'))
    assert waiting(throttle, 'clerk', '10.0.0.1') == 0
    throttle.right('clerk', '10.0.0.1')
    throttle.wrong('clerk', '10.0.0.1')
    assert waiting(throttle, 'clerk', '10.0.0.1') == 0


def test_counts_are_forgotten_after_a_day(throttle, clock):
    for _number in range(50):
        throttle.wrong('clerk', '10.0.0.1')
    clock.moment += timedelta(days=1, minutes=1)
    throttle.wrong('clerk', '10.0.0.1')
    assert waiting(throttle, 'clerk', '10.0.0.1') == 0


def test_neither_names_nor_addresses_lie_in_the_file(throttle):
    throttle.wrong('my-password-typed-as-name', '203.0.113.9')
    raw = throttle.path.read_bytes()
    assert not re.search(rb'my-password|203\.0', raw)


def test_a_torn_file_is_replaced_and_guessing_does_not_become_free(throttle):
    throttle.path.write_bytes(b'not a database at all' * 100)
    with pytest.raises(Unavailable):
        throttle.check('clerk', '10.0.0.1')
    assert waiting(throttle, 'clerk', '10.0.0.1') == 0


def test_without_its_folder_no_password_is_tried(tmp_path, clock):
    with pytest.raises(Unavailable):
        Throttle(tmp_path / 'gone' / 'throttle.sqlite', clock).check('clerk', '10.0.0.1')


def _try_wrongly(path: Path, times: int) -> None:
    throttle = Throttle(path, FixedClock(NOW))
    for _number in range(times):
        throttle.wrong('clerk', '10.0.0.1')


def test_processes_count_together_and_lose_none(throttle):
    context = multiprocessing.get_context('spawn')
    others = [context.Process(target=_try_wrongly, args=(throttle.path, 20)) for _number in range(2)]
    for process in others:
        process.start()
    for process in others:
        process.join(60)
        assert process.exitcode == 0
    with throttle._opened() as db:
        pair, place = throttle._keys(db, 'clerk', '10.0.0.1')
        counts = dict(db.execute('SELECT key, count FROM tries'))
    assert counts == {pair: 40, place: 1}
    assert waiting(throttle, 'clerk', '10.0.0.1') > 0


@pytest.mark.parametrize(
    ('address', 'prefix'),
    [
        ('10.0.0.1', '10.0.0.1'),
        ('2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'),
        ('::ffff:10.0.0.1', '10.0.0.1'),
        ('fe80::1%eth0', 'fe80::'),
        ('', '-'),
        ('unix', 'unix'),
    ],
)
def test_what_counts_as_one_place(address, prefix):
    assert address_prefix(address) == prefix


@given(st.text(), st.text())
def test_no_name_or_address_breaks_it(tmp_path_factory, account, address):
    throttle = Throttle(tmp_path_factory.getbasetemp() / 'any.sqlite', FixedClock(NOW))
    throttle.wrong(account, address)
    throttle.right(account, address)


@given(st.integers(0, 10**9), st.integers(1, 100))
def test_delays_never_shrink_nor_pass_the_longest(count, free):
    assert 0 <= delay_after(count, free) <= delay_after(count + 1, free) <= LONGEST_DELAY
