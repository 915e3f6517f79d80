"""Joining, splitting, describing and placing drafts, and what is proposed for them."""

from __future__ import annotations

import pytest

from lantai.base.errors import Forbidden, NotFound
from lantai.features.ingest import arranging
from lantai.features.ingest.errors import DifferentFile, LastFile, NothingToJoin, OnlyDraftsAreArranged
from lantai.features.ingest.proposing import propose
from lantai.features.ingest.taking_in import take_in
from lantai.features.records import deposit, service
from lantai.features.records.lookup import find
from tests.builders.office import body

FOLDER = ('收集', '五月')
COMPLETE = {'title': '关于防汛的通知', 'author': '办公室', 'date': '2026-05-06'}


@pytest.fixture
def folder(acting):
    """A folder of the clerk with three records of one file each."""
    with acting('clerk') as act:
        place = service.create(act, find(act, ('收集',)), 'folder', name='五月', title='五月')
        for name, data in (('正文.pdf', b'text'), ('附件.pdf', b'enclosure'), ('处理单.pdf', b'sheet')):
            deposit.put(act, place, name, body(act, data))
    return FOLDER


def items(act, *names):
    return [find(act, (*FOLDER, name)) for name in names]


class TestJoining:
    def test_the_main_record_keeps_its_identity_and_takes_the_files(self, folder, acting, site):
        with acting('clerk') as act:
            main, *others = items(act, '正文.pdf', '附件.pdf', '处理单.pdf')
            uid, etag = main.uid, main.etag
            files = {each.name: each.single.uid for each in others}
            gone = {each.uid for each in others}
            arranging.join(act, main, others)
        with acting('clerk') as act:
            main = find(act, (*FOLDER, '正文.pdf'))
            assert (main.uid, main.etag != etag) == (uid, True)
            assert [each.name for each in main.components] == ['正文.pdf', '附件.pdf', '处理单.pdf']
            assert {each.name: each.uid for each in main.values() if each.name in files} == files
            for component in main.values():
                assert site.contents.path(component.content_key).exists()
            assert find(act, FOLDER).count() == 1
            assert all(act.repository.by_uid(each) is None for each in gone)
            assert set(main.joined) == gone
            last = main.history[-1]
            assert (last['what'], last['titles']) == ('join', ('附件', '处理单'))

    def test_files_of_one_name_both_stay(self, acting):
        with acting('clerk') as act:
            for name in ('一', '二'):
                item = service.create(act, find(act, ('收集',)), 'item', name=name, title=name)
                deposit.put(act, item, '扫描.pdf', body(act, name.encode()))
            first, second = find(act, ('收集', '一')), find(act, ('收集', '二'))
            arranging.join(act, first, [second])
            assert len({each.name for each in first.values()}) == first.count() == 2

    def test_one_alone_is_not_joined(self, folder, acting):
        with acting('clerk') as act:
            (main,) = items(act, '正文.pdf')
            with pytest.raises(NothingToJoin):
                arranging.join(act, main, [main])

    def test_records_of_two_places_are_not_joined(self, folder, acting):
        with acting('clerk') as act:
            elsewhere = deposit.put(act, find(act, ('收集',)), 'x.pdf', body(act)).node
            with pytest.raises(NothingToJoin):
                arranging.join(act, *items(act, '正文.pdf'), [elsewhere])

    def test_what_was_submitted_is_not_joined(self, folder, acting):
        with acting('clerk') as act:
            (other,) = items(act, '附件.pdf')
            service.edit(act, other, {'metadata': COMPLETE})
            service.transition(act, other, 'submit')
        with acting('unitarchivist') as act, pytest.raises(OnlyDraftsAreArranged):
            arranging.join(act, *items(act, '正文.pdf'), items(act, '附件.pdf'))

    def test_a_stranger_joins_nothing(self, folder, acting):
        with acting('machine') as act:
            main, other = items(act, '正文.pdf', '附件.pdf')
            uids = main.uid, other.uid
        for person, refusal in (('manager', Forbidden), ('outsider', NotFound)):
            with acting(person) as act, pytest.raises(refusal):
                arranging.join(act, act.repository.by_uid(uids[0]), [act.repository.by_uid(uids[1])])


class TestSplitting:
    @pytest.fixture
    def joined(self, folder, acting):
        with acting('clerk') as act:
            main, *others = items(act, '正文.pdf', '附件.pdf', '处理单.pdf')
            arranging.join(act, main, others)

    def test_a_file_becomes_a_record_beside_it(self, joined, acting):
        with acting('clerk') as act:
            (main,) = items(act, '正文.pdf')
            component = main['附件.pdf']
            uid = component.uid
            apart = arranging.split(act, component)
            assert apart.single.uid == uid and apart.derived_from == main.uid
            assert main.count() == 2
            assert apart.history[-1]['what'] == main.history[-1]['what'] == 'split'

    def test_the_last_file_stays(self, folder, acting):
        with acting('clerk') as act:
            (main,) = items(act, '正文.pdf')
            with pytest.raises(LastFile):
                arranging.split(act, main.single)


