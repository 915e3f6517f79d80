"""What is due, over the API: held ones are counted, hidden ones are not there."""

from __future__ import annotations

from datetime import UTC, datetime

from lantai.features.holds import service as holds
from lantai.features.records.lookup import by_uid
from tests.builders.cases import filed_items


def test_due_records_are_listed_page_by_page_and_held_ones_counted(site, acting, calling, clock):
    uids = filed_items(site, acting, ['甲', '乙', '丙'])
    archivist = calling('archivist')
    assert archivist.get('/api/v1/retention/due').json == {'total': 0, 'held': 0, 'items': [], 'next': None}
    clock.moment = datetime(2040, 1, 2, tzinfo=UTC)
    with acting('archivist') as act:
        holds.place(act, '诉讼', '未结', [by_uid(act, uids[0])])
    first = archivist.get('/api/v1/retention/due', {'limit': 1}).json
    assert (first['total'], first['held'], len(first['items'])) == (2, 1, 1)
    second = archivist.get('/api/v1/retention/due', {'limit': 1, 'cursor': first['next']}).json
    assert {first['items'][0]['uid'], second['items'][0]['uid']} == set(uids[1:])
    assert second['next'] is None
    assert {row['due'] for row in first['items']} == {'2037-01-01'}
    assert calling('outsider').get('/api/v1/retention/due').json['total'] == 0
    earlier = archivist.get('/api/v1/retention/due', {'on': '2030-01-01'}).json
    assert earlier['total'] == 0
    archivist.get('/api/v1/retention/due', {'on': 'soon'}, status=422)
