"""Batches: opened, put in order, looked at, confirmed; all or nothing."""

import json

import pytest

from lantai.base.canonical import canonical_json
from lantai.base.errors import Forbidden, Invalid, NotFound
from lantai.features.filing import service
from lantai.features.filing.errors import BatchChanged, BatchIsFiled, BatchRefused, NoSuchBatch, NotForBatch
from lantai.features.filing.manifest import manifest_of, verify_manifest
from lantai.features.filing.model import batches_of
from lantai.features.retention.service import due
from lantai.services.signing.signature import Signature
from tests.builders.filing import approved, node_at, pdf


def preview_rows(act, batch):
    return service.preview(act, service.items_of(act, batch), batch.id).rows


@pytest.fixture
def batch_of(office, acting):
    """`batch_of('一', '二')`: id of an open batch with approved records of these titles, and their uids."""

    def make(*titles, **more):
        with acting('machine') as act:
            uids = [approved(act, title, **more).uid for title in titles]
        with acting('archivist') as act:
            items = [act.repository.by_uid(uid) for uid in uids]
            return service.open_batch(act, act.repository['Z109'], '一季度', items).id, uids

    return make


class TestOpening:
    def test_a_batch_takes_approved_records_and_knows_its_maker(self, batch_of, acting):
        batch_id, uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            assert (batch.state, batch.maker, batch.title, set(batch.items)) == (
                'open',
                'archivist',
                '一季度',
                set(uids),
            )
            assert service.open_batches(act) == [batch]

    @pytest.mark.parametrize('person', ['clerk', 'unitarchivist', 'manager', 'reader', 'leader'])
    def test_only_who_files_for_the_body_opens_one(self, office, acting, person):
        with acting(person) as act, pytest.raises((Forbidden, NotFound)):
            service.open_batch(act, act.repository['Z109'])

    @pytest.mark.parametrize('person', ['clerk', 'manager', 'outsider', 'sysadmin'])
    def test_it_is_not_found_by_others(self, batch_of, acting, person):
        batch_id, _uids = batch_of('甲')
        with acting(person) as act:
            with pytest.raises(NoSuchBatch):
                service.find(act, batch_id)
            assert service.open_batches(act) == []

    def test_what_is_not_approved_cannot_be_on_it(self, batch_of, acting):
        batch_id, _uids = batch_of('甲')
        with acting('machine') as act:
            draft = approved(act, '草稿')
            draft.state = 'draft'
            draft.touch(act.clock)
            uid = draft.uid
        with acting('archivist') as act:
            with pytest.raises(NotForBatch) as caught:
                service.add_items(act, service.find(act, batch_id), [act.repository.by_uid(uid)])
            assert [reason.code for reason in caught.value.conditions] == ['not-approved']

    def test_a_record_is_on_one_batch_only(self, batch_of, acting):
        _first, uids = batch_of('甲')
        second, _more = batch_of('乙')
        with acting('archivist') as act:
            with pytest.raises(NotForBatch) as caught:
                service.add_items(act, service.find(act, second), [act.repository.by_uid(uids[0])])
            assert [reason.code for reason in caught.value.conditions] == ['on-another-batch']

    def test_a_dissolved_batch_sets_its_records_free(self, batch_of, acting):
        batch_id, uids = batch_of('甲')
        with acting('archivist') as act:
            service.drop(act, service.find(act, batch_id))
        with acting('archivist') as act:
            assert service.open_batches(act) == []
            again = service.open_batch(act, act.repository['Z109'], '', [act.repository.by_uid(uids[0])])
            assert again.items == (uids[0],)


