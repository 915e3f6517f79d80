"""From due to decided: who may do what, what is refused, what an approval does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from lantai.base.errors import Forbidden, Invalid, NotFound
from lantai.features.appraisal.service import open_appraisal
from lantai.features.cases import service
from lantai.features.cases.errors import ListChanged, ListRefused, RootMissing
from lantai.features.holds import service as holds
from lantai.features.records import lookup
from lantai.services.workflow.engine import TransitionRefused
from tests.builders.cases import filed_items


@pytest.fixture
def due(site, acting, clock) -> Iterator[list[str]]:
    """Uids of three filed records of D10, long past it."""
    uids = filed_items(site, acting, ['甲', '乙', '丙'], period='D10', year=2026)
    clock.moment = datetime(2040, 1, 2, tzinfo=UTC)
    yield uids


def nodes(act, uids):
    return [lookup.by_uid(act, uid) for uid in uids]


def opened(acting, uids, who: str = 'archivist') -> str:
    with acting(who) as act:
        return open_appraisal(act, '2040 年到期鉴定', nodes(act, uids)).uid


def decided(acting, uids, case_id, **decision) -> None:
    with acting('appraiser') as act:
        case = service.find(act, case_id)
        service.act_on(act, case, 'decide', **{'all': True, 'reason': '已无查考价值', **decision})
        service.act_on(act, case, 'submit')


def test_items_on_a_case_are_appraising_and_on_no_other(acting, due):
    opened(acting, due)
    with acting('archivist') as act:
        assert {item.state for item in nodes(act, due)} == {'appraising'}
        with pytest.raises(ListRefused) as refused:
            open_appraisal(act, '又一次', nodes(act, due))
        assert [reason.code for reason in refused.value.conditions] == ['on-another-case'] * 3


def test_what_cannot_be_appraised_is_refused_all_named(acting, site, clock, due):
    clock.moment = datetime(2030, 1, 2, tzinfo=UTC)
    with acting('archivist') as act:
        holds.place(act, '诉讼', '案件未结', nodes(act, due[:1]))
    with acting('archivist') as act:
        with pytest.raises(ListRefused) as refused:
            open_appraisal(act, '太早', nodes(act, due))
        assert [reason.code for reason in refused.value.conditions] == ['held', 'not-due', 'not-due']
        assert {item.state for item in nodes(act, due)} == {'filed'}


def test_only_archivist_and_appraisers_open_one(acting, due):
    for who in ('clerk', 'manager', 'leader'):
        with acting(who) as act, pytest.raises(Forbidden):
            open_appraisal(act, '不该', nodes(act, due))


def test_a_report_covers_every_record(acting, due):
    case_id = opened(acting, due)
    with acting('appraiser') as act:
        case = service.find(act, case_id)
        service.act_on(act, case, 'decide', items=due[:2], decision='condemn', reason='过期')
        with pytest.raises(TransitionRefused) as refused:
            service.act_on(act, case, 'submit')
        assert [reason.code for reason in refused.value.conditions] == ['undecided']


def test_keeping_on_needs_a_period_and_every_decision_a_reason(acting, due):
    case_id = opened(acting, due)
    with acting('appraiser') as act, pytest.raises(TransitionRefused) as refused:
        service.act_on(act, service.find(act, case_id), 'decide', all=True, decision='retain')
    assert {reason.field for reason in refused.value.conditions} == {'period', 'reason'}


def test_an_approval_is_bound_to_the_exact_list(acting, due):
    case_id = opened(acting, due)
    decided(acting, due, case_id, decision='retain', period='D10')
    with acting('leader') as act:
        case = service.find(act, case_id)
        with pytest.raises(RootMissing):
            service.act_on(act, case, 'approve')
    with acting('leader') as act:
        case = service.find(act, case_id)
        with pytest.raises(ListChanged):
            service.act_on(act, case, 'approve', list_root='0' * 64)


def test_kept_on_they_are_filed_again_with_the_new_period_and_the_old_code(acting, due):
    case_id = opened(acting, due)
    with acting('archivist') as act:
        codes = [item.reference_code for item in nodes(act, due)]
    decided(acting, due, case_id, decision='retain', period='D30')
    with acting('leader') as act:
        case = service.find(act, case_id)
        service.act_on(act, case, 'approve', list_root=case.list_root())
        assert case.state == 'done'
    with acting('archivist') as act:
        items = nodes(act, due)
        assert {(item.state, item.retention['period'], item.retention['due']) for item in items} == {
            ('filed', 'D30', '2071-01-01')
        }
        assert [item.reference_code for item in items] == codes
        assert {item.retention['extended']['from']['period'] for item in items} == {'D10'}
        assert not any(item.cases for item in items)


def test_the_decisions_belong_to_the_list(acting, due):
    case_id = opened(acting, due)
    with acting('appraiser') as act:
        case = service.find(act, case_id)
        before = case.list_root()
        service.act_on(act, case, 'decide', items=due[:1], decision='condemn', reason='过期')
        assert case.list_root() != before


def test_who_made_the_list_does_not_approve_it(acting, due):
    case_id = opened(acting, due)
    decided(acting, due, case_id, decision='retain', period='D10')
    with acting('appraiser') as act, pytest.raises(Forbidden):
        case = service.find(act, case_id)
        service.act_on(act, case, 'approve', list_root=case.list_root())


def test_cancelling_puts_everything_back(acting, due):
    case_id = opened(acting, due)
    with acting('leader') as act:
        service.act_on(act, service.find(act, case_id), 'cancel')
    with acting('archivist') as act:
        assert {(item.state, item.cases) for item in nodes(act, due)} == {('filed', ())}
        opened_again = open_appraisal(act, '再来', nodes(act, due))
        assert opened_again.state == 'open'


def test_a_case_is_seen_by_those_it_concerns(acting, due):
    case_id = opened(acting, due)
    for who, seen in (
        ('archivist', True),
        ('appraiser', True),
        ('leader', True),
        ('manager', True),
        ('jjc_manager', False),
        ('clerk', False),
        ('reader', False),
        ('outsider', False),
    ):
        with acting(who) as act:
            if seen:
                assert service.find(act, case_id).uid == case_id
            else:
                with pytest.raises(NotFound):
                    service.find(act, case_id)
            assert len(list(service.seen_cases(act))) == int(seen), who


def test_records_of_two_bodies_are_no_list(acting, due):
    with acting('machine') as act, pytest.raises(Invalid):
        open_appraisal(act, '混', [*nodes(act, due), lookup.find(act, ('Z110', 'WS'))])
