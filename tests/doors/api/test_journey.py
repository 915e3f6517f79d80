"""From a deposit to a filed record over the API alone, as an office system would do it."""

from __future__ import annotations

import base64
import hashlib

from lantai.base import merkle
from lantai.services.jobs.worker import work_off
from tests.doors.api.conftest import DESCRIBED, SERIES, content, steps, tree

PDF = (
    b'%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]'
    b'/Count 1>>endobj\n'
    b'3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\nxref\n0 4\n0000000000 65535 f \n'
    b'0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \n'
    b'trailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n'
)
NAME = '关于检查的通知.pdf'


def test_from_deposit_to_filed(site, calling):
    clerk, manager, archivist = calling('clerk'), calling('manager'), calling('archivist')
    put = clerk.put(content(*SERIES, NAME), PDF, headers={'Content-Type': 'application/pdf'}, status=201)
    assert put.headers['ETag'] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    item = clerk.get(tree(*SERIES, NAME)).json
    assert (item['type'], item['state'], item['children']['total']) == ('item', 'draft', 1)

    refused = clerk.post_json(steps(*SERIES, NAME), {'name': 'submit'}, status=409)
    assert refused.content_type == 'application/problem+json'
    assert [reason['field'] for reason in refused.json['conditions']] == ['title', 'author', 'date']

    described = {**DESCRIBED, 'retention_period': 'D30', 'year': 2026, 'document_number': '保管发〔2026〕1号'}
    etag = clerk.patch_json(tree(*SERIES, NAME), {'metadata': described}).json['etag']
    stale = clerk.patch_json(
        tree(*SERIES, NAME), {'title': '别的'}, headers={'If-Match': item['etag']}, status=412
    )
    assert stale.json['type'] == 'urn:lantai:edit-conflict'
    clerk.post_json(steps(*SERIES, NAME), {'name': 'submit'}, headers={'If-Match': etag})

    (task,) = manager.get('/api/v1/tasks').json['items']
    assert (task['uid'], task['kind']) == (item['uid'], 'approve')
    assert manager.post_json(steps(*SERIES, NAME), {'name': 'approve'}).json['state'] == 'approved'
    filed = archivist.post_json(steps(*SERIES, NAME), {'name': 'file'}).json
    assert filed['state'] == 'filed'
    assert filed['reference_code'] == 'Z109-WS·2026·D30·BGS-0001'
    assert filed['retention']['period'] == 'D30'
    assert filed['retention']['due'] == '2057-01-01'

    for attempt in (
        lambda: archivist.patch_json(tree(*SERIES, NAME), {'title': '改'}, status=409),
        lambda: archivist.delete(tree(*SERIES, NAME), status=409),
        lambda: archivist.put(content(*SERIES, NAME), b'other', status='*'),
        lambda: archivist.patch_json(tree(*SERIES, NAME), {'name': '新.pdf'}, status=409),
    ):
        answer = attempt()
        assert answer.status_int in (403, 409)
        assert answer.json['type'] == 'urn:lantai:record-is-filed'
    assert clerk.get(content(*SERIES, NAME)).body == PDF

    rows = clerk.get('/api/v1/catalogue/Z109').json
    assert [row['reference_code'] for row in rows['items']] == [filed['reference_code']]

    work_off(site)
    found = clerk.get('/api/v1/search', {'q': '开展检查', 'state': 'filed'}).json
    assert [hit['uid'] for hit in found['items']] == [item['uid']]
    assert (found['total'], found['lag']) == (1, 0)
    assert calling('outsider').get('/api/v1/search', {'q': '开展检查'}).json['total'] == 0


def test_every_event_is_proven_by_the_signed_head(site, calling):
    calling('clerk').put(content(*SERIES, 'a.txt'), b'text', headers={'Content-Type': 'text/plain'})
    work_off(site)
    auditor = calling('auditor')
    head = auditor.get('/api/v1/log/head').json
    assert str(head['size']) in head['note'] and head['root'] in head['note']
    entries = auditor.get('/api/v1/log/entries', {'limit': 1000}).json
    assert entries['total'] == head['size']
    for entry in entries['entries']:
        leaf = base64.b64decode(entry['leaf'])
        proof = auditor.get('/api/v1/log/inclusion', {'index': entry['index'], 'size': head['size']}).json
        assert proof['leaf_hash'] == hashlib.sha256(b'\0' + leaf).hexdigest()
        assert merkle.verify_inclusion(
            bytes.fromhex(proof['leaf_hash']),
            entry['index'],
            head['size'],
            [bytes.fromhex(step) for step in proof['path']],
            bytes.fromhex(head['root']),
        )
    key = auditor.get('/api/v1/log/key').json
    assert key['key_id'] == head['key_id'] and key['pem'].startswith('-----BEGIN PUBLIC KEY-----')
    calling('clerk').get('/api/v1/log/entries', status=404)


def test_events_hold_no_titles_and_no_content(site, calling):
    clerk = calling('clerk')
    clerk.put(content(*SERIES, '绝不外传.txt'), '机密内容'.encode(), headers={'Content-Type': 'text/plain'})
    clerk.patch_json(tree(*SERIES, '绝不外传.txt'), {'metadata': DESCRIBED})
    work_off(site)
    entries = calling('auditor').get('/api/v1/log/entries', {'limit': 1000}).json['entries']
    leaves = b'\n'.join(base64.b64decode(entry['leaf']) for entry in entries).decode()
    assert entries
    for text in ('绝不外传', '机密内容', DESCRIBED['title'], DESCRIBED['author']):
        assert text not in leaves


def test_a_refusal_is_logged_although_its_transaction_was_rolled_back(site, calling):
    calling('clerk').put(content(*SERIES, 'a.txt'), b'text', headers={'Content-Type': 'text/plain'})
    calling('clerk').post_json(steps(*SERIES, 'a.txt'), {'name': 'submit'}, status=409)
    work_off(site)
    entries = calling('auditor').get('/api/v1/log/entries', {'limit': 1000}).json['entries']
    (refusal,) = [entry['event'] for entry in entries if entry['event']['act'] == 'refused']
    assert (refusal['actor'], refusal['error'], refusal['door']) == ('clerk', 'transition-refused', 'api')
