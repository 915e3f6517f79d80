"""Accounts: made and changed by the system administrator, who gives nobody a right by that."""

import pytest

from lantai.base.errors import Forbidden, Invalid, NotFound
from lantai.features.people import service
from lantai.features.people.errors import (
    AdministratorsPassword,
    LastAdministrator,
    NoSuchPerson,
    OwnAccount,
    PersonExists,
)
from lantai.features.people.setup import create_administrators
from lantai.features.people.signing_in import sign_in
from lantai.services.security.credentials import WrongCredentials
from lantai.services.security.people import people_of
from lantai.services.security.sessions import sessions_of
from tests.builders.people import PASSWORD, PeopleWorld


@pytest.fixture
def world(tmp_path):
    world = PeopleWorld(tmp_path)
    world.add_person('sysadmin', 'sysadmin')
    world.add_person('security', 'security')
    world.add_person('auditor', 'auditor')
    world.add_person('clerk', 'contributor')
    yield world
    world.close()


def create(world, id='new', by='sysadmin', **values):
    values = {'name': '新人', 'fonds': 'Z109', 'unit': 'BGS', **values}
    return world.do(lambda act: service.create_person(act, id, **values), by=by)


def change(world, id, by='sysadmin', **values):
    world.do(lambda act: service.change_person(act, id, **values), by=by)


def person(world, id):
    """Everything stored of a person."""
    return world.look(lambda act: dict(vars(people_of(act.repository).get(id))))


def signs_in(world, name, password):
    return world.do(lambda act: sign_in(act, name, password))


def codes(refused):
    return [(condition.field, condition.code) for condition in refused.value.conditions]


class TestCreating:
    def test_a_new_account_has_a_one_time_password_and_no_role(self, world):
        password = create(world, 'Zhang.San')
        made = person(world, 'zhang.san')
        assert (made['name'], made['fonds'], made['unit']) == ('新人', 'Z109', 'BGS')
        assert made['must_change_password'] and 'grants' not in made and 'administrator' not in made
        assert signs_in(world, 'zhang.san', password).must_change

    def test_with_a_password_given_it_can_be_used_at_once(self, world):
        assert create(world, 'new', password='correct horse battery') == ''
        assert not signs_in(world, 'new', 'correct horse battery').must_change

    def test_every_mistake_is_named_at_its_field(self, world):
        with pytest.raises(Invalid) as refused:
            create(world, 'a:b', name=' ', unit='XYZ', language='fr', password='short')
        assert codes(refused) == [
            ('id', 'bad-login-name'),
            ('name', 'required'),
            ('unit', 'no-such-unit'),
            ('language', 'no-such-language'),
            ('password', 'password-too-short'),
        ]

    @pytest.mark.parametrize(
        'id', ['', 'a/b', 'a b', '.a', 'a.', 'system', 'os', 'a' * 41, '-', 'a\nb', 'os:root']
    )
    def test_names_that_would_confuse_are_refused(self, world, id):
        with pytest.raises(Invalid) as refused:
            create(world, id)
        assert codes(refused) == [('id', 'bad-login-name')]

    @pytest.mark.parametrize('id', ['张三', 'a', 'a-b_c.d', 'z9', 'a' * 40])
    def test_names_of_all_scripts_are_taken(self, world, id):
        create(world, id)
        assert person(world, id)['id'] == id

    def test_a_name_is_taken_once_however_it_is_typed(self, world):
        with pytest.raises(PersonExists):
            create(world, ' CLERK ')

    def test_administrators_need_belong_nowhere(self, world):
        create(world, 'boss', fonds='', unit='')
        assert person(world, 'boss').get('fonds', '') == ''

    def test_a_strange_fonds_is_refused(self, world):
        for fonds in ('Z999', '收集'):
            with pytest.raises(Invalid) as refused:
                create(world, fonds=fonds)
            assert codes(refused) == [('fonds', 'no-such-fonds')]

    @pytest.mark.parametrize('by', ['security', 'auditor', 'clerk'])
    def test_only_the_system_administrator_does_it(self, world, by):
        with pytest.raises(Forbidden):
            create(world, by=by)

    def test_the_event_names_the_account_and_no_person(self, world):
        create(world, 'new')
        [event] = [event for event in world.events() if event['act'] == 'person.create']
        assert (event['actor'], event['person'], event['unit']) == ('sysadmin', 'new', 'BGS')
        assert '新人' not in str(event)


