"""Signing in, choosing a password, and what becomes of the other sessions."""

from datetime import timedelta

import pytest

from lantai.base.errors import Invalid, NotFound, Throttled
from lantai.features.people import service, signing_in
from lantai.services.security.credentials import WrongCredentials
from lantai.services.security.passwords import Passwords
from lantai.services.security.people import people_of
from lantai.services.security.sessions import Purpose, sessions_of
from tests.builders.people import PASSWORD, PeopleWorld

NEW = 'correct horse battery'


@pytest.fixture
def world(tmp_path):
    world = PeopleWorld(tmp_path)
    world.add_person('clerk', 'contributor')
    world.add_person('manager', 'manager')
    yield world
    world.close()


def sign_in(world, name='clerk', password=PASSWORD):
    return world.do(lambda act: signing_in.sign_in(act, name, password, agent='Firefox'))


def find(act, cookie):
    return sessions_of(act.repository).find(cookie, act.clock.now(), act.site.doorkeeper.lifetimes)


def session(world, cookie):
    """(person, version, purpose) of a living session, or None."""

    def look(act):
        found = find(act, cookie)
        return None if found is None else (found.person, found.version, found.purpose)

    return world.look(look)


def change(world, cookie, present=PASSWORD, new=NEW):
    return world.do(
        lambda act: signing_in.change_own_password(act, find(act, cookie), present, new), by='clerk'
    )


class TestSigningIn:
    def test_it_starts_a_session_and_is_logged_with_the_address_only(self, world):
        signed = sign_in(world)
        assert session(world, signed.cookie) == ('clerk', 0, Purpose.FULL)
        [event] = world.events()
        assert (event['act'], event['actor']) == ('login', 'clerk')

    def test_a_wrong_password_starts_none(self, world):
        with pytest.raises(WrongCredentials):
            sign_in(world, password='wrong')
        assert world.look(lambda act: list(sessions_of(act.repository).of('clerk'))) == []

    def test_guessing_is_throttled(self, world):
        with pytest.raises(Throttled):
            for number in range(20):
                with pytest.raises(WrongCredentials):
                    sign_in(world, password=f'guess {number}')

    def test_the_session_before_in_this_browser_ends(self, world):
        first = sign_in(world).cookie
        world.do(lambda act: signing_in.sign_in(act, 'manager', PASSWORD, former=find(act, first)))
        assert session(world, first) is None

    def test_a_hash_of_another_cost_is_renewed(self, world):
        cheaper = Passwords(time_cost=2, memory_kib=8).hash(PASSWORD)
        world.do(lambda act: setattr(people_of(act.repository).get('clerk'), 'password_hash', cheaper))
        sign_in(world)
        after = world.look(lambda act: people_of(act.repository).get('clerk').password_hash)
        assert after != cheaper
        assert not world.site.doorkeeper.passwords.needs_rehash(after)
        sign_in(world)

    def test_signing_out_ends_it(self, world):
        signed = sign_in(world)
        world.do(lambda act: signing_in.sign_out(act, find(act, signed.cookie)), by='clerk')
        assert session(world, signed.cookie) is None


class TestOneTimePassword:
    @pytest.fixture
    def given(self, world):
        return world.do(lambda act: service.reset_password(act, 'clerk'))

    def choose(self, world, cookie, new):
        return world.do(lambda act: signing_in.choose_password(act, find(act, cookie), new), by='clerk')

    def test_it_opens_nothing_but_the_choice_of_another(self, world, given):
        signed = sign_in(world, password=given)
        assert signed.must_change
        assert session(world, signed.cookie)[2] == Purpose.NEW_PASSWORD
        chosen = self.choose(world, signed.cookie, NEW)
        assert session(world, signed.cookie) is None
        assert session(world, chosen)[2] == Purpose.FULL
        assert not sign_in(world, password=NEW).must_change

    def test_it_cannot_be_kept_and_the_new_one_must_be_good(self, world, given):
        cookie = sign_in(world, password=given).cookie
        for new in (given, 'short', 'clerk'):
            with pytest.raises(Invalid) as refused:
                self.choose(world, cookie, new)
            assert {condition.field for condition in refused.value.conditions} == {'new'}

    def test_it_works_once(self, world, given):
        self.choose(world, sign_in(world, password=given).cookie, NEW)
        with pytest.raises(WrongCredentials):
            sign_in(world, password=given)


class TestChangingThePassword:
    def test_it_holds_at_once_and_ends_every_other_session(self, world):
        here, elsewhere = sign_in(world).cookie, sign_in(world).cookie
        new = change(world, here)
        assert session(world, new) == ('clerk', 1, Purpose.FULL)
        assert session(world, here) is session(world, elsewhere) is None
        with pytest.raises(WrongCredentials):
            sign_in(world)
        sign_in(world, password=NEW)

    def test_the_present_one_is_asked_for(self, world):
        cookie = sign_in(world).cookie
        with pytest.raises(Invalid) as refused:
            change(world, cookie, present='wrong')
        assert [condition.field for condition in refused.value.conditions] == ['present']

    def test_guessing_the_present_one_is_throttled(self, world):
        cookie = sign_in(world).cookie
        with pytest.raises(Throttled):
            for number in range(20):
                with pytest.raises(Invalid):
                    change(world, cookie, present=f'guess {number}')

    @pytest.mark.parametrize('new', [PASSWORD, 'short', 'password123'])
    def test_the_new_one_must_be_new_and_good(self, world, new):
        cookie = sign_in(world).cookie
        with pytest.raises(Invalid) as refused:
            change(world, cookie, new=new)
        assert [condition.field for condition in refused.value.conditions] == ['new']
        assert session(world, cookie) is not None


class TestSessions:
    def test_own_ones_are_listed_and_ended(self, world):
        first, second = sign_in(world).cookie, sign_in(world).cookie
        sign_in(world, 'manager')
        ids = world.look(lambda act: [each.id for each in signing_in.own_sessions(act)], by='clerk')
        assert len(ids) == 2
        id = world.look(lambda act: find(act, first).id)
        world.do(lambda act: signing_in.end_session(act, id), by='clerk')
        assert session(world, first) is None and session(world, second) is not None

    def test_expired_ones_are_not_listed(self, world):
        sign_in(world)
        world.clock.moment += timedelta(hours=9)
        assert world.look(lambda act: signing_in.own_sessions(act), by='clerk') == []

    def test_nobody_ends_anothers(self, world):
        cookie = sign_in(world, 'manager').cookie
        id = world.look(lambda act: find(act, cookie).id)
        with pytest.raises(NotFound):
            world.do(lambda act: signing_in.end_session(act, id), by='clerk')


class TestOwnLanguage:
    def test_it_is_kept_and_logged_once(self, world):
        for _time in range(2):
            world.do(lambda act: signing_in.change_own_language(act, 'en'), by='clerk')
        assert world.look(lambda act: people_of(act.repository).get('clerk').language) == 'en'
        [event] = world.events()
        assert (event['act'], event['actor'], event['person']) == ('person.change', 'clerk', 'clerk')
        assert event['changed'] == ['language']

    def test_one_that_nobody_speaks_here_is_refused(self, world):
        with pytest.raises(Invalid) as refused:
            world.do(lambda act: signing_in.change_own_language(act, 'tlh'), by='clerk')
        assert [each.field for each in refused.value.conditions] == ['language']
        assert world.events() == []
