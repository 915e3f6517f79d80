"""Broken, strange and oversized requests: a clear answer, nothing half made."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doors.api.conftest import DESCRIBED, SERIES, content, tree

JSON = {'Content-Type': 'application/json'}


@pytest.mark.parametrize(
    ('body', 'headers', 'status'),
    [
        (b'{', JSON, 400),
        (b'[]', JSON, 400),
        (b'"text"', JSON, 400),
        (b'{"a":1,"a":2}', JSON, 400),
        (b'{"a":NaN}', JSON, 400),
        (b'\xff\xfe', JSON, 400),
        (b'{"type":"item","title":"\\ud800"}', JSON, 422),
        (b'[' * 100_000, JSON, 400),
        (b'{"title":"' + b'x' * (1 << 20) + b'"}', JSON, 413),
        (b'<a/>', {'Content-Type': 'text/xml'}, 415),
        (b'a=1', {'Content-Type': 'application/x-www-form-urlencoded'}, 415),
        (b'{"type":"item"}', JSON, 422),
        (b'{"type":"dragon","title":"x"}', JSON, 422),
        (b'{"type":5,"title":[],"colour":"red"}', JSON, 422),
        (b'{"type":"item","title":"x","metadata":[]}', JSON, 422),
        (b'{"type":"item","title":"x","metadata":{"date":"tomorrow"}}', JSON, 422),
        (b'{"type":"item","title":"x","name":"a/b"}', JSON, 400),
        (b'{"type":"item","title":"x","access":{"classification":"\xe6\x9c\xba\xe5\xaf\x86"}}', JSON, 422),
        (b'{"type":"folder","title":"x"}', JSON, 409),
    ],
)
def test_a_body_that_is_wrong_makes_nothing(calling, body, headers, status):
    clerk = calling('clerk')
    answer = clerk.post(tree(*SERIES), body, headers=headers, status=status)
    assert answer.content_type == 'application/problem+json'
    assert answer.json['status'] == status and answer.json['type'].startswith('urn:lantai:')
    assert 'Traceback' not in answer.text
    assert clerk.get(tree(*SERIES)).json['children']['total'] == 0


@pytest.mark.parametrize(
    'query',
    ['limit=0', 'limit=501', 'limit=x', 'limit=-1', 'limit=1&limit=2', 'colour=red', 'sort=colour', 'limit='],
)
def test_a_query_that_is_wrong_is_refused(calling, query):
    assert calling('clerk').get(f'{tree(*SERIES)}?{query}', status='*').status_int in (400, 422)


@given(name=st.text(min_size=1, max_size=90).filter(lambda text: '/' not in text))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_kept_exactly_or_refused_clearly(calling, name):
    clerk = calling('clerk')
    try:
        address = content(*SERIES, name)
    except UnicodeEncodeError:
        return
    answer = clerk.put(address, b'bytes', headers={'Content-Type': 'text/plain'}, status='*')
    assert answer.status_int in (201, 204, 400, 404), (name, answer.text)
    if answer.status_int < 300:
        assert clerk.get(tree(*SERIES, name)).json['name'] == name
        assert clerk.get(address).body == b'bytes'
        clerk.delete(tree(*SERIES, name), status=204)


def test_two_clerks_deposit_under_one_name_and_the_second_does_not_see_the_first(calling):
    calling('clerk').put(
        content(*SERIES, 'a.txt'), b'first', headers={'Content-Type': 'text/plain'}, status=201
    )
    answer = calling('clerk2').put(
        content(*SERIES, 'a.txt'), b'second', headers={'Content-Type': 'text/plain'}, status='*'
    )
    # clerk2 may not see what clerk is still working on, and must not be told that it is there
    assert answer.status_int in (404, 409)
    assert 'first' not in answer.text
    assert calling('clerk').get(content(*SERIES, 'a.txt')).body == b'first'


def test_a_digest_that_does_not_fit_stores_nothing(calling):
    clerk = calling('clerk')
    headers = {'Content-Type': 'text/plain', 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA=='}
    clerk.put(content(*SERIES, 'a.txt'), b'bytes', headers=headers, status=400)
    clerk.get(tree(*SERIES, 'a.txt'), status=404)


def test_unknown_and_hidden_are_answered_alike(calling):
    calling('clerk').put(content(*SERIES, 'a.txt'), b'x', headers={'Content-Type': 'text/plain'})
    hidden = calling('outsider').get(tree(*SERIES, 'a.txt'), status=404)
    unknown = calling('outsider').get(tree('Z999', 'x'), status=404)
    assert hidden.json == unknown.json
    for method in ('patch_json', 'post_json'):
        assert getattr(calling('outsider'), method)(tree(*SERIES), DESCRIBED, status=404).json == unknown.json
