"""A refusal outlives the transaction it rolled back."""

import pytest

from lantai.base.errors import Condition, Forbidden
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.eventlog.refusals import MOST_REASONS, log_refusal
from lantai.services.security.actor import Actor


class RecordIsFiled(Forbidden):
    name = 'record-is-filed'


def test_it_is_logged_with_its_codes_while_the_refused_act_leaves_nothing(world):
    error = RecordIsFiled(
        conditions=[Condition('b', '秘密的题名'), Condition('a', 'x', 'title'), Condition('a', 'y')]
    )

    def refused(act):
        record(act, Event.NODE_EDIT)
        log_refusal(world.site, act.actor, error, '0192-uid', 'dav', '192.0.2.7', 'item')
        raise error

    with pytest.raises(RecordIsFiled):
        world.do(refused)
    assert world.seal_all() == 1
    entry = world.read(lambda log: log.entries()[0])
    event = entry.event
    assert {key: event[key] for key in event if key not in ('id', 'time')} == {
        'actor': 'clerk',
        'door': 'dav',
        'act': 'refused',
        'object': '0192-uid',
        'type': 'item',
        'error': 'record-is-filed',
        'conditions': ['a', 'b'],
        'address': '192.0.2.7',
    }
    assert '题名'.encode() not in entry.leaf


def test_nobody_signed_in_is_nobody(world):
    log_refusal(world.site, None, Forbidden())
    world.seal()
    event = world.read(lambda log: log.entries()[0].event)
    assert event['actor'] is None and event['object'] is None and 'address' not in event


def test_a_thousand_reasons_are_counted(world):
    error = Forbidden(conditions=[Condition(f'c{i:04}', 'x') for i in range(1000)])
    log_refusal(world.site, Actor('clerk'), error)
    world.seal()
    event = world.read(lambda log: log.entries()[0].event)
    assert len(event['conditions']) == MOST_REASONS and event['more_conditions'] == 1000 - MOST_REASONS
