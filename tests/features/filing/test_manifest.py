"""Whatever is changed behind the doors of a filed record, its manifest tells."""

import pytest

from lantai.features.filing.manifest import verify_manifest
from lantai.features.filing.model import Manifest, batches_of
from lantai.features.records.service import transition
from tests.builders.filing import approved


@pytest.fixture
def filed(office, acting):
    with acting('machine') as act:
        uid = approved(act, '通报').uid
    with acting('archivist') as act:
        transition(act, act.repository.by_uid(uid), 'file')
    return uid


def change_metadata(act, item):
    item.metadata = {**item.metadata, 'title': '改'}


def change_code(act, item):
    item.reference_code = 'Z109-WS·2026·D30·BGS-0009'


def change_retention(act, item):
    item.filing = {**item.filing, 'retention': {**item.filing['retention'], 'due': '2030-01-01'}}


def change_digest(act, item):
    item.components[0].sha256 = '0' * 64


def change_name(act, item):
    item.components[0].role = 'main'


def change_bytes(act, item):
    act.site.contents.path(item.components[0].content_key).write_bytes(b'%PDF-1.4 else')


def lose_bytes(act, item):
    act.site.contents.path(item.components[0].content_key).unlink()


def lose_component(act, item):
    item.remove(item.components[0])


def lose_manifest(act, item):
    del batches_of(act.repository).manifests[item.uid]


def change_manifest(act, item):
    stored = batches_of(act.repository).manifests[item.uid]
    text = stored.text.replace('通报'.encode(), '通告'.encode())
    batches_of(act.repository).manifests[item.uid] = Manifest(text, stored.signature)


def break_manifest(act, item):
    stored = batches_of(act.repository).manifests[item.uid]
    batches_of(act.repository).manifests[item.uid] = Manifest(b'[', stored.signature)


def foreign_key(act, item):
    stored = batches_of(act.repository).manifests[item.uid]
    batches_of(act.repository).manifests[item.uid] = Manifest(
        stored.text, {**stored.signature, 'key_id': '0' * 16}
    )


def broken_signature(act, item):
    stored = batches_of(act.repository).manifests[item.uid]
    batches_of(act.repository).manifests[item.uid] = Manifest(stored.text, {'algorithm': 'Ed25519'})


@pytest.mark.parametrize(
    ('change', 'codes'),
    [
        (change_metadata, {'manifest-differs'}),
        (change_code, {'manifest-differs'}),
        (change_retention, {'manifest-differs'}),
        (change_digest, {'component-differs', 'content-digest'}),
        (change_name, {'component-differs'}),
        (change_bytes, {'content-digest'}),
        (lose_bytes, {'content-missing'}),
        (lose_component, {'component-differs'}),
        (lose_manifest, {'manifest-missing'}),
        (change_manifest, {'manifest-signature', 'manifest-differs', 'component-differs'}),
        (break_manifest, {'manifest-signature', 'manifest-unreadable'}),
        (foreign_key, {'manifest-not-checked'}),
        (broken_signature, {'manifest-signature'}),
    ],
    ids=lambda value: getattr(value, '__name__', ''),
)
def test_every_change_is_found(filed, acting, change, codes):
    with acting('machine') as act:
        change(act, act.repository.by_uid(filed))
    with acting('machine') as act:
        assert {problem.code for problem in verify_manifest(act, act.repository.by_uid(filed))} == codes


def test_the_digest_of_sm3_the_openness_and_the_place_of_later_years_are_no_change(filed, acting):
    with acting('machine') as act:
        item = act.repository.by_uid(filed)
        item.components[0].sm3 = '0' * 64
        item.access = {**item.access, 'openness': 'open'}
        item.holds = ('x',)
    with acting('machine') as act:
        assert verify_manifest(act, act.repository.by_uid(filed)) == []


def test_after_the_key_was_rotated_old_manifests_still_hold(filed, acting, office):
    office.keys.rotate()
    with acting('machine') as act:
        assert verify_manifest(act, act.repository.by_uid(filed)) == []
