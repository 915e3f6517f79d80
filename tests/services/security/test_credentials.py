"""One verifier for all doors: it remembers what it found, but never longer than it is true."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from lantai.base.clock import FixedClock
from lantai.base.errors import Throttled
from lantai.services.security import people, sessions, tokens
from lantai.services.security.credentials import (
    RIGHT_FOR,
    WRONG_FOR,
    Credentials,
    Method,
    PasswordMustBeChanged,
    Verified,
    WrongCredentials,
)
from lantai.services.security.passwords import Passwords
from lantai.services.security.people import Person
from lantai.services.security.throttle import FREE_TRIES, Throttle
from lantai.services.security.tokens import TokenKind
from lantai.store.tree import Repository

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HERE, ELSEWHERE = '10.0.0.1', '10.0.0.2'


class CountingPasswords(Passwords):
    """Counts how often a hash was computed to verify."""

    verified = 0

    def verify(self, kept, password):
        self.verified += 1
        return super().verify(kept, password)


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def passwords():
    return CountingPasswords(time_cost=1, memory_kib=8)


@pytest.fixture
def repository(clock, passwords):
    repository = Repository('Test', clock)
    for part in (people, sessions, tokens):
        part.install(repository)
    for name in ('clerk', 'manager'):
        person = Person(name, NOW)
        person.password_hash = passwords.hash(f'secret of {name}')
        people.people_of(repository).add(person)
    return repository


@pytest.fixture
def credentials(tmp_path, clock, passwords):
    return Credentials(passwords, Throttle(tmp_path / 'throttle.sqlite', clock), clock)


def basic(credentials, repository, name, secret, address=HERE, applications=False):
    return credentials.basic(repository, name, secret, address, applications=applications)


def person(repository, name='clerk'):
    return people.people_of(repository).get(name)


class TestPassword:
    def test_the_right_one_is_verified_and_the_name_may_be_typed_in_capitals(self, credentials, repository):
        expected = Verified('clerk', Method.PASSWORD)
        assert basic(credentials, repository, 'clerk', 'secret of clerk') == expected
        assert basic(credentials, repository, ' Clerk ', 'secret of clerk') == expected

    @pytest.mark.parametrize(
        ('name', 'secret'),
        [('clerk', 'secret of manager'), ('clerk', ''), ('nobody', 'x'), ('', ''), ('\udcff', '\0')],
    )
    def test_a_wrong_name_and_a_wrong_password_are_refused_alike(self, credentials, repository, name, secret):
        with pytest.raises(WrongCredentials) as refused:
            basic(credentials, repository, name, secret)
        assert refused.value.detail == WrongCredentials.title

    def test_a_thousand_requests_cost_one_hash(self, credentials, repository, passwords):
        for _number in range(1000):
            basic(credentials, repository, 'clerk', 'secret of clerk')
        assert passwords.verified == 1

    def test_connections_opened_at_once_cost_one_hash(self, credentials, repository, passwords):
        start = threading.Barrier(8)

        def ask():
            start.wait()
            basic(credentials, repository, 'clerk', 'secret of clerk')

        threads = [threading.Thread(target=ask) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert passwords.verified == 1

    def test_it_is_remembered_for_minutes_only(self, credentials, repository, passwords, clock):
        basic(credentials, repository, 'clerk', 'secret of clerk')
        clock.moment += timedelta(seconds=RIGHT_FOR + 1)
        basic(credentials, repository, 'clerk', 'secret of clerk')
        assert passwords.verified == 2

    def test_a_new_password_ends_the_old_one_at_once(self, credentials, repository, passwords):
        basic(credentials, repository, 'clerk', 'secret of clerk')
        person(repository).password_hash = passwords.hash('another one')
        person(repository).credentials_version += 1
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', 'secret of clerk')
        basic(credentials, repository, 'clerk', 'another one')

    def test_a_disabled_account_ends_at_once(self, credentials, repository):
        basic(credentials, repository, 'clerk', 'secret of clerk')
        person(repository).disabled = True
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', 'secret of clerk')

    def test_a_one_time_password_opens_no_program_door(self, credentials, repository):
        person(repository).must_change_password = True
        with pytest.raises(PasswordMustBeChanged):
            basic(credentials, repository, 'clerk', 'secret of clerk')
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', 'wrong')

    def test_no_secret_is_held_in_memory_and_memory_is_bounded(self, tmp_path, clock, passwords, repository):
        throttle = Throttle(tmp_path / 'throttle.sqlite', clock)
        small = Credentials(passwords, throttle, clock, remembered=3)
        basic(small, repository, 'clerk', 'secret of clerk')
        for number in range(20):
            with pytest.raises(WrongCredentials):
                basic(small, repository, f'nobody{number}', 'x', f'10.0.1.{number}')
        assert len(small._wrong) == 3
        assert b'secret of clerk' not in b''.join(small._right._entries)


class TestThrottling:
    def guess(self, credentials, repository, times, address=HERE):
        for number in range(times):
            with pytest.raises((WrongCredentials, Throttled)):
                basic(credentials, repository, 'clerk', f'guess {number}', address)

    def test_guessing_is_slowed_and_then_not_even_the_right_one_is_tried(
        self, credentials, repository, passwords
    ):
        self.guess(credentials, repository, FREE_TRIES + 3)
        assert passwords.verified == FREE_TRIES
        with pytest.raises(Throttled) as refused:
            basic(credentials, repository, 'clerk', 'secret of clerk')
        assert refused.value.retry_after >= 1

    def test_the_rightful_user_elsewhere_notices_nothing(self, credentials, repository):
        self.guess(credentials, repository, 30)
        basic(credentials, repository, 'clerk', 'secret of clerk', ELSEWHERE)

    def test_who_was_verified_before_notices_nothing(self, credentials, repository):
        basic(credentials, repository, 'clerk', 'secret of clerk')
        self.guess(credentials, repository, 30)
        basic(credentials, repository, 'clerk', 'secret of clerk')

    def test_tokens_notice_nothing(self, credentials, repository, clock):
        _token, text = tokens.tokens_of(repository).create('clerk', TokenKind.API, 'OA', clock.today())
        _token, word = tokens.tokens_of(repository).create(
            'clerk', TokenKind.APPLICATION, 'Mac', clock.today()
        )
        self.guess(credentials, repository, 30)
        assert credentials.bearer(repository, text).person == 'clerk'
        assert basic(credentials, repository, 'clerk', word, applications=True).person == 'clerk'

    def test_a_client_repeating_an_old_password_is_no_guesser(self, credentials, repository, passwords):
        for _number in range(200):
            with pytest.raises(WrongCredentials):
                basic(credentials, repository, 'clerk', 'the old one')
        assert passwords.verified == 1
        basic(credentials, repository, 'clerk', 'secret of clerk')

    def test_a_wrong_pair_is_looked_at_again_when_the_password_changes_or_time_passes(
        self, credentials, repository, passwords, clock
    ):
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', 'new one')
        person(repository).password_hash = passwords.hash('new one')
        person(repository).credentials_version += 1
        basic(credentials, repository, 'clerk', 'new one')
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', 'never')
        clock.moment += timedelta(seconds=WRONG_FOR + 1)
        before = passwords.verified
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', 'never')
        assert passwords.verified == before + 1


class TestTokens:
    @pytest.fixture
    def token(self, repository, clock):
        return tokens.tokens_of(repository).create('clerk', TokenKind.API, 'OA', clock.today())

    @pytest.fixture
    def word(self, repository, clock):
        return tokens.tokens_of(repository).create('clerk', TokenKind.APPLICATION, 'Laptop', clock.today())

    def test_a_bearer_token_is_its_person_and_notes_the_day(self, credentials, repository, token, clock):
        assert credentials.bearer(repository, token[1]) == Verified('clerk', Method.TOKEN, token[0].id)
        assert token[0].last_used == clock.today()

    def test_wrong_ones_are_refused(self, credentials, repository, word):
        for text in ('', 'lt_', 'x', word[1]):
            with pytest.raises(WrongCredentials):
                credentials.bearer(repository, text)

    def test_a_disabled_person_has_no_tokens(self, credentials, repository, token, word):
        person(repository).disabled = True
        with pytest.raises(WrongCredentials):
            credentials.bearer(repository, token[1])
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', word[1], applications=True)

    def test_an_application_password_works_where_it_may_and_for_its_person(
        self, credentials, repository, word
    ):
        found = basic(credentials, repository, 'clerk', word[1], applications=True)
        assert found == Verified('clerk', Method.APPLICATION, word[0].id)
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'clerk', word[1])
        with pytest.raises(WrongCredentials):
            basic(credentials, repository, 'manager', word[1], applications=True)
