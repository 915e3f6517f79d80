"""Whatever was changed, cut off, taken away or replaced since it was filed is named."""

import hashlib
import json
import os

import pytest

from lantai.base.canonical import canonical_json
from lantai.base.errors import Forbidden
from lantai.features.filing.model import Manifest, batches_of
from lantai.features.verification.checks import signature_of
from lantai.features.verification.model import verifications_of
from lantai.features.verification.service import check_all, verify
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.verify import verify_log
from lantai.services.security.actor import machine_user


def test_an_untouched_repository_holds_and_everything_was_looked_at(archive):
    report = archive.verify()
    assert report.ok, report.problems
    with archive.site.database.reading() as repository:
        nodes, events = len(repository.objects), event_log(repository).size
    assert report.checked['nodes'] == nodes
    assert (report.checked['contents'], report.checked['filed']) == (3, 2)
    assert report.checked['bytes'] > 1000
    # the event that tells of this verification is not sealed yet
    assert report.checked['events'] == events > 5
    assert report.checked['heads'] >= 1
    assert set(report.as_json()) == {'ok', 'checked', 'problems'} and json.dumps(report.as_json())


def test_progress_ends_at_its_total(archive):
    seen = []
    verify(archive.site, machine_user('test'), lambda *at: seen.append(at))
    assert seen[-1][0] == seen[-1][1] > 0
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)


class TestContents:
    @pytest.mark.parametrize('which', ['filed', 'draft'])
    @pytest.mark.parametrize(
        ('damage', 'code'),
        [
            (lambda path: path.unlink(), 'content-missing'),
            (lambda path: os.truncate(path, path.stat().st_size - 1), 'content-short'),
            (lambda path: os.truncate(path, 0), 'content-short'),
            (lambda path: path.write_bytes(path.read_bytes() + b'\n'), 'content-long'),
            (lambda path: path.write_bytes(b'X' + path.read_bytes()[1:]), 'content-different'),
        ],
    )
    def test_a_damaged_file_is_named_by_path_and_uid(self, archive, which, damage, code):
        component = archive.component(archive.draft if which == 'draft' else archive.filed[0])
        damage(component.file)
        report = archive.verify()
        assert [(p.code, p.path, p.uid) for p in report.problems] == [(code, component.path, component.uid)]

    def test_a_file_that_became_a_folder_is_named(self, archive):
        component = archive.component(archive.filed[0])
        component.file.unlink()
        component.file.mkdir()
        assert [uid for _code, uid in archive.codes()] == [component.uid]

    def test_every_damage_is_named_and_not_only_the_first(self, archive):
        components = [archive.component(uid) for uid in (*archive.filed, archive.draft)]
        for component in components:
            component.file.unlink()
        assert sorted(archive.codes()) == sorted(
            ('content-missing', component.uid) for component in components
        )

    def test_content_of_a_destroyed_record_is_not_missed(self, archive):
        archive.component(archive.filed[0]).file.unlink()
        archive.tamper(archive.filed[0], lambda item: setattr(item, 'state', 'destroyed'))
        assert archive.verify().ok


