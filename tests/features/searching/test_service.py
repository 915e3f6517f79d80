"""What people find: their own changes at once, never what they may not see, marked and with its place."""

from __future__ import annotations

import pytest

from lantai.base.errors import NotSignedIn
from lantai.features.records import deposit, lookup, places, service
from lantai.features.searching.describe import access_class
from lantai.features.searching.service import choices, search
from lantai.services.search import operation
from lantai.services.search.documents import document_of
from lantai.services.search.errors import IndexUnavailable
from lantai.services.search.listing import children, items_below
from lantai.services.search.query import Query
from lantai.services.security import policy
from lantai.services.security.actor import Actor, Grant
from lantai.services.security.people import people_of
from tests.builders.office import ADMINISTRATORS, PEOPLE, body

SERIES = ('Z109', 'WS', '2026', 'D30', 'BGS')
INBOX = ('收集',)
DESCRIBED = {
    'title': '关于开展安全生产专项检查的通知',
    'author': '保税区管理局',
    'date': '2026-03-01',
    'document_number': '保税管〔2026〕18号',
}


@pytest.fixture
def indexed(site):
    operation.bring_up(site)
    return site


def put(acting, name: str, who: str = 'clerk', into=SERIES, **metadata) -> str:
    with acting(who) as act:
        return deposit.put(
            act, lookup.find(act, into), name, body(act), metadata={**DESCRIBED, **metadata}
        ).node.uid


def found(acting, who: str, text: str = '', **asked) -> list[str]:
    with acting(who) as act:
        return [hit.node.uid for hit in search(act, Query(text=text, **asked)).hits]


def test_what_one_has_just_put_is_found_at_once(indexed, acting):
    uid = put(acting, '通知.pdf')
    assert found(acting, 'clerk', '专项检查') == [uid]
    with acting('clerk') as act:
        service.edit(act, lookup.by_uid(act, uid), {'title': '关于防汛的函'})
    assert found(acting, 'clerk', '防汛') == [uid]
    assert found(acting, 'clerk', '专项检查') == []
    with acting('clerk') as act:
        places.delete(act, lookup.by_uid(act, uid))
    assert found(acting, 'clerk', '防汛') == []


def test_others_do_not_wait_and_the_lag_is_said(indexed, acting):
    uid = put(acting, '通知.pdf')
    with acting('archivist') as act:
        results = search(act, Query(text='专项检查'))
    assert (results.hits, results.total) == ([], 0)
    assert results.lag > 0
    operation.bring_up(indexed)
    with acting('archivist') as act:
        results = search(act, Query(text='专项检查'))
    assert [hit.node.uid for hit in results.hits] == [uid]
    assert results.lag == 0


def test_found_by_number_author_file_name_and_part_of_a_number(indexed, acting):
    uid = put(acting, 'Scan-0815.pdf')
    for text in (
        '保税管〔2026〕18号',
        '2026〕18',
        '保税管 18',
        '保税区管 专项',
        'scan-08',
        'SCAN0815',
        '0815.pdf',
        '檢查',
    ):
        assert found(acting, 'clerk', text) == [uid], text


def test_a_hit_outside_the_title_says_in_which_field(indexed, acting):
    put(acting, '通知.pdf')
    with acting('clerk') as act:
        (hit,) = search(act, Query(text='检查 18号')).hits
    assert [piece for piece, marked in hit.title if marked] == ['检查']
    assert hit.field == 'document_number'
    assert [piece for piece, marked in hit.snippet if marked] == ['18号']


def test_hits_are_found_in_the_inbox_of_the_own_unit_only(indexed, acting):
    uid = put(acting, '收到的通知.pdf', into=INBOX)
    operation.bring_up(indexed)
    seen_by = {who for who in PEOPLE if found(acting, who, '专项检查') == [uid]}
    assert seen_by == {'clerk', 'unitarchivist', 'manager', 'archivist'}