class TestChanging:
    def test_what_is_given_is_changed_and_the_rest_stays(self, world):
        change(world, 'clerk', name='李四', unit='JJC')
        assert (person(world, 'clerk')['name'], person(world, 'clerk')['unit']) == ('李四', 'JJC')
        assert person(world, 'clerk')['fonds'] == 'Z109'
        [event] = [event for event in world.events() if event['act'] == 'person.change']
        assert (event['changed'], event['unit']) == (['name', 'unit'], 'JJC')

    def test_nothing_changed_is_no_event(self, world):
        change(world, 'clerk', unit='BGS')
        assert not [event for event in world.events() if event['act'] == 'person.change']

    def test_a_disabled_person_is_out_at_once_and_comes_back_without_the_old_sessions(self, world):
        signs_in(world, 'clerk', PASSWORD)
        change(world, 'clerk', disabled=True)
        assert world.look(lambda act: list(sessions_of(act.repository).of('clerk'))) == []
        with pytest.raises(WrongCredentials):
            signs_in(world, 'clerk', PASSWORD)
        change(world, 'clerk', disabled=False)
        signs_in(world, 'clerk', PASSWORD)

    def test_nobody_moves_or_disables_themself(self, world):
        for values in ({'fonds': 'Z110'}, {'unit': 'JJC'}, {'disabled': True}):
            with pytest.raises(OwnAccount):
                change(world, 'sysadmin', **values)
        change(world, 'sysadmin', name='王五')

    def test_the_last_of_an_office_is_not_disabled(self, world):
        with pytest.raises(LastAdministrator):
            change(world, 'auditor', disabled=True)
        world.add_person('auditor2', 'auditor')
        change(world, 'auditor', disabled=True)
        with pytest.raises(LastAdministrator):
            change(world, 'auditor2', disabled=True)

    def test_nobody_is_moved_into_a_closed_unit(self, world):
        def close(act):
            fonds = act.repository['Z109']
            fonds.units = {**fonds.units, 'JJC': {**fonds.units['JJC'], 'closed': True}}

        world.do(close)
        with pytest.raises(Invalid) as refused:
            change(world, 'clerk', unit='JJC')
        assert codes(refused) == [('unit', 'unit-closed')]

    def test_who_does_not_exist_is_not_found(self, world):
        with pytest.raises(NoSuchPerson):
            change(world, 'nobody', name='x')

    @pytest.mark.parametrize('by', ['security', 'auditor', 'clerk'])
    def test_only_the_system_administrator_does_it(self, world, by):
        with pytest.raises(Forbidden):
            change(world, 'clerk', by=by, name='x')


class TestPasswords:
    def test_a_reset_gives_a_one_time_password_and_ends_everything_old(self, world):
        signs_in(world, 'clerk', PASSWORD)
        given = world.do(lambda act: service.reset_password(act, 'clerk'), by='sysadmin')
        assert world.look(lambda act: list(sessions_of(act.repository).of('clerk'))) == []
        with pytest.raises(WrongCredentials):
            signs_in(world, 'clerk', PASSWORD)
        assert signs_in(world, 'clerk', given).must_change

    def test_no_password_stands_in_an_event(self, world):
        given = world.do(lambda act: service.reset_password(act, 'clerk'), by='sysadmin')
        assert given not in str(world.events())

    @pytest.mark.parametrize('id', ['security', 'auditor'])
    def test_an_administrators_password_is_no_other_administrators_to_give(self, world, id):
        with pytest.raises(AdministratorsPassword):
            world.do(lambda act: service.reset_password(act, id), by='sysadmin')
        assert signs_in(world, id, world.do(lambda act: service.reset_password(act, id))).must_change

    def test_the_own_one_is_changed_elsewhere(self, world):
        with pytest.raises(OwnAccount):
            world.do(lambda act: service.reset_password(act, 'sysadmin'), by='sysadmin')

    def test_the_command_line_sets_a_good_one(self, world):
        with pytest.raises(Invalid):
            world.do(lambda act: service.set_password(act, 'clerk', 'clerk'))
        world.do(lambda act: service.set_password(act, 'clerk', 'correct horse battery'))
        assert not signs_in(world, 'clerk', 'correct horse battery').must_change

    @pytest.mark.parametrize('by', ['security', 'auditor', 'clerk'])
    def test_only_the_system_administrator_resets(self, world, by):
        with pytest.raises(Forbidden):
            world.do(lambda act: service.reset_password(act, 'clerk'), by=by)


def test_a_new_repository_gets_three_administrators_with_one_time_passwords(tmp_path):
    world = PeopleWorld(tmp_path)
    made = world.do(create_administrators)
    assert [name for name, _password in made] == ['sysadmin', 'security', 'auditor']
    for name, password in made:
        assert signs_in(world, name, password).must_change
        assert world.actor(name).administrator == name
    with pytest.raises(PersonExists):
        world.do(create_administrators)
    world.close()


def test_hidden_stays_not_found(world):
    """An ordinary person asking about accounts learns nothing about who exists."""
    for id in ('auditor', 'nobody'):
        with pytest.raises((Forbidden, NotFound)) as refused:
            change(world, id, by='clerk', name='x')
        assert refused.type is Forbidden
