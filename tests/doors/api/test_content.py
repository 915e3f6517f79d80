"""Bytes by the path of their record."""

from __future__ import annotations

from lantai.features.records.lookup import by_uid
from lantai.services.workflow import engine
from tests.builders.cases import filed_items
from tests.doors.api.conftest import SERIES, content, tree


def test_a_record_with_several_files_says_which_there_are(calling):
    clerk = calling('clerk')
    clerk.post_json(tree(*SERIES), {'type': 'item', 'name': '件', 'title': '两个文件'}, status=201)
    for name in ('正文.txt', '附件.txt'):
        clerk.put(
            content(*SERIES, '件', name), name.encode(), headers={'Content-Type': 'text/plain'}, status=201
        )
    refused = clerk.get(content(*SERIES, '件'), status=400).json
    assert refused['type'] == 'urn:lantai:several-files'
    assert len(refused['conditions']) == 2
    assert clerk.get(content(*SERIES, '件', '附件.txt')).body == '附件.txt'.encode()


def test_destroyed_is_gone_however_many_files_it_had(site, acting, calling):
    (uid,) = filed_items(site, acting, ['甲'])
    with acting('machine') as act:
        item = by_uid(act, uid)
        twin = type(item.components[0])()
        item.add(twin, '附件.txt')
        engine.change_state(act, item, 'destroyed', 'destroy')
        path = item.segments
    calling('archivist').get(content(*path), status=410)
    calling('outsider').get(content(*path), status=404)
