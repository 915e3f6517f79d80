"""The contract's rows on destruction: who acts in which order, what is refused, what a hold does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lantai.base.errors import Forbidden, NotFound
from lantai.features.cases import service
from lantai.features.cases.errors import AnotherPersonNeeded, AppraisalNeeded, ListChanged, RootMissing
from lantai.features.holds import service as holds
from lantai.features.records import lookup
from lantai.services.workflow.engine import TransitionRefused, available
from tests.builders.cases import filed_items
from tests.builders.destruction import DUE, approved, condemned, run_jobs, stored, take, witnessed


def states(acting, uids) -> list[str]:
    with acting('archivist') as act:
        return [lookup.by_uid(act, uid).state for uid in uids]


def codes(refused) -> set[str]:
    return {reason.code for reason in refused.value.conditions}


# opened only through an approved appraisal


def test_nobody_opens_a_destruction_by_hand(acting, due):
    with acting('archivist') as act, pytest.raises(AppraisalNeeded) as refused:
        service.open_case(act, 'destruction', '销毁', [lookup.by_uid(act, uid) for uid in due])
    assert refused.value.name == 'appraisal-needed'


def test_it_comes_out_of_an_approved_appraisal_with_the_condemned_alone(acting, opened, due):
    with acting('archivist') as act:
        case = service.find(act, opened)
        assert (case.state, case.maker, set(case.uids())) == ('open', 'appraiser', set(due))
        assert {entry['decision'] for entry in case.entries.values()} == {'condemn'}
        assert {lookup.by_uid(act, uid).cases for uid in due} == {(opened,)}
    assert set(states(acting, due)) == {'appraising'}


# approve


def test_an_approval_names_the_exact_list(acting, opened):
    with acting('leader') as act, pytest.raises(RootMissing):
        service.act_on(act, service.find(act, opened), 'approve')
    with acting('leader') as act, pytest.raises(ListChanged):
        service.act_on(act, service.find(act, opened), 'approve', list_root='0' * 64)


def test_approved_its_items_are_destroying_and_the_waiting_period_runs(acting, waiting, due):
    assert set(states(acting, due)) == {'destroying'}
    with acting('archivist') as act:
        case = service.find(act, waiting)
        assert case.state == 'waiting'
        assert case.not_before == (DUE + timedelta(days=7)).date().isoformat()
        assert case.approval['list_root'] == case.list_root()


def test_the_profile_sets_the_days(site, acting, opened):
    def none(act):
        act.repository.room('classification').claim('Z109').controls = {'waiting_days': 0}

    site.transact(none)
    approved(acting, opened)
    with acting('archivist') as act:
        assert service.find(act, opened).not_before == DUE.date().isoformat()


@pytest.mark.parametrize('role', ['opener', 'appraiser'])
def test_who_made_the_list_does_not_approve_it(acting, due, role):
    case_id = condemned(acting, due, **{role: 'everything'})
    with acting('everything') as act, pytest.raises(AnotherPersonNeeded):
        case = service.find(act, case_id)
        service.act_on(act, case, 'approve', list_root=case.list_root())
    assert set(states(acting, due)) == {'appraising'}


# witness


def test_two_different_supervisors_check_the_list(acting, waiting, due):
    witnessed(acting, waiting)
    with acting('archivist') as act:
        case = service.find(act, waiting)
        assert case.witnesses == ('supervisor1', 'supervisor2')
        assert [check['found']['items'] for check in case.checks] == [3, 3]
        assert not any(check['found']['different'] or check['found']['missing'] for check in case.checks)
        assert case.state == 'waiting'


def test_a_check_says_what_is_not_as_it_was_filed(acting, site, waiting, due):
    with acting('archivist') as act:
        key = lookup.by_uid(act, due[1]).single.content_key
    site.contents.path(key).write_bytes(b'other')
    take(acting, waiting, 'supervisor1', 'witness')
    with acting('archivist') as act:
        assert service.find(act, waiting).checks[0]['found']['different'] == [due[1]]


def test_the_same_person_does_not_witness_twice(acting, waiting):
    take(acting, waiting, 'supervisor1', 'witness')
    with acting('supervisor1') as act, pytest.raises(AnotherPersonNeeded):
        service.act_on(act, service.find(act, waiting), 'witness')


def test_a_third_witness_is_not_needed(acting, waiting):
    witnessed(acting, waiting)
    with acting('supervisor3') as act, pytest.raises(TransitionRefused) as refused:
        service.act_on(act, service.find(act, waiting), 'witness')
    assert codes(refused) == {'witnessed-already'}


@pytest.mark.parametrize('role', ['opener', 'appraiser', 'leader'])
def test_nobody_witnesses_who_made_or_approved(acting, due, role):
    case_id = condemned(acting, due, **{role: 'everything'})
    approved(acting, case_id)
    with acting('everything') as act, pytest.raises(AnotherPersonNeeded):
        service.act_on(act, service.find(act, case_id), 'witness')


def test_who_approved_the_destruction_does_not_witness(acting, opened):
    approved(acting, opened, 'everything')
    with acting('everything') as act, pytest.raises(AnotherPersonNeeded):
        service.act_on(act, service.find(act, opened), 'witness')


# execute


def test_execution_names_everything_it_lacks(acting, waiting):
    with acting('archivist') as act, pytest.raises(TransitionRefused) as refused:
        service.act_on(act, service.find(act, waiting), 'execute')
    assert codes(refused) == {'too-early', 'witnesses-missing'}


def test_a_witness_does_not_execute(acting, waiting, clock):
    take(acting, waiting, 'everything', 'witness')
    take(acting, waiting, 'supervisor1', 'witness')
    clock.moment = DUE + timedelta(days=7)
    with acting('everything') as act, pytest.raises(AnotherPersonNeeded):
        service.act_on(act, service.find(act, waiting), 'execute')


def test_one_second_before_the_day_nothing_is_executed(acting, waiting, clock):
    witnessed(acting, waiting)
    clock.moment = (DUE + timedelta(days=6)).replace(hour=23, minute=59)
    with acting('archivist') as act:
        before = clock.today().isoformat() < service.find(act, waiting).not_before
    assert before
    with acting('archivist') as act, pytest.raises(TransitionRefused) as refused:
        service.act_on(act, service.find(act, waiting), 'execute')
    assert codes(refused) == {'too-early'}


def test_the_law_is_asked_again_by_the_job_whatever_was_configured(acting, site, ready, due):
    """A definition without guards, or a state set by hand, erases nothing."""
    take(acting, ready, 'archivist', 'execute')

    def forge(act):
        case = stored(act, ready)
        case.checks = (case.checks[0], {**case.checks[1], 'who': 'supervisor1'})

    site.transact(forge)
    run_jobs(site)
    assert set(states(acting, due)) == {'destroying'}
    with acting('archivist') as act:
        assert all(site.contents.path(lookup.by_uid(act, uid).single.content_key).exists() for uid in due)


# a hold while it waits


@pytest.mark.parametrize('on', ['item', 'series'])
def test_a_hold_in_the_waiting_period_sets_its_items_aside(acting, site, ready, due, on):
    with acting('archivist') as act:
        case = service.find(act, ready)
        root, remaining = case.list_root(), case.remaining_root()
        held = lookup.by_uid(act, due[0]) if on == 'item' else lookup.by_uid(act, due[0]).__parent__
        holds.place(act, '诉讼', '案件未结', [held])
    expected = ['filed', 'destroying', 'destroying'] if on == 'item' else ['filed'] * 3
    assert states(acting, due) == expected
    with acting('archivist') as act:
        case = service.find(act, ready)
        assert case.list_root() == root == case.approval['list_root']
        assert case.remaining_root() != remaining
        assert case.history[-1]['remaining_root'] == case.remaining_root()
        item = lookup.by_uid(act, due[0])
        assert (item.cases, item.history[-1]['from'], item.history[-1]['to']) == ((), 'destroying', 'filed')


def test_the_certificate_names_what_was_set_aside_and_the_others_go_on(acting, site, ready, due):
    with acting('archivist') as act:
        holds.place(act, '诉讼', '案件未结', [lookup.by_uid(act, due[0])])
    take(acting, ready, 'archivist', 'execute')
    run_jobs(site)
    assert states(acting, due) == ['filed', 'destroyed', 'destroyed']
    with acting('archivist') as act:
        statement = service.find(act, ready).documents['certificate']['value']['statement']
        assert [(line['uid'], line['why']) for line in statement['set_aside']] == [(due[0], 'held')]
        assert statement['counts'] == {
            'listed': 3, 'destroyed': 2, 'set_aside': 1, 'files': 2,
            'bytes': statement['counts']['bytes'],
        }  # fmt: skip


def test_everything_on_hold_leaves_nothing_to_execute(acting, ready, due):
    with acting('archivist') as act:
        holds.place(act, '诉讼', '案件未结', [lookup.by_uid(act, uid) for uid in due])
    with acting('archivist') as act, pytest.raises(TransitionRefused) as refused:
        service.act_on(act, service.find(act, ready), 'execute')
    assert codes(refused) == {'nothing-left'}
    take(acting, ready, 'leader', 'cancel')


def test_a_hold_before_the_approval_changes_the_list(acting, opened, due):
    with acting('leader') as act:
        root = service.find(act, opened).list_root()
    with acting('archivist') as act:
        holds.place(act, '诉讼', '案件未结', [lookup.by_uid(act, due[0])])
    with acting('leader') as act, pytest.raises(ListChanged):
        service.act_on(act, service.find(act, opened), 'approve', list_root=root)
    approved(acting, opened)
    assert states(acting, due) == ['filed', 'destroying', 'destroying']


# cancel


@pytest.mark.parametrize('who', ['leader', 'archivist'])
def test_cancelling_before_the_execution_puts_everything_back(acting, ready, due, who):
    take(acting, ready, who, 'cancel', comment='再议')
    with acting('archivist') as act:
        assert service.find(act, ready).state == 'cancelled'
        items = [lookup.by_uid(act, uid) for uid in due]
        assert {(item.state, item.cases) for item in items} == {('filed', ())}


def test_others_do_not_cancel_nor_what_is_executed(acting, site, ready):
    for who in ('appraiser', 'supervisor1'):
        with acting(who) as act, pytest.raises(Forbidden):
            service.act_on(act, service.find(act, ready), 'cancel')
    take(acting, ready, 'archivist', 'execute')
    with acting('leader') as act, pytest.raises(TransitionRefused) as refused:
        service.act_on(act, service.find(act, ready), 'cancel')
    assert codes(refused) == {'wrong-state'}


# who may what


@pytest.mark.parametrize('who', ['archivist', 'appraiser', 'leader', 'supervisor1', 'manager'])
def test_who_may_what_on_a_destruction(acting, opened, who):
    """contract, table of cases: `approve` for the leader, `cancel` for leader and archivist, no more."""
    wanted = {'leader': {'approve', 'cancel'}, 'archivist': {'cancel'}}.get(who, set())
    with acting(who) as act:
        assert {offer.name for offer in available(act, service.find(act, opened))} == wanted


@pytest.mark.parametrize(
    ('who', 'wanted'),
    [
        ('archivist', {'execute', 'cancel'}),
        ('appraiser', set()),
        ('leader', {'cancel'}),
        ('supervisor1', {'witness'}),
        ('manager', set()),
    ],
)
def test_who_may_what_in_the_waiting_period(acting, waiting, who, wanted):
    with acting(who) as act:
        assert {offer.name for offer in available(act, service.find(act, waiting))} == wanted


OTHERS = ('clerk', 'reader', 'unitarchivist', 'jjc_manager', 'outsider', 'sysadmin', 'security', 'auditor')


@pytest.mark.parametrize('who', OTHERS)
def test_others_see_no_destruction(acting, opened, who):
    with acting(who) as act, pytest.raises(NotFound):
        service.find(act, opened)


def test_two_destructions_do_not_touch_each_other(acting, site, clock, due):
    more = filed_items(site, acting, ['丁'], period='D10', year=2026)
    first, second = condemned(acting, due), condemned(acting, more)
    approved(acting, first)
    assert states(acting, [*due, *more]) == ['destroying'] * 3 + ['appraising']
    take(acting, second, 'leader', 'cancel')
    assert states(acting, [*due, *more]) == ['destroying'] * 3 + ['filed']
