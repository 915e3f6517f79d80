"""Every event has words, in both languages, whatever its facts."""

import pytest

from lantai.features.journal import sentences
from lantai.features.people.errors import PersonExists
from lantai.services.eventlog.events import Event
from lantai.web.i18n import translate

BASE = {'id': 'i', 'time': 't', 'actor': 'clerk', 'door': 'web', 'object': 'u', 'type': 'item'}
SAMPLES = [
    (Event.NODE_CREATE, {}, 'created: Item', '新建：件'),
    (Event.NODE_DELETE, {'type': 'component'}, 'deleted: Electronic file', '删除：电子文件'),
    (Event.CONTENT_PUT, {'size': 1_200_000}, 'stored a file (1.1 MB)', '存入文件（1.1 MB）'),
    (
        Event.TRANSITION,
        {'step': 'submit', 'from': 'draft', 'to': 'submitted'},
        'submitted it: Being arranged → Waiting for review',
        '提交：待整理 → 待审核',
    ),
    (Event.FILING, {'code': 'Z109-WS·2021·D30·BGS-0002'}, 'filed it as Z109-WS·2021·D30·BGS-0002', None),
    (
        Event.GRANT,
        {'person': 'm', 'role': 'manager', 'unit': 'BGS'},
        'gave m the role Head of unit for unit BGS',
        None,
    ),
    (Event.REVOKE, {'person': 'a', 'role': 'auditor'}, 'took the role Security auditor from a', None),
    (Event.LOGIN_FAILED, {'person': None}, 'A wrong name or password', '名称或密码不对'),
    (Event.LOGIN_FAILED, {'person': 'clerk'}, 'A wrong password for the account clerk', None),
    (Event.VERIFY, {'ok': False, 'problems': 3}, 'verified the repository: 3 problems', None),
    (Event.REFUSED, {'error': PersonExists.name}, None, None),
]


@pytest.mark.parametrize(('act', 'facts', 'english', 'chinese'), SAMPLES)
def test_what_happened_is_said(act, facts, english, chinese):
    said = sentences.sentence({**BASE, 'act': act.value, **facts})
    if english is not None:
        assert translate(said, 'en') == english
    if chinese is not None:
        assert translate(said, 'zh_CN') == chinese
    assert '$' not in translate(said, 'en') + translate(said, 'zh_CN')


def test_a_refusal_says_why_in_words():
    said = sentences.sentence({**BASE, 'act': 'refused', 'error': 'record-is-filed'})
    assert 'filed' in translate(said, 'en').lower()
    assert 'record-is-filed' not in translate(said, 'en')


@pytest.mark.parametrize('event', list(Event))
def test_every_kind_of_event_has_words_and_needs_no_fact(event):
    for facts in ({}, {'type': None}, {'unit': 5, 'role': None, 'joined': None}):
        said = sentences.sentence({**BASE, 'act': event.value, **facts})
        assert translate(said, 'zh_CN') and translate(said, 'en')
    assert sentences.TITLES[event]


@pytest.mark.parametrize('act', ['', 'of.another.version'])
def test_an_event_of_another_version_stands_for_itself(act):
    assert sentences.sentence({**BASE, 'act': act}) == act