class TestOrder:
    def test_the_natural_order_is_by_row_date_and_number(self, batch_of, acting):
        with acting('machine') as act:
            titles = {
                '丁': {'retention_period': 'D10', 'where': 'Z109/WS/2026/D10/BGS'},
                '丙': {'document_number': '保管办〔2026〕10号'},
                '乙': {'document_number': '保管办〔2026〕9号'},
                '甲': {'date': '2026-01-01'},
            }
            uids = [approved(act, title, **more).uid for title, more in titles.items()]
        with acting('archivist') as act:
            items = [act.repository.by_uid(uid) for uid in uids]
            batch = service.open_batch(act, act.repository['Z109'], '', items)
            assert [item.title for item in service.items_of(act, batch)] == ['甲', '乙', '丙', '丁']

    def test_the_order_is_adjusted_before_numbers_are_given(self, batch_of, acting):
        batch_id, _uids = batch_of('甲', '乙', '丙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            first, second, third = batch.items
            service.step(act, batch, third, -1)
            assert batch.items == (first, third, second)
            service.step(act, batch, first, 10)
            assert batch.items == (third, second, first)
            service.reorder(act, batch, [first, second, third])
            assert [row.code_text[-4:] for row in preview_rows(act, batch)] == ['0001', '0002', '0003']
            assert [row.item.uid for row in preview_rows(act, batch)] == [first, second, third]

    def test_an_order_that_forgets_or_doubles_a_record_is_refused(self, batch_of, acting):
        batch_id, uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            for wrong in ([], uids[:1], [uids[0], uids[0]], [*uids, 'x']):
                with pytest.raises(Invalid):
                    service.reorder(act, batch, wrong)

    def test_what_is_taken_off_stays_approved(self, batch_of, acting):
        batch_id, uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            service.remove(act, batch, [uids[0]])
            assert batch.items == (uids[1],)
            assert act.repository.by_uid(uids[0]).state == 'approved'
            service.open_batch(act, act.repository['Z109'], '', [act.repository.by_uid(uids[0])])


class TestConfirming:
    def test_everything_is_fixed_at_once(self, batch_of, acting):
        batch_id, _uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id), comment='一季度归档')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            assert (batch.state, batch.filer) == ('filed', 'archivist')
            items = service.items_of(act, batch)
            assert [item.reference_code for item in items] == [
                'Z109-WS·2026·D30·BGS-0001',
                'Z109-WS·2026·D30·BGS-0002',
            ]
            for item in items:
                assert item.state == 'filed'
                assert item.retention['authority'] == 'S1#4' and item.retention['due'] == '2057-01-01'
                assert item.retention['text']['scope'] == '全系统工作会议辅件'
                assert item.transfer['due'] == '2037-01-01'
                assert item.metadata['archival_code'] == item.reference_code
                assert item.history[-1]['what'] == 'file' and item.history[-1]['comment'] == '一季度归档'
                assert verify_manifest(act, item) == []
            assert service.open_batches(act) == [] and service.filed_batches(act) == [batch]

    def test_the_preview_shows_what_then_happens(self, batch_of, acting):
        batch_id, _uids = batch_of('甲', '乙', '丙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            shown = {row.item.uid: (row.code_text, row.retention) for row in preview_rows(act, batch)}
            service.confirm(act, batch)
            assert {
                item.uid: (item.reference_code, item.retention) for item in service.items_of(act, batch)
            } == shown

    def test_the_register_has_the_fields_of_the_form_and_is_signed(self, batch_of, acting, office):
        batch_id, _uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            service.confirm(act, batch)
            register = batch.register
            assert register['body'] == '保税区管理局' and register['filed_on'] == '2026-03-02'
            assert register['categories'][0]['code'] == 'WS' and register['method'] == 'online'
            assert register['quantity'] == {
                'volumes': 0,
                'items': 2,
                'files': 2,
                'pages': 2,
                'bytes': len(pdf('甲')) + len(pdf('乙')),
            }
            assert register['checks'] == {
                'carrier': 'not_applicable',
                'virus': 'not_run',
                'authenticity': 'pass',
                'reliability': 'pass',
                'integrity': 'pass',
                'usability': 'pass',
                'documentation': 'not_applicable',
            }
            assert [entry['code'] for entry in register['items']] == [
                register['first_code'],
                register['last_code'],
            ]
            assert register['made_by'] == [{'unit': 'BGS', 'title': '办公室'}]
            assert office.keys.verify(canonical_json(register), Signature.from_dict(batch.signature))

    def test_the_manifest_is_signed_canonical_json_of_what_was_fixed(self, batch_of, acting, office):
        batch_id, uids = batch_of('甲')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
            found = manifest_of(act.repository, uids[0])
            text = found['text'].encode()
            assert canonical_json(json.loads(text)) == text
            assert office.keys.verify(text, Signature.from_dict(found['signature']))
            assert (
                found['manifest']['components'][0]['sha256']
                == act.repository.by_uid(uids[0]).components[0].sha256
            )

    def test_numbers_go_on_where_the_last_batch_ended(self, batch_of, acting):
        for count in (1, 2, 3):
            batch_id, _uids = batch_of(*(f'{count}-{n}' for n in range(count)))
            with acting('archivist') as act:
                service.confirm(act, service.find(act, batch_id))
        with acting('archivist') as act:
            numbers = sorted(code[-4:] for code in batches_of(act.repository).codes)
            assert numbers == [f'{n:04}' for n in range(1, 7)]

    def test_the_form_of_2015_by_configuration(self, batch_of, acting):
        with acting('machine') as act:
            act.repository['Z109'].code_form = '2015'
        batch_id, uids = batch_of('甲')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
            assert act.repository.by_uid(uids[0]).reference_code == 'Z109-WS·2026-D30-BGS-0001'
        with acting('machine') as act:
            act.repository['Z109'].code_form = '2022'
        batch_id, uids = batch_of('乙')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
            assert act.repository.by_uid(uids[0]).reference_code == 'Z109-WS·2026·D30·BGS-0002'

    def test_what_lies_in_the_inbox_moves_into_its_series(self, batch_of, acting):
        batch_id, uids = batch_of('甲', where='收集')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
        with acting('archivist') as act:
            item = act.repository.by_uid(uids[0])
            assert item.path == '/Z109/WS/2026/D30/BGS/甲.pdf' and item.single is not None
            assert node_at(act, '收集').is_empty()

    def test_a_taken_name_in_the_series_gets_another(self, batch_of, acting):
        batch_id, uids = batch_of('甲')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
        batch_id, uids = batch_of('甲', where='收集')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
            item = act.repository.by_uid(uids[0])
            assert item.name != '甲.pdf' and item.single is not None
            assert verify_manifest(act, item) == []

    def test_a_filed_batch_is_fixed(self, batch_of, acting):
        batch_id, uids = batch_of('甲')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            service.confirm(act, batch)
            for change in (
                lambda: service.confirm(act, batch),
                lambda: service.remove(act, batch, uids),
                lambda: service.drop(act, batch),
                lambda: service.propose_order(act, batch),
                lambda: service.reorder(act, batch, uids),
                lambda: service.step(act, batch, uids[0], 1),
                lambda: service.confirm_later(act, batch),
            ):
                with pytest.raises(BatchIsFiled):
                    change()

    def test_a_batch_that_changed_since_it_was_looked_at_is_not_filed(self, batch_of, acting):
        batch_id, _uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            seen = batch.revision
            service.step(act, batch, batch.items[0], 1)
            with pytest.raises(BatchChanged):
                service.confirm(act, batch, revision=seen)

    def test_an_empty_batch_is_not_filed(self, batch_of, acting):
        batch_id, uids = batch_of('甲')
        with acting('archivist') as act:
            batch = service.find(act, batch_id)
            service.remove(act, batch, uids)
            with pytest.raises(BatchRefused):
                service.confirm(act, batch)

    def test_the_calendar_knows_when_it_is_due(self, batch_of, acting):
        batch_id, uids = batch_of('甲', retention_period='D10', where='Z109/WS/2026/D10/BGS')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
        from datetime import date

        with acting('archivist') as act:
            assert list(due(act, date(2036, 12, 31))) == []
            assert [item.uid for item in due(act, date(2037, 1, 1))] == uids
            assert list(due(act, date(2037, 1, 1), within=node_at(act, 'Z109/WS/2026/D30'))) == []
            assert [
                item.uid for item in due(act, date(2037, 1, 1), within=node_at(act, 'Z109/WS/2026/D10'))
            ] == uids


class TestRefusing:
    def test_one_that_is_not_ready_stops_all_and_nothing_changes(self, batch_of, acting):
        batch_id, uids = batch_of('甲', '乙')
        with acting('machine') as act:
            broken = act.repository.by_uid(uids[1])
            broken.metadata = {key: value for key, value in broken.metadata.items() if key != 'author'}
        with acting('archivist') as act:
            before = dict(batches_of(act.repository).counters.items())
            with pytest.raises(BatchRefused) as caught:
                service.confirm(act, service.find(act, batch_id))
            assert [(reason.code, reason.field) for reason in caught.value.conditions] == [
                ('required', f'{uids[1]}.author')
            ]
            act.manager.abort()
            act.manager.begin()
            assert dict(batches_of(act.repository).counters.items()) == before == {}
            assert service.find(act, batch_id).state == 'open'
            assert {act.repository.by_uid(uid).state for uid in uids} == {'approved'}
            assert {act.repository.by_uid(uid).reference_code for uid in uids} == {None}

    def test_a_record_returned_meanwhile_stops_the_batch(self, batch_of, acting):
        batch_id, uids = batch_of('甲', '乙')
        with acting('archivist') as act:
            from lantai.features.records.service import transition

            transition(act, act.repository.by_uid(uids[0]), 'return', '缺附件')
        with acting('archivist') as act, pytest.raises(BatchRefused) as caught:
            service.confirm(act, service.find(act, batch_id))
        assert [reason.code for reason in caught.value.conditions] == ['not-approved']

    def test_the_same_document_number_twice_on_one_batch(self, batch_of, acting):
        batch_id, _uids = batch_of('甲', '乙', document_number='保管办〔2026〕1号')
        with acting('archivist') as act, pytest.raises(BatchRefused) as caught:
            service.confirm(act, service.find(act, batch_id))
        assert [reason.code for reason in caught.value.conditions] == ['document-number-doubled']

    def test_a_document_number_that_is_filed_already(self, batch_of, acting):
        batch_id, _uids = batch_of('甲', document_number='保管办〔2026〕1号')
        with acting('archivist') as act:
            service.confirm(act, service.find(act, batch_id))
        batch_id, _uids = batch_of('乙', document_number='保管办[2026] 1号')
        with acting('archivist') as act, pytest.raises(BatchRefused) as caught:
            service.confirm(act, service.find(act, batch_id))
        assert [reason.code for reason in caught.value.conditions] == ['document-number-doubled']
