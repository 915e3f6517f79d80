"""The transfer row of the contract: approve; package; send or export; receipt; or recall."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lantai.base.errors import Forbidden, NotFound
from lantai.features.appraisal.service import open_appraisal
from lantai.features.cases import service
from lantai.features.cases.errors import ListChanged, ListRefused, RootMissing
from lantai.features.holds import service as holds
from lantai.features.records import lookup
from lantai.features.records.reading import open_content
from lantai.features.transfer import store
from lantai.features.transfer.service import open_transfer
from lantai.services.workflow.engine import TransitionRefused, available
from tests.builders.cases import filed_items

RECEIPT = {'number': '澜档接〔2026〕3号', 'date': '2026-03-01', 'receiver': '澜港区档案馆'}


def nodes(act, uids):
    return [lookup.by_uid(act, uid) for uid in uids]


def states(acting, uids) -> list[str]:
    with acting('archivist') as act:
        return [item.state for item in nodes(act, uids)]


class TestOpening:
    def test_its_records_become_transferring_at_once(self, acting, opened, filed):
        assert states(acting, filed) == ['transferring'] * 3
        with acting('archivist') as act:
            assert {item.cases for item in nodes(act, filed)} == {(opened,)}

    def test_held_ones_and_those_on_another_case_are_refused_all_named(self, site, acting, opened, filed):
        more = filed_items(site, acting, ['丁'], period='D30')
        with acting('archivist') as act:
            holds.place(act, '诉讼', '案件未结', nodes(act, more))
        with acting('archivist') as act, pytest.raises(ListRefused) as refused:
            open_transfer(act, '又一次', nodes(act, [*filed, *more]))
        assert [reason.code for reason in refused.value.conditions] == ['on-another-case'] * 3 + ['held']
        assert states(acting, more) == ['filed']

    def test_the_archivist_opens_one_and_nobody_else(self, acting, filed):
        for who in ('appraiser', 'leader', 'manager', 'clerk', 'supervisor1'):
            with acting(who) as act:
                items = nodes(act, filed) if who != 'supervisor1' else []
                with pytest.raises((Forbidden, NotFound, Exception)) as refused:
                    open_transfer(act, '不该', items)
                assert refused.type.__name__ in ('Forbidden', 'NotFound', 'Invalid'), who

    def test_it_comes_out_of_an_appraisal_and_its_appraiser_answers_for_it(self, acting, site, clock, do):
        uids = filed_items(site, acting, ['戊', '己'], period='D10', year=2026)
        clock.moment = datetime(2040, 1, 2, tzinfo=UTC)
        with acting('archivist') as act:
            appraisal = open_appraisal(act, '到期鉴定', nodes(act, uids)).uid
        with acting('appraiser') as act:
            case = service.find(act, appraisal)
            service.act_on(act, case, 'decide', all=True, decision='offer', reason='有历史价值')
            service.act_on(act, case, 'submit')
        do('leader', appraisal, 'approve')
        with acting('leader') as act:
            ((outcome),) = service.find(act, appraisal).outcome
            case = service.find(act, outcome['id'])
            assert (outcome['kind'], case.state, case.maker, case.origin) == (
                'transfer', 'open', 'appraiser', appraisal,
            )  # fmt: skip
            assert [entry['decision'] for entry in case.entries.values()] == ['offer', 'offer']
        assert states(acting, uids) == ['transferring'] * 2
        do('leader', outcome['id'], 'approve')


class TestWhoMayWhat:
    def test_the_leader_approves_the_exact_list(self, acting, opened):
        with acting('leader') as act:
            case = service.find(act, opened)
            with pytest.raises(RootMissing):
                service.act_on(act, case, 'approve')
        with acting('leader') as act, pytest.raises(ListChanged):
            service.act_on(act, service.find(act, opened), 'approve', list_root='0' * 64)
        for who in ('archivist', 'appraiser'):
            with acting(who) as act, pytest.raises(Forbidden):
                case = service.find(act, opened)
                service.act_on(act, case, 'approve', list_root=case.list_root())

    def test_the_archivist_sends_and_nobody_else(self, acting, opened, do):
        do('leader', opened, 'approve')
        for who in ('leader', 'appraiser', 'manager'):
            for name in ('package', 'send', 'export', 'receipt', 'recall'):
                with acting(who) as act, pytest.raises((Forbidden, NotFound, TransitionRefused)):
                    service.act_on(act, service.find(act, opened), name)

    def test_it_is_seen_by_those_it_concerns(self, acting, opened):
        for who, seen in (
            ('archivist', True), ('appraiser', True), ('leader', True), ('manager', True),
            ('jjc_manager', False), ('supervisor1', False), ('clerk', False), ('unitarchivist', False),
            ('reader', False),
            ('outsider', False), ('sysadmin', False), ('security', False), ('auditor', False),
        ):  # fmt: skip
            with acting(who) as act:
                assert len(list(service.seen_cases(act))) == int(seen), who

    def test_what_is_not_possible_yet_is_shown_with_every_reason(self, acting, opened, do):
        do('leader', opened, 'approve')
        with acting('archivist') as act:
            offers = {offer.name: offer for offer in available(act, service.find(act, opened))}
            assert [reason.code for reason in offers['send'].unmet] == ['no-package']
            assert offers['package'].allowed and offers['recall'].allowed

    def test_nothing_is_sent_before_it_is_packed(self, opened, do):
        do('leader', opened, 'approve')
        with pytest.raises(TransitionRefused):
            do('archivist', opened, 'send')


class TestReceipt:
    def test_what_it_confirms_is_transferred(self, acting, sent, filed, do):
        do('archivist', sent, 'receipt', receipt=RECEIPT)
        assert states(acting, filed) == ['transferred'] * 3
        with acting('archivist') as act:
            case = service.find(act, sent)
            assert (case.state, case.receipt['number']) == ('done', RECEIPT['number'])
            for item in nodes(act, filed):
                assert (item.cases, item.transfer['receipt']) == ((), RECEIPT['number'])
                assert item.transfer['kept_until'] == '2032-01-01'

    def test_the_rest_goes_back_with_a_reason_and_leaves_no_copy(self, site, acting, sent, filed, do):
        receipt = {**RECEIPT, 'items': filed[:2], 'remark': '丙件破损，退回'}
        do('archivist', sent, 'receipt', receipt=receipt)
        assert states(acting, filed) == ['transferred', 'transferred', 'filed']
        with acting('archivist') as act:
            (back,) = nodes(act, filed[2:])
            assert back.history[-1]['comment'] == '丙件破损，退回'
            assert back.cases == ()
        assert not store.folder_of_case(site, sent).exists()

    @pytest.mark.parametrize(
        ('changed', 'field'),
        [
            ({'number': ''}, 'receipt.number'),
            ({'receiver': None}, 'receipt.receiver'),
            ({'date': '2026-02-30'}, 'receipt.date'),
            ({'date': '2026-03-03'}, 'receipt.date'),
            ({'items': ['Z109-WS·2026·D30·BGS-0099']}, 'receipt.items'),
            ({'items': 'all'}, 'receipt.items'),
            ({'number': 'n' * 201}, 'receipt.number'),
        ],
    )
    def test_is_checked_against_the_list(self, acting, sent, filed, do, changed, field):
        with pytest.raises(TransitionRefused) as refused:
            do('archivist', sent, 'receipt', receipt={**RECEIPT, **changed})
        assert {reason.field for reason in refused.value.conditions} == {field}
        assert states(acting, filed) == ['transferring'] * 3

    def test_names_records_by_code_or_path_too(self, acting, sent, filed, do):
        with acting('archivist') as act:
            first, second, _third = nodes(act, filed)
            named = [first.reference_code, second.path]
        do('archivist', sent, 'receipt', receipt={**RECEIPT, 'items': named})
        assert states(acting, filed) == ['transferred', 'transferred', 'filed']

    def test_after_it_nothing_is_taken_back(self, sent, do):
        do('archivist', sent, 'receipt', receipt=RECEIPT)
        with pytest.raises(TransitionRefused):
            do('archivist', sent, 'recall')

    def test_the_content_stays_for_the_archivist_alone(self, acting, sent, filed, do):
        do('archivist', sent, 'receipt', receipt=RECEIPT)
        with acting('archivist') as act:
            (item, *_rest) = nodes(act, filed)
            with open_content(act, item.components[0]) as stream:
                assert '甲' in stream.read().decode()
        for who in ('clerk', 'manager', 'leader', 'appraiser'):
            with acting(who) as act:
                component = lookup.by_uid(act, filed[0]).components[0]
                with pytest.raises(Forbidden):
                    open_content(act, component)


class TestTakingBack:
    @pytest.mark.parametrize('step', ['approved', 'packed', 'sent'])
    def test_before_the_receipt_everything_is_filed_again_and_no_copy_stays(
        self, site, acting, opened, filed, do, step
    ):
        do('leader', opened, 'approve')
        if step != 'approved':
            do('archivist', opened, 'package')
        if step == 'sent':
            do('archivist', opened, 'export', place='光盘 1 张')
        do('archivist', opened, 'recall', comment='对方暂缓接收')
        assert states(acting, filed) == ['filed'] * 3
        assert not store.folder_of_case(site, opened).exists()
        with acting('archivist') as act:
            assert service.find(act, opened).state == 'cancelled'

    @pytest.mark.parametrize('who', ['leader', 'archivist'])
    def test_leader_and_archivist_cancel(self, acting, opened, filed, do, who):
        do(who, opened, 'cancel')
        assert states(acting, filed) == ['filed'] * 3
        with acting('archivist') as act:
            assert open_transfer(act, '再来', nodes(act, filed)).state == 'open'


class TestHolds:
    def _hold(self, acting, uids):
        with acting('archivist') as act:
            holds.place(act, '诉讼', '案件未结', nodes(act, uids))

    def test_sets_a_record_aside_and_the_others_go_on(self, acting, opened, filed, do):
        do('leader', opened, 'approve')
        do('archivist', opened, 'package')
        self._hold(acting, filed[:1])
        assert states(acting, filed) == ['filed', 'transferring', 'transferring']
        with acting('archivist') as act:
            case = service.find(act, opened)
            assert case.package is None, 'a package with a held record goes to nobody'
            assert case.entries[case.key_of(filed[0])]['set_aside'] == 'held'
        do('archivist', opened, 'package')
        do('archivist', opened, 'send')
        do('archivist', opened, 'receipt', receipt=RECEIPT)
        assert states(acting, filed) == ['filed', 'transferred', 'transferred']

    def test_stops_a_record_that_was_sent_already_and_leaves_no_copy_here(
        self, site, acting, sent, filed, do
    ):
        self._hold(acting, filed[1:2])
        assert not store.folder_of_case(site, sent).exists()
        do('archivist', sent, 'receipt', receipt=RECEIPT)
        assert states(acting, filed) == ['transferred', 'filed', 'transferred']

    def test_of_the_series_reaches_what_lies_below(self, acting, opened, filed):
        with acting('archivist') as act:
            series = lookup.by_uid(act, filed[0]).__parent__
            holds.place(act, '巡视', '巡视组要求', [series])
        assert states(acting, filed) == ['filed'] * 3

    def test_of_everything_leaves_nothing_to_approve(self, acting, opened, filed, do):
        self._hold(acting, filed)
        with pytest.raises(TransitionRefused) as refused:
            do('leader', opened, 'approve')
        assert [reason.code for reason in refused.value.conditions] == ['nothing-left']
        do('leader', opened, 'cancel')
        assert states(acting, filed) == ['filed'] * 3


def test_the_register_says_what_went_and_what_the_receipt_confirms(acting, sent, filed, do):
    with acting('archivist') as act:
        before = service.find(act, sent).documents['register']['value']
    assert (before['quantity']['items'], before['receipt']) == (3, None)
    assert before['digests']['manifest'] and before['description']['way'] == '政务外网'
    do('archivist', sent, 'receipt', receipt={**RECEIPT, 'items': filed[:2]})
    with acting('archivist') as act:
        register = service.find(act, sent).documents['register']['value']
        assert register['quantity']['items'] == 2
        assert [line['confirmed'] for line in register['items']] == [True, True, False]
        assert register['receipt']['receiver'] == RECEIPT['receiver']
        assert set(register['checks']) == {'accuracy', 'completeness', 'usability', 'safety', 'carrier'}