def test_every_person_finds_exactly_what_the_policy_shows_them(indexed, acting):
    """In lists, counts and facets; in each state of a record, in the archive and in the inbox."""
    uids = [put(acting, f'{n}.pdf', who, into) for n, (who, into) in enumerate(DEPOSITS)]
    with acting('machine') as act:
        for uid, state in zip(
            uids, ('draft', 'submitted', 'approved', 'filed', 'filed', 'filed', 'draft'), strict=True
        ):
            item = act.repository.by_uid(uid)
            item.state = state
            item.touch(act.clock)
        opened = act.repository.by_uid(uids[4])
        opened.access = {**opened.access, 'openness': 'open'}
        opened.touch(act.clock)
    operation.rebuild(indexed, Actor('machine', almighty=True))
    for who in (*PEOPLE, *ADMINISTRATORS):
        with acting(who) as act:
            everything = [node for node in act.repository.objects.values() if document_of(node) is not None]
            visible = {node.uid for node in everything if policy.sees(act.actor, node)}
            results = search(act, Query(limit=500))
            assert {hit.node.uid for hit in results.hits} == visible, who
            assert results.exactly == len(visible), who
            items = [node for node in everything if node.type == 'item' and node.uid in visible]
            states = [node.state for node in items]
            assert results.facets.get('state', {}) == {state: states.count(state) for state in states}, who
            found_items = search(act, Query(text='专项检查', limit=500))
            assert {hit.node.uid for hit in found_items.hits} == {node.uid for node in items}, who
            assert sum(found_items.facets.get('unit', {}).values()) == len(items), who
            below = items_below(act, [act.repository['Z109'], act.repository['Z110']])
            for code in ('Z109', 'Z110'):
                fonds = act.repository[code]
                inside = [node for node in items if fonds in node.ancestors()]
                assert below.get(fonds.uid, 0) == len(inside), who


DEPOSITS = (
    ('clerk', SERIES),
    ('clerk2', SERIES),
    ('unitarchivist', SERIES),
    ('clerk', SERIES),
    ('clerk', SERIES),
    ('clerk', INBOX),
    ('jjc_clerk', INBOX),
)


def test_a_role_given_deep_down_shows_that_place_and_the_way_to_it(indexed, acting):
    with acting('machine') as act:
        people = people_of(act.repository)
        person = people.get('outsider')
        people.grant(person, Grant('archivist', lookup.find(act, SERIES).uid))
    uid = put(acting, '通知.pdf')
    with acting('archivist') as act:
        put_elsewhere = deposit.put(
            act,
            lookup.find(act, ('Z109', 'WS', '2026', 'D10', 'BGS')),
            'x.pdf',
            body(act),
            metadata=DESCRIBED,
        )
        assert put_elsewhere.created
    operation.bring_up(indexed)
    assert found(acting, 'outsider', '专项检查') == [uid]
    with acting('outsider') as act:
        results = search(act, Query(fonds='Z109', limit=500))
        visible = {
            node.uid
            for node in act.repository.objects.values()
            if document_of(node) is not None
            and access_class(node).fonds == 'Z109'
            and policy.sees(act.actor, node)
        }
        assert {hit.node.uid for hit in results.hits} == visible
        assert results.exactly == len(visible)
        assert items_below(act, [act.repository['Z109']]) == {act.repository['Z109'].uid: 1}


def test_a_record_that_was_hidden_meanwhile_is_not_shown_even_before_the_index_knows(indexed, acting):
    uid = put(acting, '通知.pdf', who='clerk2')
    operation.bring_up(indexed)
    assert found(acting, 'unitarchivist', '专项检查') == [uid]
    with acting('machine') as act:
        item = act.repository.by_uid(uid)
        item.unit = 'JJC'
        item.touch(act.clock)
    with acting('unitarchivist') as act:
        results = search(act, Query(text='专项检查'))
    assert (results.hits, results.total, results.exactly) == ([], 0, 0)


def test_moving_and_renaming_a_container_changes_where_its_records_are_found(indexed, acting):
    with acting('archivist') as act:
        year = service.create(act, lookup.find(act, ('Z109', 'WS')), 'series', name='临时', title='临时')
        target = service.create(act, year, 'series', name='A', title='甲', open=True)
        year_uid, target_uid = year.uid, target.uid
        put_uid = deposit.put(act, target, '通知.pdf', body(act), metadata=DESCRIBED).node.uid
    assert found(acting, 'archivist', '专项', container=year_uid) == [put_uid]
    with acting('archivist') as act:
        other = lookup.find(act, ('Z109', 'WS', '2026'))
        service.edit(act, other, {'open': True})
        places.move(act, lookup.by_uid(act, target_uid), other, '乙')
    assert found(acting, 'archivist', '专项', container=year_uid) == []
    with acting('archivist') as act:
        (hit,) = search(act, Query(text='专项')).hits
        assert hit.node.path == '/Z109/WS/2026/乙/通知.pdf'


