"""The demonstration is what the contract says: counts, people, places, and a past that could be true."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lantai.app.demo.accounts import FORMER, STAFF
from lantai.base.canonical import canonical_json
from lantai.base.clock import FixedClock, parse_rfc3339, rfc3339
from lantai.base.digests import sha256_of_file
from lantai.features.cases.model import Case, cases_of
from lantai.features.classification.model import body_of
from lantai.features.filing.model import batches_of
from lantai.features.holds.model import holds_of
from lantai.features.records import service
from lantai.features.records.model import INBOX_NAME, Item
from lantai.features.records.waiting import APPROVE, tasks_of
from lantai.features.retention.service import due
from lantai.features.transfer.store import folder_of
from lantai.services.act import Act
from lantai.services.security import policy
from lantai.services.security.people import people_of
from lantai.services.signing.signature import Signature
from lantai.services.workflow import engine
from tests.builders.demonstration import PASSWORD, build_in, items_of, looking_at


@pytest.fixture(scope='module')
def act(demonstration: Path) -> Iterator[Act]:
    """The demonstration, for reading."""
    with looking_at(demonstration) as act:
        yield act


def as_person(act: Act, person: str) -> Act:
    return replace(act, actor=people_of(act.repository).actor(person))


def this_year(act: Act) -> int:
    return act.clock.today().year


class TestCounts:
    def test_at_least_300_items_in_every_state(self, act):
        items = items_of(act, 'Z109')
        states = Counter(item.state for item in items)
        assert len(items) >= 300
        assert set(states) == {
            'draft', 'submitted', 'approved', 'excluded', 'filed',
            'appraising', 'destroying', 'destroyed', 'transferring', 'transferred',
        }  # fmt: skip
        assert min(states.values()) >= 3

    def test_nearly_all_are_of_the_office_and_a_few_of_another_unit(self, act):
        units = Counter(item.unit for item in items_of(act, 'Z109'))
        assert set(units) == {'BGS', 'JJC'}
        assert 3 <= units['JJC'] <= 30

    def test_over_several_years_and_categories(self, act):
        filed = [item for item in items_of(act, 'Z109') if item.state == 'filed']
        assert len({item.metadata['year'] for item in filed}) >= 10
        assert {item.segments[1] for item in filed} == {'WS', 'ZP', 'KU'}

    def test_at_least_120_are_open(self, act):
        assert (
            sum(item.access['openness'] == 'open' for item in items_of(act, 'Z109') if item.state == 'filed')
            >= 120
        )

    def test_at_least_20_are_overdue_all_in_the_offices_own_series(self, act):
        overdue = [item for item in due(act, act.clock.today()) if not item.held]
        assert len(overdue) >= 20
        for item in overdue:
            fonds, category, year, period, unit = item.segments[:5]
            assert (fonds, category, period, unit) == ('Z109', 'WS', 'D10', 'BGS')
            assert int(year) + 11 <= this_year(act)

    def test_a_few_are_the_other_bodys(self, act):
        assert 5 <= len(items_of(act, 'Z110')) <= 30


class TestPlaces:
    def test_this_years_series_is_open_and_the_clerk_may_make_items_there(self, act):
        series = act.repository['Z109']['WS'][str(this_year(act))]['D30']['BGS']
        clerk = as_person(act, 'clerk')
        made = service.create(clerk, series, 'item', title='试件')
        assert series.open
        assert (made.unit, made.state) == ('BGS', 'draft')
        act.manager.abort()
        act.manager.begin()

    def test_the_series_of_the_past_are_closed(self, act):
        assert not act.repository['Z109']['WS'][str(this_year(act) - 3)]['D30']['BGS'].open

    def test_codes_have_no_gap_and_no_double(self, act):
        codes = Counter(item.reference_code for item in items_of(act, 'Z109') if item.reference_code)
        assert max(codes.values()) == 1
        groups: dict[str, list[int]] = {}
        for code in codes:
            group, number = code.rsplit('-', 1)
            groups.setdefault(group, []).append(int(number))
        assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in groups.values())
        assert f'Z109-WS·{this_year(act) - 1}·D30·BGS' in groups

    def test_every_row_that_was_frozen_fits_its_period(self, act):
        for item in items_of(act, 'Z109'):
            if item.state == 'filed':
                assert (
                    item.retention['text']['period']
                    == item.retention['period']
                    == item.metadata['retention_period']
                )


class TestFiles:
    def test_are_real_and_of_many_kinds(self, act):
        endings = Counter(
            component.name.rsplit('.', 1)[-1]
            for item in items_of(act, 'Z109')
            for component in item.components
        )
        assert {'pdf', 'docx', 'xlsx', 'jpg', 'txt'} <= set(endings)
        assert endings['jpg'] >= 10

    def test_lie_on_the_disk_with_the_digest_that_is_noted(self, act):
        for item in items_of(act, 'Z109')[::9]:
            for component in item.components if item.state != 'destroyed' else ():
                path = act.site.contents.path(component.content_key)
                assert sha256_of_file(path) == component.sha256

    def test_filed_ones_are_not_empty(self, act):
        for item in items_of(act, 'Z109'):
            if item.state == 'filed':
                assert item.components and all(component.size for component in item.components)


class TestPeople:
    def test_the_accounts_are_those_of_the_contract(self, act):
        people = people_of(act.repository)
        present = {person.id: person for person in people if not person.disabled}
        assert set(present) == {member.id for member in STAFF}
        for member in STAFF:
            assert act.site.doorkeeper.passwords.verify(present[member.id].password_hash, PASSWORD)
            assert not present[member.id].must_change_password

    def test_who_has_left_cannot_sign_in(self, act):
        assert all(people_of(act.repository).actor(member.id) is None for member in FORMER)

    def test_roles_lie_on_the_fonds_and_for_the_unit_where_one_is_meant(self, act):
        z109 = act.repository['Z109'].uid
        grants = {
            person.id: [(grant.role, grant.node == z109, grant.unit) for grant in person.grants]
            for person in people_of(act.repository)
        }
        assert grants['clerk'] == [('contributor', True, None)]
        assert grants['manager'] == [('manager', True, 'BGS')]
        assert grants['unitarchivist'] == [('unit_archivist', True, 'BGS')]
        assert grants['outsider'] == [('contributor', False, None)]
        assert grants['sysadmin'] == grants['security'] == grants['auditor'] == []

    def test_the_outsider_sees_nothing_of_the_first_body(self, act):
        outsider = people_of(act.repository).actor('outsider')
        assert not any(policy.sees(outsider, item) for item in items_of(act, 'Z109'))
        assert not policy.sees(outsider, act.repository['Z109'])
        assert any(policy.sees(outsider, item) for item in items_of(act, 'Z110'))

    def test_several_approvals_wait_for_the_manager(self, act):
        total, tasks = tasks_of(as_person(act, 'manager'), 100, (APPROVE,))
        assert total >= 5
        assert {task.node.unit for task in tasks} == {'BGS'}

    def test_accounts_stand_in_a_file_for_the_owner_only(self, demonstration):
        path = demonstration / 'accounts.txt'
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [line.split('\t')[0] for line in path.read_text('utf-8').splitlines()] == [m.id for m in STAFF]
        assert PASSWORD not in [line.split('\t')[1] for line in path.read_text('utf-8').splitlines()]


class TestInbox:
    def test_shows_what_is_ready_and_what_is_not_with_the_reasons(self, act):
        clerk = as_person(act, 'clerk')
        items = [node for folder in act.repository[INBOX_NAME].values() for node in folder.values()]
        reasons = Counter()
        ready = 0
        for item in items:
            if isinstance(item, Item) and item.creator == 'clerk':
                (offer,) = [each for each in engine.available(clerk, item) if each.name == 'submit']
                ready += offer.allowed
                reasons.update(condition.code for condition in offer.unmet)
        assert ready >= 1
        assert {'required', 'empty-file'} <= set(reasons)

    def test_a_folder_belongs_to_its_maker(self, act):
        folders = list(act.repository[INBOX_NAME].values())
        assert {folder.creator for folder in folders} == {'clerk', 'clerk2'}
        outsider = people_of(act.repository).actor('outsider')
        assert not any(policy.sees(outsider, folder) for folder in folders)


class TestDisposal:
    """Everything that can be going on at the end of records."""

    def _cases(self, act) -> dict[tuple[str, str], Case]:
        return {(case.type, case.state): case for case in cases_of(act.repository).by_id.values()}

    def test_of_every_kind_one_is_under_way_and_one_is_over(self, act):
        assert set(self._cases(act)) == {
            ('appraisal', 'open'),
            ('appraisal', 'done'),
            ('destruction', 'waiting'),
            ('destruction', 'done'),
            ('transfer', 'waiting'),
            ('transfer', 'done'),
        }

    def test_a_destruction_waits_by_the_rule_of_its_day_and_the_rule_of_today_is_none(self, act):
        case = self._cases(act)['destruction', 'waiting']
        assert case.not_before > act.clock.today().isoformat()
        assert case.witnesses == ('supervisor1',)
        assert body_of(act.repository, 'Z109').controls['waiting_days'] == 0

    def test_a_finished_one_has_its_certificate_signed_by_both_and_left_nothing_behind(self, act):
        case = self._cases(act)['destruction', 'done']
        certificate = case.documents['certificate']
        signature = Signature.from_dict(certificate['signature'])
        assert act.site.keys.verify(canonical_json(certificate['value']), signature)
        assert [each['who']['id'] for each in certificate['value']['witnesses']] == [
            'supervisor1',
            'supervisor2',
        ]
        assert certificate['value']['statement']['search']['clean']
        for _code, uid in case.destroyed():
            item = act.repository.by_uid(uid)
            assert item.state == 'destroyed'
            assert not any(act.site.contents.holds_anything_of(part.content_key) for part in item.components)

    def test_a_transfer_that_is_over_has_its_receipt_and_a_package_with_proofs(self, act):
        case = self._cases(act)['transfer', 'done']
        assert case.receipt['number']
        folder = folder_of(act.site, case.uid, case.package['id'])
        proofs = [json.loads(path.read_text('utf-8')) for path in folder.glob('data/*/proof.json')]
        assert len(proofs) == len(case.entries)
        assert all(proof['sealed'] for proof in proofs)

    def test_a_hold_keeps_some_records_from_it(self, act):
        (hold,) = holds_of(act.repository).by_id.values()
        assert all(act.repository.by_uid(uid).held for uid in hold.nodes)

    def test_nobody_acted_twice_where_two_are_needed(self, act):
        for case in cases_of(act.repository).by_id.values():
            if case.approval:
                assert case.approval['who'] not in (case.maker, case.creator)


class TestPast:
    def test_nothing_lies_in_the_future_and_every_history_is_in_order(self, act):
        now = rfc3339(act.clock.now())
        for fonds in ('Z109', 'Z110'):
            for item in items_of(act, fonds):
                moments = [entry['when'] for entry in item.history]
                assert moments == sorted(moments)
                assert moments[-1] <= now
                assert item.metadata.get('date', '') <= now[:10]

    def test_nobody_approved_what_was_their_own_and_some_were_sent_back(self, act):
        returned = 0
        for item in items_of(act, 'Z109'):
            steps = {entry['what']: entry['who'] for entry in item.history}
            if 'approve' in steps:
                assert steps['approve'] not in (steps['create'], steps['submit'])
            returned += 'return' in steps
        assert returned >= 3

    def test_each_year_was_filed_as_a_batch_in_the_year_after(self, act):
        for batch in batches_of(act.repository).by_id.values():
            if batch.fonds_code == 'Z109' and '年度' in batch.title:
                assert batch.state == 'filed'
                assert batch.filed.year == int(batch.title[:4]) + 1


@pytest.mark.parametrize(
    'today', [datetime(2027, 1, 1, 3, tzinfo=UTC), datetime(2024, 2, 29, 12, tzinfo=UTC)]
)
def test_it_can_be_built_on_any_day(tmp_path, today):
    clock = FixedClock(today)
    build_in(tmp_path / 'data', clock, years=2)
    with looking_at(tmp_path / 'data') as act:
        items = items_of(act, 'Z109')
        assert {item.state for item in items} == {'draft', 'submitted', 'approved', 'excluded', 'filed'}
        assert act.repository['Z109']['WS'][str(today.year)]['D30']['BGS'].open
        for item in items:
            assert parse_rfc3339(item.history[-1]['when']) < today
            assert item.metadata.get('date', '') <= today.date().isoformat()
