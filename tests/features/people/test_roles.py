"""Roles are given by the security administrator, never to themself, and the three offices stay apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.base.errors import Forbidden, Invalid, NotFound
from lantai.features.people import roles
from lantai.features.people.errors import (
    LastAdministrator,
    NoSuchPerson,
    OwnAccount,
    RoleNotGiven,
    SecondAdministrator,
)
from lantai.features.records import lookup
from lantai.features.records.service import create
from lantai.services.security.actor import Grant
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Administrator
from tests.builders.people import PeopleWorld, item


def office(path):
    world = PeopleWorld(path)
    for name in Administrator:
        world.add_person(name.value, name.value)
    world.add_person('clerk', 'contributor')
    world.add_person('newcomer')
    return world


@pytest.fixture
def world(tmp_path):
    world = office(tmp_path)
    yield world
    world.close()


def node_of(act, path):
    node = act.repository
    for name in path.strip('/').split('/'):
        node = node[name] if name else node
    return node


def grant(world, id, role='reader', path='/Z109', unit=None, by='security'):
    world.do(lambda act: roles.grant_role(act, id, role, node_of(act, path), unit), by=by)


def revoke(world, id, role='reader', path='/Z109', unit=None, by='security'):
    world.do(lambda act: roles.revoke_role(act, id, role, node_of(act, path), unit), by=by)


def roles_of(world, id):
    return [(each.role, each.unit) for each in world.actor(id).grants]


class TestGranting:
    def test_a_role_is_given_on_a_node_and_for_a_unit(self, world):
        grant(world, 'newcomer', 'reader')
        grant(world, 'newcomer', 'manager', '/Z109/WS', 'JJC')
        assert roles_of(world, 'newcomer') == [('reader', None), ('manager', 'JJC')]
        events = [event for event in world.events() if event['act'] == 'grant']
        assert [(e['actor'], e['person'], e['role'], e['unit'], e['type']) for e in events] == [
            ('security', 'newcomer', 'reader', None, 'fonds'),
            ('security', 'newcomer', 'manager', 'JJC', 'series'),
        ]

    def test_giving_it_again_changes_and_logs_nothing(self, world):
        grant(world, 'newcomer')
        grant(world, 'newcomer')
        assert roles_of(world, 'newcomer') == [('reader', None)]
        assert len([event for event in world.events() if event['act'] == 'grant']) == 1

    def test_it_is_taken_back(self, world):
        grant(world, 'newcomer', unit='BGS')
        with pytest.raises(RoleNotGiven):
            revoke(world, 'newcomer')
        revoke(world, 'newcomer', unit='BGS')
        assert roles_of(world, 'newcomer') == []
        assert world.look(lambda act: people_of(act.repository).on_node(act.repository['Z109'])) == tuple(
            entry
            for entry in world.look(lambda act: people_of(act.repository).on_node(act.repository['Z109']))
            if entry[0] == 'clerk'
        )

    @pytest.mark.parametrize(
        ('role', 'path', 'unit', 'code'),
        [
            ('king', '/Z109', None, 'no-such-role'),
            ('sysadmin', '/Z109', None, 'no-such-role'),
            ('reader', '/Z109', 'XYZ', 'no-such-unit'),
            ('reader', '/', 'BGS', 'no-such-fonds'),
        ],
    )
    def test_what_does_not_exist_is_refused(self, world, role, path, unit, code):
        with pytest.raises(Invalid) as refused:
            grant(world, 'newcomer', role, path, unit)
        assert [condition.code for condition in refused.value.conditions] == [code]

    def test_nobody_gives_a_role_to_themself(self, world):
        with pytest.raises(OwnAccount):
            grant(world, 'security')
        grant(world, 'newcomer')
        with pytest.raises(OwnAccount):
            world.do(lambda act: roles.appoint_administrator(act, 'security', 'sysadmin'), by='security')
        with pytest.raises(OwnAccount):
            world.do(lambda act: roles.dismiss_administrator(act, 'security'), by='security')

    def test_nobody_takes_their_own_role_back_either(self, world):
        world.do(
            lambda act: people_of(act.repository).grant(
                people_of(act.repository).get('security'), Grant('reader', act.repository['Z109'].uid)
            )
        )
        with pytest.raises(OwnAccount):
            revoke(world, 'security')

    @pytest.mark.parametrize('by', ['sysadmin', 'auditor', 'clerk'])
    def test_only_the_security_administrator_gives_roles(self, world, by):
        with pytest.raises((Forbidden, NotFound)):
            grant(world, 'newcomer', by=by)
        with pytest.raises((Forbidden, NotFound)):
            revoke(world, 'clerk', 'contributor', by=by)

    def test_not_on_an_item_and_not_to_nobody(self, world):
        world.do(lambda act: item(node_of(act, '/Z109/WS/BGS'), 'a.pdf') and None)
        with pytest.raises(NotFound):
            grant(world, 'newcomer', path='/Z109/WS/BGS/a.pdf')
        with pytest.raises(Invalid):
            world.do(
                lambda act: roles.grant_role(act, 'newcomer', 'reader', node_of(act, '/Z109/WS/BGS/a.pdf'))
            )
        with pytest.raises(NoSuchPerson):
            grant(world, 'nobody')


class TestThreeAdministrators:
    def appoint(self, world, id, office, by='security'):
        world.do(lambda act: roles.appoint_administrator(act, id, office), by=by)

    def dismiss(self, world, id, by='security'):
        world.do(lambda act: roles.dismiss_administrator(act, id), by=by)

    def test_one_person_never_holds_two_offices(self, world):
        self.appoint(world, 'newcomer', 'auditor')
        for office in ('sysadmin', 'security'):
            with pytest.raises(SecondAdministrator):
                self.appoint(world, 'newcomer', office)
            with pytest.raises(SecondAdministrator):  # not even at the machine itself
                self.appoint(world, 'newcomer', office, by='')
        self.appoint(world, 'newcomer', 'auditor')
        assert type(world.actor('newcomer').administrator) is str
        assert world.actor('newcomer').administrator == 'auditor'
        assert len([event for event in world.events() if event['act'] == 'grant']) == 1

    def test_an_office_is_changed_by_leaving_the_first(self, world):
        self.appoint(world, 'newcomer', 'auditor')
        self.dismiss(world, 'newcomer')
        self.appoint(world, 'newcomer', 'sysadmin')
        assert world.actor('newcomer').administrator == 'sysadmin'

    def test_the_last_one_stays_but_the_machine_may(self, world):
        with pytest.raises(LastAdministrator):
            self.dismiss(world, 'auditor')
        with pytest.raises(RoleNotGiven):
            self.dismiss(world, 'clerk')
        self.dismiss(world, 'auditor', by='')
        assert world.actor('auditor').administrator == ''

    def test_the_system_administrator_appoints_nobody(self, world):
        with pytest.raises(Forbidden):
            self.appoint(world, 'newcomer', 'sysadmin', by='sysadmin')

    def test_there_is_no_fourth_office(self, world):
        with pytest.raises(Invalid):
            self.appoint(world, 'newcomer', 'archivist')

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(['security', 'second', 'sysadmin', 'auditor', 'clerk', '']),
                st.sampled_from(['security', 'second', 'sysadmin', 'auditor', 'clerk']),
                st.sampled_from(['sysadmin', 'security', 'auditor', 'dismiss']),
            ),
            max_size=12,
        )
    )
    def test_whatever_is_tried_nobody_holds_two_and_no_office_is_empty(self, tmp_path_factory, tries):
        world = office(tmp_path_factory.mktemp('three'))
        world.add_person('second', 'security')
        for by, id, what in tries:
            try:
                if what == 'dismiss':
                    self.dismiss(world, id, by=by or 'clerk')
                else:
                    self.appoint(world, id, what, by=by)
            except (Forbidden, NotFound, SecondAdministrator, LastAdministrator, RoleNotGiven):
                pass
        held = [
            world.actor(id).administrator for id in ('security', 'second', 'sysadmin', 'auditor', 'clerk')
        ]
        assert set(Administrator) <= set(held)
        world.close()


def test_a_role_on_one_volume_holds_in_it_and_shows_the_way_there(acting):
    with acting('archivist') as act:
        series = lookup.find(act, ('Z109', 'WS', '2026', 'D30', 'BGS'))
        volume = create(act, series, 'file', name='卷1', title='第一卷')
        uid = volume.uid
    with acting('security') as act:
        roles.grant_role(act, 'outsider', 'archivist', act.repository.by_uid(uid))
    with acting('outsider') as act:
        assert lookup.by_uid(act, uid).title == '第一卷'
        assert lookup.find(act, ('Z109',)).title == '保税区管理局'
        with pytest.raises(NotFound):
            lookup.find(act, ('Z109', 'WS', '2026', 'D10', 'BGS'))
