"""Tokens of one's own account: shown once, revoked at once."""

from datetime import timedelta

import pytest

from lantai.base.errors import Invalid, NotFound
from lantai.features.people import tokens
from lantai.features.people.errors import TooManyTokens
from lantai.services.security.credentials import WrongCredentials
from lantai.services.security.tokens import TokenKind
from tests.builders.people import PeopleWorld


@pytest.fixture
def world(tmp_path):
    world = PeopleWorld(tmp_path)
    world.add_person('clerk', 'contributor')
    world.add_person('manager', 'manager')
    world.add_person('sysadmin', 'sysadmin')
    yield world
    world.close()


def create(world, label='OA', expires=None, kind=TokenKind.API, by='clerk'):
    return world.do(lambda act: tokens.create_token(act, label, expires, kind), by=by)


def opens(world, text):
    try:
        return world.look(lambda act: act.site.doorkeeper.credentials.bearer(act.repository, text).person)
    except WrongCredentials:
        return None


def test_a_token_opens_the_api_until_it_is_revoked(world):
    id, text = create(world)
    assert opens(world, text) == 'clerk'
    world.do(lambda act: tokens.revoke_token(act, id), by='clerk')
    assert opens(world, text) is None
    created, revoked = world.events()
    assert (created['act'], created['token'], created['kind']) == ('token.create', id, 'api')
    assert (revoked['act'], revoked['token'], revoked['person']) == ('token.revoke', id, 'clerk')
    assert text not in str(world.events()) and 'OA' not in str(created)


def test_it_ends_with_its_last_day(world):
    today = world.clock.today()
    _id, text = create(world, expires=today + timedelta(days=1))
    world.clock.moment += timedelta(days=1)
    assert opens(world, text) == 'clerk'
    world.clock.moment += timedelta(days=1)
    assert opens(world, text) is None


@pytest.mark.parametrize(
    ('label', 'days', 'field'),
    [(' ', None, 'label'), ('x' * 61, None, 'label'), ('a\nb', None, 'label'), ('x', -1, 'expires')],
)
def test_mistakes_are_named_at_their_field(world, label, days, field):
    expires = None if days is None else world.clock.today() + timedelta(days=days)
    with pytest.raises(Invalid) as refused:
        create(world, label, expires)
    assert [condition.field for condition in refused.value.conditions] == [field]


def test_there_are_not_more_than_can_be_watched(world, monkeypatch):
    monkeypatch.setattr(tokens, 'MOST', 2)
    create(world)
    create(world)
    create(world, kind=TokenKind.APPLICATION)
    with pytest.raises(TooManyTokens):
        create(world)


def test_nobody_revokes_anothers_but_who_manages_accounts(world):
    id, text = create(world)
    with pytest.raises(NotFound):
        world.do(lambda act: tokens.revoke_token(act, id), by='manager')
    assert opens(world, text) == 'clerk'
    world.do(lambda act: tokens.revoke_token(act, id), by='sysadmin')
    assert opens(world, text) is None
    with pytest.raises(NotFound):
        world.do(lambda act: tokens.revoke_token(act, id), by='clerk')


def test_kinds_are_listed_apart(world):
    create(world, 'first')
    create(world, 'laptop', kind=TokenKind.APPLICATION)
    for kind, label in ((TokenKind.API, 'first'), (TokenKind.APPLICATION, 'laptop')):
        listed = world.look(
            lambda act, kind=kind: [t.label for t in tokens.own_tokens(act, kind)], by='clerk'
        )
        assert listed == [label]
    assert world.look(lambda act: tokens.own_tokens(act, TokenKind.API), by='manager') == []


def test_the_machine_has_no_tokens(world):
    with pytest.raises(NotFound):
        create(world, by='')