def test_filters_narrow_and_their_choices_say_what_there_is(indexed, acting):
    put(acting, '一.pdf')
    put(acting, '二.pdf', retention_period='D10')
    with acting('clerk') as act:
        query = Query(text='专项检查', period='D10')
        results = search(act, query)
        assert (results.total, results.more, results.exactly) == (1, False, 1)
        assert choices(act, query, results)['period'] == {'D10': 1, 'D30': 1}


def test_children_in_orders_the_tree_does_not_keep(indexed, acting):
    for name, title, date in (
        ('a', '第10号', '2026-01-03'),
        ('b', '第2号', '2026-01-01'),
        ('c', '办法', '2026-01-02'),
    ):
        put(acting, f'{name}.pdf', title=title, date=date)
    operation.bring_up(indexed)

    def names(who: str, **asked) -> list[str]:
        with acting(who) as act:
            listing = children(act, lookup.find(act, SERIES), Query(**asked))
            assert listing.total == len(listing.nodes)
            return [node.name for node in listing.nodes]

    assert names('clerk', sort='title') == ['c.pdf', 'b.pdf', 'a.pdf']
    assert names('clerk', sort='-title') == ['a.pdf', 'b.pdf', 'c.pdf']
    assert names('clerk', sort='date') == ['b.pdf', 'c.pdf', 'a.pdf']
    assert names('clerk', sort='title', state='filed') == []
    assert names('clerk2', sort='title') == []


def test_nobody_signed_in_searches_nothing(indexed):
    with indexed.reading(None) as act, pytest.raises(NotSignedIn):
        search(act, Query(text='检查'))


def test_without_an_index_it_is_said_so_and_the_follower_builds_one(site, acting):
    with acting('clerk') as act, pytest.raises(IndexUnavailable):
        search(act, Query(text='检查'))
    assert operation.status(site)['rebuilding']
    operation.Attendant(site).step()
    assert found(acting, 'clerk', '文书') != []
    operation.bring_up(site)
    status = operation.status(site)
    assert (status['lag'], status['rebuilding']) == (0, False)


def test_beside_a_server_the_index_is_built_in_the_background(site, acting):
    attendant = operation.Attendant(site)
    site.worker = SleepyWorker()
    attendant.step()
    for thread in site.index.background:
        thread.join(20)
    assert found(acting, 'archivist', '文书') != []
    site.worker = None


class SleepyWorker:
    """A worker that is woken and does nothing."""

    def wake(self) -> None:
        pass

    def stop(self) -> None:
        pass


def test_waiting_for_the_index_has_an_end(indexed, acting):
    put(acting, '通知.pdf')
    indexed.worker = SleepyWorker()
    with acting('clerk') as act:
        assert operation.caught_up(act, patience=0.1) is False
        assert operation.caught_up(act, patience=0) is False
    indexed.worker = None
    with acting('clerk') as act:
        assert operation.caught_up(act) is True


def test_a_record_is_read_again_when_only_its_files_change(indexed, acting):
    uid = put(acting, '正文.pdf')
    with acting('clerk') as act:
        deposit.put(act, lookup.by_uid(act, uid), '附表甲乙.xlsx', body(act))
    assert found(acting, 'clerk', '附表甲乙') == [uid]
    with acting('clerk') as act:
        places.delete(act, lookup.by_uid(act, uid).get('附表甲乙.xlsx'))
    assert found(acting, 'clerk', '附表甲乙') == []


def test_a_year_finds_what_is_called_so_not_everything_of_that_year(indexed, acting):
    put(acting, '甲.pdf', title='没有数字的题名', document_number='保税管〔2025〕1号')
    named = put(acting, '乙.pdf', title='2026年工作计划', document_number='')
    assert found(acting, 'clerk', '2026', type='item') == [named]
