"""What a changed schedule would do, and the command that tells it."""

import argparse
import json

import pytest

from lantai.doors.cli import retention as command
from lantai.doors.cli.call import Call
from lantai.features.classification.errors import ProfileInvalid
from lantai.features.records.service import transition
from lantai.features.retention.planning import changes, read_schedule
from lantai.services.security.actor import machine_user
from tests.builders.filing import approved

HEAD = 'no,class,org_or_topic_code,scope,typical_records,retention,retention_code,src\n'


@pytest.fixture
def filed(office, acting):
    """Uids of a record of D10 (row 7) and of one of D30 (row 4)."""
    with acting('machine') as act:
        uids = [
            approved(act, '甲', retention_period='D10', where='Z109/WS/2026/D10/BGS').uid,
            approved(act, '乙').uid,
        ]
    with acting('archivist') as act:
        for uid in uids:
            transition(act, act.repository.by_uid(uid), 'file')
    return uids


def schedule(tmp_path, *rows):
    path = tmp_path / '期限表.csv'
    path.write_text(
        HEAD + ''.join(f'{no},会议,BGS,范围,材料,期限,{period},x\n' for no, period in rows), 'utf-8'
    )
    return path


def call(office, tmp_path, capture, *words):
    parser = argparse.ArgumentParser()
    command.configure(parser)

    class Terminal:
        watched = False
        out = staticmethod(capture.append)
        err = staticmethod(lambda text: None)

    made = Call(office, parser.parse_args(words), Terminal(), machine_user('test'), tmp_path, 'en')
    return command.run(made)


def test_rows_are_matched_by_number_and_only_changes_are_told(filed, acting, tmp_path):
    rows = read_schedule(schedule(tmp_path, (7, 'D15'), (4, 'D30'), (1, 'D10')))
    with acting('archivist') as act:
        (change,) = changes(act, rows)
        assert change.as_json() == {
            'uid': filed[0],
            'path': '/Z109/WS/2026/D10/BGS/甲.pdf',
            'before': {'period': 'D10', 'due': '2037-01-01'},
            'after': {'period': 'D15', 'due': '2042-01-01'},
        }
        assert list(changes(act, rows, 'Z110')) == []
    with acting('outsider') as act:
        assert list(changes(act, rows)) == []


def test_a_period_may_become_permanent(filed, acting, tmp_path):
    with acting('archivist') as act:
        (change,) = changes(act, read_schedule(schedule(tmp_path, (4, 'Y'))))
        assert change.after == {'period': 'Y', 'due': None}


@pytest.mark.parametrize('rows', [((7, 'X'),), ((7, 'D10'), (7, 'D30'))])
def test_a_schedule_with_mistakes_is_refused(tmp_path, rows):
    with pytest.raises(ProfileInvalid):
        read_schedule(schedule(tmp_path, *rows))


def test_the_command_tells_the_changes(filed, office, tmp_path):
    told = []
    schedule(tmp_path, (7, 'D15'))
    assert call(office, tmp_path, told, 'plan', '--schedule', '期限表.csv', '--json') == 0
    value = json.loads(told[0])
    assert (value['total'], value['changes'][0]['after']['period']) == (1, 'D15')


def test_the_command_tells_what_is_due_and_counts_what_is_held(filed, office, acting, tmp_path):
    told = []
    call(office, tmp_path, told, 'due', '--on', '2037-01-01', '--json')
    assert json.loads(told.pop()) == {
        'total': 1,
        'held': 0,
        'items': [
            {
                'uid': filed[0],
                'path': '/Z109/WS/2026/D10/BGS/甲.pdf',
                'title': '甲',
                'period': 'D10',
                'due': '2037-01-01',
            }
        ],
    }
    call(office, tmp_path, told, 'due', '--on', '2036-12-31', '--json')
    assert json.loads(told.pop())['total'] == 0
    call(office, tmp_path, told, 'due', '--on', '2037-01-01', '--transfer', '--json')
    assert [each['uid'] for each in json.loads(told.pop())['items']] == [filed[1]]
    with acting('machine') as act:
        act.repository.by_uid(filed[0]).holds = ('x',)
    call(office, tmp_path, told, 'due', '--on', '2037-01-01', '--json')
    assert {key: value for key, value in json.loads(told.pop()).items() if key != 'items'} == {
        'total': 0,
        'held': 1,
    }
    call(office, tmp_path, told, 'due', '--on', '2037-01-01')
    assert told[-1].strip() == '0 due, 1 on hold'
