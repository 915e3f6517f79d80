"""Transfers and holds over the API, as the contract writes them."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.builders.cases import filed_items

CASES = '/api/v1/cases'


@pytest.fixture
def filed(site, acting, application) -> list[str]:
    """Uids of three filed records."""
    return filed_items(site, acting, ['甲', '乙', '丙'], period='D30', year=2026)


@pytest.fixture
def case(calling, filed) -> str:
    """The address of a transfer of them."""
    body = {'kind': 'transfer', 'title': '移交', 'items': filed}
    answer = calling('archivist').post_json(CASES, body, status=201)
    assert answer.json['state'] == 'open'
    return answer.headers['Location'].removeprefix('http://localhost')


def act(calling, person: str, case: str, status: int = 200, **body):
    return calling(person).post_json(f'{case}/actions', body, status=status).json


def sent(calling, case: str) -> None:
    root = calling('leader').get(case).json['list_root']
    assert act(calling, 'leader', case, name='approve', list_root=root)['state'] == 'approved'
    act(calling, 'archivist', case, name='package')
    assert act(calling, 'archivist', case, name='send')['state'] == 'waiting'


def states(answer: dict) -> list[str]:
    return [item['state'] for item in answer['items']['items']]


def test_a_transfer_from_the_list_to_the_receipt(calling, case, filed):
    assert states(calling('archivist').get(case).json) == ['transferring'] * 3
    sent(calling, case)
    package = calling('archivist').get(f'{case}/package')
    assert zipfile.is_zipfile(io.BytesIO(package.body))
    receipt = {'number': '3号', 'date': '2026-03-01', 'receiver': '档案馆', 'items': filed[:2]}
    done = act(calling, 'archivist', case, name='receipt', receipt=receipt)
    assert done['state'] == 'done'
    assert states(done) == ['transferred', 'transferred', 'filed']
    register = calling('leader').get(f'{case}/documents/register').json
    assert register['value']['receipt']['number'] == '3号'


def test_an_approval_without_the_list_is_422_and_of_another_409(calling, case):
    act(calling, 'leader', case, 422, name='approve')
    problem = act(calling, 'leader', case, 409, name='approve', list_root='0' * 64)
    assert problem['type'] == 'urn:lantai:list-changed'


def test_a_receipt_says_everything_that_is_wrong_with_it(calling, case):
    sent(calling, case)
    problem = act(calling, 'archivist', case, 409, name='receipt', receipt={'date': 'soon', 'items': ['x']})
    fields = {condition['field'] for condition in problem['conditions']}
    assert fields == {'receipt.number', 'receipt.receiver', 'receipt.date', 'receipt.items'}


def test_recalled_before_the_receipt_everything_is_filed_again(calling, case):
    sent(calling, case)
    assert states(act(calling, 'archivist', case, name='recall')) == ['filed'] * 3
    calling('archivist').get(f'{case}/package', status=404)


def test_a_hold_sets_its_record_aside(calling, case, filed):
    body = {'title': '诉讼', 'reason': '案件', 'items': filed[:1]}
    hold = calling('archivist').post_json('/api/v1/holds', body, status=201)
    answer = calling('archivist').get(case).json
    assert states(answer) == ['filed', 'transferring', 'transferring']
    assert answer['items']['items'][0]['set_aside'] == 'held'
    again = {'kind': 'transfer', 'title': '又', 'items': filed[:1]}
    refused = calling('archivist').post_json(CASES, again, status=409).json
    assert [condition['code'] for condition in refused['conditions']] == ['held']
    calling('archivist').delete(f'/api/v1/holds/{hold.json["id"]}', status=204)
    calling('archivist').post_json(CASES, again, status=201)


@pytest.mark.parametrize('person', ['clerk', 'reader', 'outsider', 'supervisor1', 'sysadmin', 'auditor'])
def test_nobody_else_sees_it(calling, case, person):
    calling(person).get(case, status=404)
    calling(person).get(f'{case}/package', status=404)
    assert calling(person).get(CASES).json['total'] == 0
