"""A record's way from the clerk to the archivist's desk, by use cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lantai.base.errors import Forbidden, Invalid, NotFound, Stale
from lantai.features.records import deposit, lookup, places, service
from lantai.features.records.errors import AboveCeiling, ContainerClosed, NotOnlyDrafts, OtherFonds
from lantai.features.records.waiting import tasks_of
from lantai.services.security import policy
from lantai.services.workflow.engine import TransitionRefused, available
from tests.builders.office import body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
DESCRIBED = {'title': '关于开展检查的通知', 'author': '办公室', 'date': '2026-03-01'}


def deposited(
    acting, name: str = '通知.pdf', who: str = 'clerk', into: tuple[str, ...] = SERIES, **values
) -> str:
    with acting(who) as act:
        put = deposit.put(act, lookup.find(act, into), name, body(act), **values)
        return put.node.uid


def submitted(acting, who: str = 'clerk') -> str:
    uid = deposited(acting, who=who, metadata=DESCRIBED)
    with acting(who) as act:
        service.transition(act, lookup.by_uid(act, uid), 'submit')
    return uid


def codes(error: pytest.ExceptionInfo) -> list[str]:
    return [condition.code for condition in error.value.conditions]


def test_a_step_refused_names_every_reason_and_changes_nothing(acting):
    uid = deposited(acting)
    with acting('clerk') as act:
        item = lookup.by_uid(act, uid)
        with pytest.raises(TransitionRefused) as refused:
            service.transition(act, item, 'submit')
        assert [reason.field for reason in refused.value.conditions] == ['title', 'author', 'date']
        assert item.state == 'draft'
        assert [entry['what'] for entry in item.history] == ['create', 'put']
        (offer,) = available(act, item)
        assert (offer.name, offer.allowed, len(offer.unmet)) == ('submit', False, 3)


def test_submit_approve_return_with_history_and_tasks(acting):
    uid = submitted(acting)
    with acting('manager') as act:
        assert [task.node.uid for task in tasks_of(act)[1]] == [uid]
        service.transition(act, lookup.by_uid(act, uid), 'approve', '同意')
        assert tasks_of(act)[0] == 0
    with acting('archivist') as act:
        item = lookup.by_uid(act, uid)
        assert [task.kind for task in tasks_of(act)[1]] == ['file']
        with pytest.raises(TransitionRefused) as refused:
            service.transition(act, item, 'return')
        assert codes(refused) == ['comment-needed']
        service.transition(act, item, 'return', '缺附件')
    with acting('clerk') as act:
        assert [(task.kind, task.node.uid) for task in tasks_of(act)[1]] == [('mend', uid)]
        history = [
            (entry['what'], entry['who'], entry['comment']) for entry in lookup.by_uid(act, uid).history
        ]
        assert history[-3:] == [
            ('submit', 'clerk', ''),
            ('approve', 'manager', '同意'),
            ('return', 'archivist', '缺附件'),
        ]


def test_nobody_approves_what_they_made_or_submitted(acting):
    uid = submitted(acting, who='unitarchivist')
    with acting('machine') as act:
        item = lookup.by_uid(act, uid)
        item.history = (*item.history, {'what': 'submit', 'who': 'manager', 'when': '', 'comment': ''})
    with acting('manager') as act:
        with pytest.raises(TransitionRefused) as refused:
            service.transition(act, lookup.by_uid(act, uid), 'approve')
        assert codes(refused) == ['another-person-needed']


def test_a_manager_of_another_unit_finds_nothing(acting):
    uid = submitted(acting)
    with acting('jjc_manager') as act:
        with pytest.raises(NotFound):
            lookup.by_uid(act, uid)
        # the role was given for the unit JJC, so the series of another unit is not there either
        with pytest.raises(NotFound):
            lookup.find(act, SERIES)
        assert tasks_of(act) == (0, [])


def test_a_clerk_of_another_unit_counts_nothing_of_ours(acting):
    submitted(acting)
    with acting('jjc_clerk') as act:
        series = lookup.find(act, SERIES)
        assert series.count(policy.visible(act.actor, series)) == 0
        assert series.page(policy.visible(act.actor, series)).nodes == []


def test_another_body_sees_nothing_at_all(acting):
    with acting('outsider') as act:
        for segments in (('Z109',), SERIES):
            with pytest.raises(NotFound):
                lookup.find(act, segments)
        assert [
            node.name for node in act.repository.page(policy.visible(act.actor, act.repository)).nodes
        ] == [
            'Z110',
            '收集',
        ]


def test_a_closed_series_takes_nothing(acting):
    with acting('archivist') as act:
        service.edit(act, lookup.find(act, SERIES), {'open': False})
    with acting('clerk') as act, pytest.raises(ContainerClosed):
        deposit.put(act, lookup.find(act, SERIES), 'a.pdf', body(act))


def test_the_second_of_two_who_edit_is_told_and_nothing_is_overwritten(acting):
    uid = deposited(acting, metadata=DESCRIBED)
    with acting('clerk') as act:
        seen = lookup.by_uid(act, uid).etag
        service.edit(act, lookup.by_uid(act, uid), {'metadata': {'author': '甲'}}, etag=seen)
    with acting('unitarchivist') as act:
        with pytest.raises(Stale):
            service.edit(act, lookup.by_uid(act, uid), {'metadata': {'author': '乙'}}, etag=seen)
        assert lookup.by_uid(act, uid).metadata['author'] == '甲'


def test_every_wrong_field_is_named_at_once(acting):
    uid = deposited(acting)
    with acting('clerk') as act, pytest.raises(Invalid) as refused:
        service.edit(
            act,
            lookup.by_uid(act, uid),
            {'metadata': {'date': 'soon', 'nonsense': '1'}, 'access': {'publicity': '也许'}, 'colour': 'red'},
        )
    assert {reason.field for reason in refused.value.conditions} == {
        'date',
        'nonsense',
        'access.publicity',
        'colour',
    }


def test_a_classified_record_is_refused_and_its_bytes_are_not_kept(site, acting):
    with acting('clerk') as act:
        received = body(act, b'secret bytes')
        with pytest.raises(AboveCeiling):
            deposit.put(act, lookup.find(act, SERIES), 'a.pdf', received, access={'classification': '机密'})
        act.manager.doom()
        received.discard()
        act.manager.abort()
        act.manager.begin()
    assert list(site.contents.keys()) == []
    assert list(site.folder.incoming.iterdir()) == []


@pytest.mark.parametrize(
    'said', [{'metadata': {'security_classification': '秘密'}}, {'access': {'classification': '秘密'}}]
)
def test_a_classification_is_refused_wherever_it_is_said(acting, said):
    with acting('clerk') as act:
        with pytest.raises(AboveCeiling):
            service.create(act, lookup.find(act, SERIES), 'item', title='试', **said)
        act.manager.doom()
        act.manager.abort()
        act.manager.begin()


def test_the_classification_is_the_same_in_description_and_access(site, acting):
    site.settings = replace(site.settings, ceiling='机密')
    with acting('clerk') as act:
        item = service.create(act, lookup.find(act, SERIES), 'item', title='试')
        service.edit(act, item, {'metadata': {'security_classification': '秘密'}})
        assert item.access['classification'] == '秘密'
        service.edit(act, item, {'access': {'classification': '机密'}})
        assert item.metadata['security_classification'] == '机密'
        assert [each.field for each in act.site.schemas['document'].missing(item.metadata, 'submit')][
            -1
        ] == 'secrecy_period'
        with pytest.raises(Invalid) as refused:
            service.edit(
                act,
                item,
                {'metadata': {'security_classification': '秘密'}, 'access': {'classification': '机密'}},
            )
        assert [each.code for each in refused.value.conditions] == ['classification-disagrees']
        service.edit(act, item, {'access': {'classification': ''}})
        assert 'security_classification' not in item.metadata


@pytest.mark.parametrize('metadata', ['text', ['title'], 3])
def test_a_description_that_is_no_object_is_said_to_be_none(acting, metadata):
    with acting('clerk') as act:
        with pytest.raises(Invalid) as refused:
            service.create(act, lookup.find(act, SERIES), 'item', title='试', metadata=metadata)
        assert [each.field for each in refused.value.conditions] == ['metadata']


def test_a_replaced_draft_has_one_content_left(site, acting):
    uid = deposited(acting)
    with acting('clerk') as act:
        item = lookup.by_uid(act, uid)
        put = deposit.put(act, item.__parent__, item.name, body(act, b'second'))
        assert not put.created
    assert [site.contents.path(key).read_bytes() for key in site.contents.keys()] == [b'second']


def test_moving_keeps_identity_and_a_single_file_stays_one(acting):
    uid = deposited(acting)
    with acting('clerk') as act:
        item = lookup.by_uid(act, uid)
        places.move(act, item, lookup.find(act, ('Z109', 'WS', '2026', 'D10', 'BGS')), '改名.pdf')
        assert item.uid == uid
        assert item.path == '/Z109/WS/2026/D10/BGS/改名.pdf'
        assert item.single.name == '改名.pdf'


def test_a_copy_is_a_draft_of_its_own_with_bytes_of_its_own(site, acting):
    uid = submitted(acting)
    with acting('clerk') as act:
        item = lookup.by_uid(act, uid)
        twin = places.copy(act, item, item.__parent__, '副本.pdf')
        assert (twin.state, twin.derived_from, twin.metadata) == ('draft', uid, item.metadata)
        assert twin.single.content_key != item.single.content_key
    keys = list(site.contents.keys())
    assert len(keys) == 2
    assert not site.contents.path(keys[0]).samefile(site.contents.path(keys[1]))


def test_a_folder_with_somebody_elses_work_is_not_deleted(acting):
    with acting('clerk') as act:
        folder = service.create(act, lookup.find(act, ('收集',)), 'folder', name='三月')
        deposit.put(act, folder, 'a.pdf', body(act), metadata=DESCRIBED)
        service.transition(act, folder['a.pdf'], 'submit')
    with acting('clerk') as act:
        folder = lookup.find(act, ('收集', '三月'))
        with pytest.raises(NotOnlyDrafts):
            places.delete(act, folder)
        assert 'a.pdf' in folder


def test_deleting_a_draft_removes_its_bytes(site, acting):
    uid = deposited(acting)
    with acting('clerk') as act:
        places.delete(act, lookup.by_uid(act, uid))
    assert list(site.contents.keys()) == []
    with acting('clerk') as act, pytest.raises(NotFound):
        lookup.by_uid(act, uid)


def test_records_do_not_move_to_another_body(acting):
    uid = deposited(acting)
    with acting('machine') as act, pytest.raises(OtherFonds):
        places.move(act, lookup.by_uid(act, uid), lookup.find(act, ('Z110', 'WS', '2026', 'D30', 'BGS')))


def test_the_inbox_shows_a_folder_to_its_maker_and_to_those_who_arrange(acting):
    with acting('clerk') as act:
        service.create(act, lookup.find(act, ('收集',)), 'folder', name='三月')
    for person, seen in (
        ('clerk', True), ('clerk2', False), ('unitarchivist', True), ('manager', True), ('archivist', True),
        ('jjc_manager', False), ('reader', False), ('outsider', False),
    ):  # fmt: skip
        with acting(person) as act:
            inbox = act.repository['收集']
            assert inbox.count(policy.visible(act.actor, inbox)) == int(seen), person


def test_an_excluded_item_names_rule_and_reason_and_can_come_back(acting):
    uid = submitted(acting)
    with acting('archivist') as act:
        item = lookup.by_uid(act, uid)
        with pytest.raises(TransitionRefused) as refused:
            service.transition(act, item, 'exclude')
        assert codes(refused) == ['comment-needed', 'rule-needed']
        service.transition(act, item, 'exclude', '重份', rule=12)
        assert (item.state, item.exclusion['rule'], item.exclusion['reason']) == ('excluded', 12, '重份')
        service.transition(act, item, 'include')
        assert (item.state, item.exclusion) == ('draft', None)


def test_a_reader_may_not_change_what_they_see(acting):
    with acting('reader') as act, pytest.raises(Forbidden):
        service.edit(act, lookup.find(act, SERIES), {'open': False})


def test_a_file_replaced_meanwhile_is_not_approved_unseen(acting):
    uid = submitted(acting)
    with acting('manager') as act:
        seen = lookup.by_uid(act, uid).etag
    with acting('clerk') as act:
        item = lookup.by_uid(act, uid)
        deposit.put(act, item.__parent__, item.name, body(act, b'%PDF-1.4 another text'))
    with acting('manager') as act:
        with pytest.raises(Stale):
            service.transition(act, lookup.by_uid(act, uid), 'approve', etag=seen)
        assert lookup.by_uid(act, uid).state == 'submitted'
