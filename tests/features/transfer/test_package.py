"""The package: a valid bag that can be checked with nothing but plain Python."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from lantai.base.merkle import leaf_hash, verify_inclusion
from lantai.features.cases import service
from lantai.features.cases.documents import printed
from lantai.features.records import lookup
from lantai.features.transfer import packing, store
from lantai.features.transfer.errors import ContentDamaged, NoPackage
from lantai.features.transfer.package import LONGEST_NAME, stored_name
from lantai.features.transfer.zipping import fetch
from lantai.services.eventlog.sealer import seal_all
from lantai.services.jobs.running import Runner
from lantai.services.signing.signature import Signature, verify_with
from lantai.services.workflow.engine import TransitionRefused
from tests.builders.cases import MARKER


@pytest.fixture
def packed(site, opened, do) -> str:
    seal_all(site.database, site.keys, site.clock, None)
    do('leader', opened, 'approve')
    do('archivist', opened, 'package')
    return opened


def bag_of(site, case_id: str) -> Path:
    with site.reading() as act:
        case = act.repository.objects[case_id]
        return store.folder_of(site, case_id, case.package['id'])


def check_bag(folder: Path) -> None:
    """As any tool for BagIt does."""
    assert (folder / 'bagit.txt').read_text() == 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
    listed = {}
    for name in ('manifest-sha256.txt', 'tagmanifest-sha256.txt'):
        for line in (folder / name).read_text('utf-8').splitlines():
            digest, path = line.split('  ', 1)
            listed[path] = digest
            assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest, path
    there = {path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file()}
    assert there - set(listed) == {'tagmanifest-sha256.txt'}
    info = dict(line.split(': ', 1) for line in (folder / 'bag-info.txt').read_text('utf-8').splitlines())
    payload = [path for path in (folder / 'data').rglob('*') if path.is_file()]
    assert info['Payload-Oxum'] == f'{sum(path.stat().st_size for path in payload)}.{len(payload)}'


class TestBag:
    def test_is_valid_and_lies_in_the_data_folder(self, site, packed):
        folder = bag_of(site, packed)
        assert folder.is_relative_to(site.folder.path / 'packages' / packed)
        check_bag(folder)

    def test_has_the_contents_under_their_codes(self, site, acting, packed, filed):
        folder = bag_of(site, packed)
        with acting('archivist') as act:
            item = lookup.by_uid(act, filed[0])
            text = (folder / 'data' / item.reference_code / 'content' / '甲.txt').read_text('utf-8')
        assert MARKER in text

    def test_has_the_description_and_both_catalogues(self, site, packed, filed):
        folder = bag_of(site, packed)
        described = [json.loads(path.read_text('utf-8')) for path in folder.glob('data/*/metadata.json')]
        assert {each['metadata']['title'] for each in described} == {'甲', '乙', '丙'}
        rows = list(csv.DictReader(io.StringIO((folder / 'data/catalogue.csv').read_text('utf-8-sig'))))
        assert [row['uid'] for row in rows] == filed
        root = etree.parse(folder / 'data/catalogue.xml').getroot()
        assert [item.findtext('title') for item in root] == ['甲', '乙', '丙']

    def test_its_evidence_holds_without_the_program(self, site, packed):
        folder = bag_of(site, packed)
        head = json.loads((folder / 'log-head.sig.json').read_text())
        pem = (folder / 'keys' / f'{head["key_id"]}.pem').read_text()
        note = (folder / 'log-head.txt').read_bytes()
        assert verify_with(pem, note, Signature.from_dict(head))
        for place in folder.glob('data/Z109*'):
            signed = (place / 'manifest.json').read_bytes()
            signature = Signature.from_dict(json.loads((place / 'manifest.sig.json').read_text()))
            assert verify_with(pem, signed, signature)
            proof = json.loads((place / 'proof.json').read_text())
            assert proof['sealed'] and proof['root'] in note.decode()
            leaf = base64.b64decode(proof['leaf'])
            path = [bytes.fromhex(step) for step in proof['path']]
            root = bytes.fromhex(proof['root'])
            assert verify_inclusion(leaf_hash(leaf), proof['index'], proof['size'], path, root)
            assert json.loads(leaf)['manifest'] == hashlib.sha256(signed).hexdigest()

    def test_a_file_that_is_not_what_was_filed_goes_to_nobody(self, site, acting, opened, filed, do):
        with acting('archivist') as act:
            component = lookup.by_uid(act, filed[1]).components[0]
            site.contents.path(component.content_key).write_bytes(b'something else')
        do('leader', opened, 'approve')
        with pytest.raises(ContentDamaged) as refused:
            do('archivist', opened, 'package')
        assert [reason.code for reason in refused.value.conditions] == ['content-damaged']
        with acting('archivist') as act:
            assert service.find(act, opened).package is None

    def test_a_later_package_replaces_the_earlier(self, site, packed, do):
        before = bag_of(site, packed)
        do('archivist', packed, 'package')
        assert bag_of(site, packed) != before
        assert list(store.folder_of_case(site, packed).iterdir()) == [bag_of(site, packed)]


class TestJob:
    @pytest.fixture
    def begun(self, monkeypatch, opened, do, acting):
        monkeypatch.setattr(packing, 'AT_ONCE', 1)
        monkeypatch.setattr(packing, 'STRIDE', 2)
        do('leader', opened, 'approve')
        do('archivist', opened, 'package')
        with acting('archivist') as act:
            return service.find(act, opened).job

    def test_packs_a_long_list(self, site, acting, opened, begun):
        Runner(site).run_to_end(begun)
        with acting('archivist') as act:
            case = service.find(act, opened)
            assert case.package['items'] == 3
            job = act.repository.room('jobs').by_id[begun]
            assert (job.state, job.done, job.failed, job.total) == ('done', 3, 0, 3)
        check_bag(bag_of(site, opened))

    def test_names_every_damaged_file_and_leaves_no_package(self, site, acting, opened, filed, begun):
        with acting('archivist') as act:
            for uid in filed[:2]:
                component = lookup.by_uid(act, uid).components[0]
                site.contents.path(component.content_key).write_bytes(b'x')
        Runner(site).run_to_end(begun)
        with acting('archivist') as act:
            job = act.repository.room('jobs').by_id[begun]
            assert (job.state, job.done, job.failed, job.total) == ('failed', 1, 2, 3)
            assert service.find(act, opened).package is None
        assert not store.folder_of_case(site, opened).exists()

    def test_leaves_off_when_the_transfer_is_taken_back(self, site, acting, opened, begun, do, filed):
        do('archivist', opened, 'recall')
        Runner(site).run_to_end(begun)
        with acting('archivist') as act:
            assert service.find(act, opened).package is None
        assert not store.folder_of_case(site, opened).exists()


def test_a_package_that_is_not_there_is_made_again_before_it_is_sent(site, packed, do):
    shutil.rmtree(store.folder_of_case(site, packed))
    with pytest.raises(TransitionRefused) as refused:
        do('archivist', packed, 'send')
    assert [reason.code for reason in refused.value.conditions] == ['no-package']
    do('archivist', packed, 'package')
    do('archivist', packed, 'send')


class TestDownload:
    def test_is_one_zip_with_the_same_bag(self, site, acting, packed, tmp_path):
        with acting('archivist') as act:
            data = b''.join(fetch(act, service.find(act, packed)))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            archive.extractall(tmp_path / 'out')
        (folder,) = (tmp_path / 'out').iterdir()
        check_bag(folder)

    def test_is_the_archivists(self, acting, packed):
        for who in ('leader', 'appraiser', 'manager'):
            with acting(who) as act, pytest.raises(NoPackage):
                fetch(act, service.find(act, packed))


def test_long_names_are_shortened_and_stay_apart():
    one, other = '名' * 200 + '甲.pdf', '名' * 200 + '乙.pdf'
    assert stored_name('通知.pdf') == '通知.pdf'
    assert stored_name(one) != stored_name(other)
    for name in (one, other):
        assert len(stored_name(name).encode()) <= LONGEST_NAME
        assert stored_name(name).endswith('.pdf')


def test_the_register_is_a_spreadsheet_too(acting, packed, do):
    do('archivist', packed, 'send')
    with acting('archivist') as act:
        data = printed(service.find(act, packed), 'register', 'xlsx', str)
    rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    cells = [cell for row in rows for cell in row]
    assert {'甲', '乙', '丙', '2026 年移交'} <= set(cells)
