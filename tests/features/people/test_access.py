"""Who has access, and why: asked by who gives roles, by the archivist, and before a role is given."""

import pytest

from lantai.base.errors import Forbidden, NotFound
from lantai.features.people.access import Ground, Scope, rights_of, who_may
from lantai.services.security.actor import Grant
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission, Role
from tests.builders.people import PeopleWorld, folder, item


@pytest.fixture
def world(tmp_path):
    world = PeopleWorld(tmp_path)
    for role in ('contributor', 'archivist', 'reader', 'leader'):
        world.add_person(role, role)
    world.add_person('manager', 'manager', for_unit='BGS')
    world.add_person('neighbour', 'contributor', unit='JJC')
    world.add_person('outsider', 'contributor', fonds='Z110')
    for office in ('sysadmin', 'security', 'auditor'):
        world.add_person(office, office)
    world.add_person('newcomer')

    def fill(act):
        series = act.repository['Z109']['WS']['BGS']
        item(series, 'draft.pdf', maker='contributor')
        item(series, 'filed.pdf', state='filed', maker='contributor')
        folder(act.repository['收集'], '一月', maker='contributor')

    world.do(fill)
    yield world
    world.close()


def node_of(act, path):
    node = act.repository
    for name in path.strip('/').split('/'):
        node = node[name]
    return node


def access(world, path, by='', **changes):
    return world.look(lambda act: who_may(act, node_of(act, path), **changes), by=by)


def names(found):
    return [each.person for each in found]


def test_a_draft_is_its_makers_its_managers_and_the_archivists(world):
    found = access(world, '/Z109/WS/BGS/draft.pdf')
    assert names(found) == ['archivist', 'contributor', 'manager']


def test_a_filed_item_is_its_units_and_those_who_appraise(world):
    assert names(access(world, '/Z109/WS/BGS/filed.pdf')) == [
        'archivist',
        'contributor',
        'leader',
        'manager',
        'reader',
    ]


def test_the_ground_is_the_role_where_it_was_given(world):
    [manager] = [each for each in access(world, '/Z109/WS/BGS') if each.person == 'manager']
    assert manager.grounds == (Ground('manager', '/Z109', 'Z109', True, 'BGS'),)
    assert manager.reads == (Scope('BGS'),)
    [manager] = [each for each in access(world, '/Z109') if each.person == 'manager']
    assert not manager.grounds[0].inherited


def test_what_is_read_below_is_said_in_scopes(world):
    reads = {each.person: each.reads for each in access(world, '/Z109')}
    assert reads == {
        'archivist': (Scope(),),
        'contributor': (Scope('BGS'),),
        'leader': (Scope(),),
        'manager': (Scope('BGS'),),
        'neighbour': (Scope('JJC'),),
        'reader': (Scope(only_open=True), Scope('BGS')),
    }


def test_roles_on_the_fonds_are_the_ground_in_the_inbox(world):
    found = access(world, '/收集/一月')
    assert names(found) == ['archivist', 'contributor', 'manager']


def test_disabled_people_have_no_access(world):
    world.do(lambda act: setattr(people_of(act.repository).get('leader'), 'disabled', True))
    assert 'leader' not in names(access(world, '/Z109'))


class TestPreview:
    def grant(self, world, role, unit=None):
        return Grant(role, world.look(lambda act: act.repository['Z109'].uid), unit)

    def test_a_role_is_shown_as_if_it_were_given_and_nothing_is_changed(self, world):
        found = access(world, '/Z109', by='security', given=('newcomer', self.grant(world, 'reader')))
        [newcomer] = [each for each in found if each.person == 'newcomer']
        assert newcomer.reads == (Scope(only_open=True), Scope('BGS'))
        assert 'newcomer' not in names(access(world, '/Z109'))

    def test_a_role_is_shown_as_if_it_were_taken_back(self, world):
        found = access(world, '/Z109', by='security', taken=('manager', self.grant(world, 'manager', 'BGS')))
        assert 'manager' not in names(found)
        assert 'manager' in names(access(world, '/Z109'))


class TestWhoMayAsk:
    def test_the_security_administrator_about_containers_and_the_archivist_about_all(self, world):
        assert access(world, '/Z109/WS/BGS', by='security')
        for path in ('/Z109', '/Z109/WS/BGS', '/Z109/WS/BGS/draft.pdf', '/Z109/WS/BGS/filed.pdf'):
            assert access(world, path, by='archivist')

    def test_a_maker_about_the_own_draft(self, world):
        found = access(world, '/Z109/WS/BGS/draft.pdf', by='contributor')
        assert names(found) == ['archivist', 'contributor', 'manager']

    def test_nobody_asks_about_what_is_hidden_from_them(self, world):
        for by in ('security', 'neighbour', 'outsider', 'auditor'):
            with pytest.raises(NotFound):
                access(world, '/Z109/WS/BGS/draft.pdf', by=by)

    def test_others_do_not_ask(self, world):
        for by in ('contributor', 'manager', 'leader'):
            with pytest.raises(Forbidden):
                access(world, '/Z109/WS/BGS/filed.pdf', by=by)


def test_the_rights_of_a_role_are_the_row_of_the_table():
    cells = {cell.state: dict(cell.clauses) for cell in rights_of(Role.CONTRIBUTOR)}
    assert Permission.SUBMIT in cells['draft']['own']
    assert cells['filed'] == {'unit': (Permission.SEE, Permission.READ)}