class TestSeveralAtOnce:
    def test_one_that_cannot_takes_no_other_with_it(self, folder, acting):
        with acting('clerk') as act:
            complete, wanting = items(act, '正文.pdf', '附件.pdf')
            service.edit(act, complete, {'metadata': COMPLETE})
            outcomes = arranging.submit(act, [wanting, complete])
        assert [(each.done, len(each.reasons)) for each in outcomes] == [(False, 3), (True, 0)]
        with acting('clerk') as act:
            assert [each.state for each in items(act, '正文.pdf', '附件.pdf')] == ['submitted', 'draft']

    def test_the_same_values_leave_the_others_alone(self, folder, acting):
        with acting('clerk') as act:
            one, two = items(act, '正文.pdf', '附件.pdf')
            service.edit(act, one, {'metadata': {'title': 'kept'}})
            arranging.describe(act, [one, two], {'author': '办公室'})
            assert one.metadata == {'title': 'kept', 'author': '办公室'}
            assert two.metadata['author'] == '办公室'

    def test_a_value_that_is_wrong_is_told_for_each(self, folder, acting):
        with acting('clerk') as act:
            outcomes = arranging.describe(act, items(act, '正文.pdf', '附件.pdf'), {'date': 'soon'})
            assert [each.done for each in outcomes] == [False, False]


class TestProposing:
    def test_a_period_that_was_given_decides(self, folder, acting):
        with acting('clerk') as act:
            (item,) = items(act, '正文.pdf')
            service.edit(act, item, {'metadata': {**COMPLETE, 'retention_period': 'D10'}})
            proposal = propose(act, item)
            assert proposal.series.path == '/Z109/WS/2026/D10/BGS'

    def test_without_a_ground_nothing_is_proposed(self, folder, acting):
        with acting('clerk') as act:
            (item,) = items(act, '正文.pdf')
            proposal = propose(act, item)
            assert proposal.series is None and proposal.ground

    def test_a_year_without_an_open_series_says_so(self, folder, acting):
        with acting('clerk') as act:
            (item,) = items(act, '正文.pdf')
            service.edit(act, item, {'metadata': {**COMPLETE, 'date': '1999-01-01'}})
            assert propose(act, item).ground.mapping == {'year': 1999, 'unit': '办公室'}

    def test_settling_moves_it_there_and_keeps_its_identity(self, folder, acting):
        with acting('clerk') as act:
            item, other = items(act, '正文.pdf', '附件.pdf')
            service.edit(act, item, {'metadata': {**COMPLETE, 'retention_period': 'Y'}})
            outcomes = arranging.settle(act, [item, other])
            assert [each.done for each in outcomes] == [True, False]
            assert item.path == '/Z109/WS/2026/Y/BGS/正文.pdf'
            assert other.path == '/收集/五月/附件.pdf'


class TestTakingIn:
    def test_folders_are_made_on_the_way(self, acting):
        with acting('clerk') as act:
            taken = take_in(act, find(act, ('收集',)), ('a', 'b', 'x.txt'), body(act, b'1'))
            assert taken.segments == ('收集', 'a', 'b', 'x.txt') and taken.new
            take_in(act, find(act, ('收集',)), ('a', 'b', 'y.txt'), body(act, b'2'))
            assert find(act, ('收集', 'a', 'b')).count() == 2

    def test_a_series_holds_records_side_by_side(self, acting):
        with acting('clerk') as act:
            series = find(act, ('Z109', 'WS', '2026', 'D30', 'BGS'))
            assert take_in(act, series, ('a', 'x.txt'), body(act)).segments == (*series.segments, 'x.txt')

    def test_the_same_file_again_changes_nothing(self, acting):
        with acting('clerk') as act:
            inbox = find(act, ('收集',))
            take_in(act, inbox, ('x.txt',), body(act, b'1'))
            etag = inbox['x.txt'].etag
            again = body(act, b'1')
            assert not take_in(act, inbox, ('x.txt',), again).new
            assert inbox['x.txt'].etag == etag
            again.discard()

    def test_another_file_of_that_name_replaces_nothing(self, acting):
        with acting('clerk') as act:
            inbox = find(act, ('收集',))
            take_in(act, inbox, ('x.txt',), body(act, b'1'))
            other = body(act, b'2')
            with pytest.raises(DifferentFile):
                take_in(act, inbox, ('x.txt',), other)
            other.discard()
