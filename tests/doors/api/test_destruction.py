"""A destruction over the API, from what is due to the signed certificate, by all the persons it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from lantai.services.eventlog.sealer import seal_all
from lantai.services.jobs.running import Runner
from lantai.services.security.actor import machine_user
from tests.builders.cases import filed_items
from tests.builders.destruction import more_people

DUE = datetime(2040, 1, 2, tzinfo=UTC)
CASES = '/api/v1/cases'


@pytest.fixture
def due(application, site, acting, clock) -> list[str]:
    site.transact(more_people, machine_user('test'), door='cli')
    uids = filed_items(site, acting, ['甲', '乙'], period='D10', year=2026)
    clock.moment = DUE
    return uids


def act_on(calling, who: str, case: str, name: str, status: int = 200, **values) -> dict:
    answer = calling(who).post_json(f'{CASES}/{case}/actions', {'name': name, **values}, status=status)
    return answer.json


@pytest.fixture
def opened(calling, due) -> str:
    case = calling('archivist').post_json(CASES, {'kind': 'appraisal', 'title': '鉴定', 'items': due}).json
    act_on(calling, 'appraiser', case['id'], 'decide', all=True, decision='condemn', reason='过期')
    submitted = act_on(calling, 'appraiser', case['id'], 'submit')
    done = act_on(calling, 'leader', case['id'], 'approve', list_root=submitted['list_root'])
    assert [each['kind'] for each in done['cases']] == ['destruction']
    return done['cases'][0]['id']


def tasks(calling, who: str) -> list[str]:
    return [task['kind'] for task in calling(who).get('/api/v1/tasks').json['items']]


def test_one_by_hand_is_refused_by_name(calling, due):
    answer = calling('archivist').post_json(
        CASES, {'kind': 'destruction', 'title': '销毁', 'items': due}, status=409
    )
    assert answer.json['type'] == 'urn:lantai:appraisal-needed'


def test_from_due_to_destroyed_and_signed(calling, site, clock, opened, due):
    case = calling('leader').get(f'{CASES}/{opened}').json
    assert (case['state'], case['not_before']) == ('open', None)
    path = '/api/v1/content' + quote(case['items']['items'][0]['path'])
    assert tasks(calling, 'leader') == ['approve-case']
    assert act_on(calling, 'leader', opened, 'approve', 422)['type'] == 'urn:lantai:list-root-needed'
    assert act_on(calling, 'leader', opened, 'approve', 409, list_root='0' * 64)['status'] == 409
    waiting = act_on(calling, 'leader', opened, 'approve', list_root=case['list_root'])
    assert (waiting['state'], waiting['not_before']) == ('waiting', '2040-01-09')
    assert {item['state'] for item in waiting['items']['items']} == {'destroying'}
    assert tasks(calling, 'leader') == []
    assert tasks(calling, 'supervisor1') == ['witness-case']
    act_on(calling, 'supervisor1', opened, 'witness')
    again = act_on(calling, 'supervisor1', opened, 'witness', 409)
    assert again['type'] == 'urn:lantai:another-person-needed'
    act_on(calling, 'supervisor2', opened, 'witness')
    early = act_on(calling, 'archivist', opened, 'execute', 409)
    assert [reason['code'] for reason in early['conditions']] == ['too-early']
    assert tasks(calling, 'archivist') == []
    clock.moment = DUE + timedelta(days=7)
    assert tasks(calling, 'archivist') == ['execute-case']
    calling('clerk').get(path, status=200)
    executing = act_on(calling, 'archivist', opened, 'execute')
    assert executing['state'] == 'executing'
    runner = Runner(site)
    for job in runner.open_jobs():
        runner.run_to_end(job)
    signing = calling('archivist').get(f'{CASES}/{opened}').json
    assert signing['state'] == 'signing'
    assert {item['state'] for item in signing['items']['items']} == {'destroyed'}
    calling('clerk').get(path, status=410)
    assert tasks(calling, 'supervisor1') == ['sign-case']
    act_on(calling, 'supervisor1', opened, 'sign')
    assert act_on(calling, 'supervisor3', opened, 'sign', 409)['type'] == 'urn:lantai:another-person-needed'
    done = act_on(calling, 'supervisor2', opened, 'sign')
    assert (done['state'], done['documents']) == ('done', ['certificate', 'register'])
    node = calling('clerk').get(f'/api/v1/tree{quote(done["items"]["items"][0]["path"])}').json
    assert (node['state'], node['title']) == ('destroyed', '甲')


def test_papers_as_json_pdf_and_spreadsheet(calling, opened):
    root = calling('leader').get(f'{CASES}/{opened}').json['list_root']
    case = act_on(calling, 'leader', opened, 'approve', list_root=root)
    address = f'{CASES}/{opened}/documents/register'
    kept = calling('archivist').get(address).json
    assert kept['signature']['algorithm'] == 'Ed25519' and kept['value']['list_root'] == root
    assert calling('archivist').get(address, {'format': 'pdf'}).body.startswith(b'%PDF')
    assert calling('archivist').get(address, {'format': 'xlsx'}).body.startswith(b'PK')
    report = f'{CASES}/{case["origin"]}/documents/report'
    assert calling('appraiser').get(report, {'format': 'pdf'}).body.startswith(b'%PDF')
    calling('archivist').get(f'{CASES}/{opened}/documents/certificate', status=404)
    calling('reader').get(address, status=404)
    calling('archivist').get(address, {'format': 'docx'}, status=422)


def test_refusals_are_in_the_log(calling, site, opened):
    act_on(calling, 'leader', opened, 'approve', 409, list_root='0' * 64)
    seal_all(site.database, site.keys, site.clock, site.folder.run)
    entries = calling('auditor').get('/api/v1/log/entries', {'limit': '1000'}).json['entries']
    refused = [entry['event'] for entry in entries if entry['event']['act'] == 'refused']
    assert [(event['actor'], event['error']) for event in refused] == [('leader', 'list-changed')]


def test_cancelled_they_are_filed_again(calling, opened, due):
    assert act_on(calling, 'archivist', opened, 'cancel', comment='再议')['state'] == 'cancelled'
    case = calling('archivist').get(f'{CASES}/{opened}').json
    assert {item['state'] for item in case['items']['items']} == {'filed'}