class TestFiledRecords:
    def test_a_changed_title_differs_from_the_manifest(self, archive):
        archive.tamper(archive.filed[1], lambda item: setattr(item, 'title', '改过的题名'))
        assert archive.codes() == [('manifest-differs', archive.filed[1])]

    def test_a_file_exchanged_together_with_its_digest_differs_from_the_manifest(self, archive):
        component = archive.component(archive.filed[0])
        component.file.write_bytes(b'forged')

        def forge(node):
            node.size, node.sha256 = 6, hashlib.sha256(b'forged').hexdigest()

        archive.tamper(component.uid, forge)
        assert archive.codes() == [('component-differs', archive.filed[0])]

    def test_a_manifest_forged_to_fit_has_no_signature(self, archive):
        uid = archive.filed[0]

        def forge(repository, _manager):
            manifests = batches_of(repository).manifests
            value = json.loads(manifests[uid].text)
            value['metadata']['title'] = '改过的题名'
            repository.by_uid(uid).title = '改过的题名'
            manifests[uid] = Manifest(canonical_json(value), manifests[uid].signature)

        archive.site.database.transact(forge)
        assert ('manifest-signature', uid) in archive.codes()

    def test_a_manifest_signed_anew_with_our_own_key_is_not_the_one_of_the_log(self, archive):
        """Even who holds the key cannot replace a manifest unnoticed."""
        uid = archive.filed[0]

        def forge(repository, _manager):
            manifests = batches_of(repository).manifests
            value = json.loads(manifests[uid].text)
            value['metadata']['title'] = '改过的题名'
            repository.by_uid(uid).title = '改过的题名'
            text = canonical_json(value)
            manifests[uid] = Manifest(text, archive.site.keys.sign(text).as_dict())

        archive.site.database.transact(forge)
        assert archive.codes() == [('manifest-replaced', uid)]

    def test_a_missing_manifest_is_named(self, archive):
        archive.site.database.transact(lambda r, m: batches_of(r).manifests.pop(archive.filed[0]) and None)
        assert archive.codes() == [('manifest-missing', archive.filed[0])]

    def test_a_filed_record_that_vanished_is_named_by_its_uid(self, archive):
        uid = archive.filed[0]

        def vanish(repository, _manager):
            item = repository.by_uid(uid)
            for component in list(item.values()):
                del repository.objects[component.uid]
            item.__parent__.remove(item)
            del repository.objects[uid]

        archive.site.database.transact(vanish)
        assert archive.codes() == [('filed-record-missing', uid)]

    def test_a_rotated_key_changes_nothing(self, archive):
        archive.site.keys.rotate()
        assert archive.verify().ok

    def test_a_lost_public_key_is_could_not_check_and_not_false(self, archive):
        for path in archive.site.folder.keys.glob('*.pub.pem'):
            path.unlink()
        archive.site.keys._public.clear()
        codes = {code for code, _uid in archive.codes()}
        assert codes == {'manifest-not-checked'}


class TestPlaces:
    def test_a_record_that_is_not_where_it_says_is_named(self, archive):
        def lose(repository, _manager):
            item = repository.by_uid(archive.draft)
            parent = item.__parent__
            parent.remove(item)
            item.__parent__ = parent

        archive.site.database.transact(lose)
        assert archive.codes() == [('node-lost', archive.draft)]


class TestLog:
    def test_one_changed_byte_is_named_by_the_number_of_its_event(self, archive):
        def change(repository, _manager):
            chunk = event_log(repository).chunks[0]
            leaf = chunk.leaves[5]
            chunk.leaves = (*chunk.leaves[:5], leaf[:20] + b'!' + leaf[21:], *chunk.leaves[6:])

        archive.site.database.transact(change)
        problems = archive.verify().problems
        assert ('log-event-changed', 'log#5') in [(p.code, p.path) for p in problems]

    def test_a_gap_in_the_log_is_named_and_ends_nothing(self, archive):
        archive.site.database.transact(lambda r, _m: event_log(r).chunks.clear())
        paths = [(p.code, p.path) for p in archive.verify().problems]
        assert ('log-event-missing', 'log#0') in paths

    def test_verifying_is_in_the_log_with_its_result(self, archive):
        archive.verify()
        archive.component(archive.draft).file.unlink()
        archive.verify()
        archive.seal()
        with archive.site.database.reading() as repository:
            events = [e.event for e in event_log(repository).iterate() if e.event['act'] == 'verify']
            last = verifications_of(repository).last
        assert [(e['ok'], e['problems'], e['codes']) for e in events] == [
            (True, 0, []),
            (False, 1, ['content-missing']),
        ]
        assert (last['ok'], last['total'], last['problems'][0]['code']) == (False, 1, 'content-missing')

    def test_the_log_of_this_office_is_whole(self, archive):
        with archive.site.database.reading() as repository:
            assert verify_log(event_log(repository), archive.site.keys, signature_of).ok


@pytest.mark.parametrize('person', ['clerk', 'archivist', 'manager', 'reader', 'security'])
def test_verifying_is_for_the_auditor_and_the_system_administrator(archive, acting, person):
    with acting(person) as act, pytest.raises(Forbidden):
        check_all(act)


@pytest.mark.parametrize('person', ['auditor', 'sysadmin'])
def test_they_may(archive, acting, person):
    with acting(person) as act:
        assert check_all(act).ok
