"""What stops filing and what only warns: every code of it."""

import pytest

from lantai.features.filing.examination import examined
from lantai.features.filing.planning import plan
from lantai.features.records import deposit
from lantai.features.records.service import create, transition
from lantai.services.formats.virus import _EICAR
from lantai.services.workflow.engine import TransitionRefused, available
from tests.builders.filing import ROWS, add_schedule, approved, node_at, pdf
from tests.builders.office import body

XMP = b'\n%<rdf:Description pdfaid:part="1" pdfaid:conformance="B"/>\n'


@pytest.fixture
def findings(office, acting):
    """`findings(...)`: (what stops, what warns) of an approved record made with these values."""

    def check(change=None, **values):
        with acting('machine') as act:
            item = approved(act, **values)
            if change is not None:
                change(act, item)
            uid = item.uid
        with acting('archivist') as act:
            item = act.repository.by_uid(uid)
            (row,) = plan(act, [item], examined(act, item.components))
            return {finding.code for finding in row.stops}, {finding.code for finding in row.warnings}

    return check


def test_a_sound_record_in_an_archival_format_has_no_finding(findings):
    assert findings(content=pdf() + XMP) == (set(), set())


def test_a_format_that_is_no_archival_format_only_warns(findings):
    assert findings() == (set(), {'not-archival-format'})


@pytest.mark.parametrize(
    ('name', 'content', 'stops'),
    [
        ('a.pdf', b'', {'empty-file'}),
        ('a.pdf', b'%PDF-1.7\nbroken', {'not-readable'}),
        ('a.docx', pdf(), {'format-mismatch'}),
        ('a.pdf', '正文'.encode() * 30, {'format-mismatch'}),
        ('a.txt', bytes(range(256)), {'format-mismatch'}),
        ('a.txt', _EICAR, {'virus'}),
    ],
)
def test_what_is_wrong_with_a_file_stops_it(findings, name, content, stops):
    assert findings(name=name, content=content)[0] == stops


def test_an_unknown_format_only_warns(findings):
    assert findings(name='a.qqq', content=bytes(range(256))) == (set(), {'format-unknown'})


def test_changed_bytes_on_the_disk_stop_it(findings):
    def rot(act, item):
        path = act.site.contents.path(item.components[0].content_key)

        def damage(committed):
            path.write_bytes(path.read_bytes().replace(b'page', b'PAGE') + b' ')

        act.manager.get().addAfterCommitHook(damage)

    assert 'digest-differs' in findings(rot)[0]


def test_missing_bytes_stop_it(findings):
    def lose(act, item):
        path = act.site.contents.path(item.components[0].content_key)
        act.manager.get().addAfterCommitHook(lambda committed: path.unlink())

    assert findings(lose)[0] == {'content-missing'}


def test_bytes_that_are_not_there_yet_are_asked_for_again(office, acting):
    with acting('machine') as act:
        item = approved(act, content=pdf() + XMP)
        uid = item.uid
        # they get their name with the commit
        (row,) = plan(act, [item], examined(act, item.components))
        assert {finding.code for finding in row.stops} == {'content-missing'}
    with acting('archivist') as act:
        item = act.repository.by_uid(uid)
        (row,) = plan(act, [item], examined(act, item.components))
        assert row.findings == ()


def test_a_record_without_a_file(findings):
    def empty(act, item):
        item.remove(item.components[0])

    assert findings(empty)[0] == {'no-content'}


@pytest.mark.parametrize(
    ('values', 'stops'),
    [
        ({'author': None}, {'required'}),
        ({'date': None, 'year': 2026}, {'required'}),
        ({'document_type': '通知'}, {'required'}),
        ({'document_type': '通知', 'document_number': '1号'}, set()),
        ({'year': 2025}, {'year-disagrees'}),
        ({'retention_period': 'D10'}, {'period-disagrees'}),
        ({'retention_period': 'D15'}, {'period-disagrees', 'no-retention-row'}),
    ],
)
def test_description_and_place_must_be_whole_and_agree(findings, values, stops):
    assert findings(**values)[0] == stops


@pytest.mark.parametrize(
    ('row', 'stops'), [(4, set()), (15, set()), (1, {'row-disagrees'}), (99, {'no-retention-row'})]
)
def test_the_row_chosen_for_the_record_must_exist_and_have_its_period(findings, row, stops):
    def choose(act, item):
        item.retention_row = row

    assert findings(choose)[0] == stops


def test_series_and_period_may_come_from_where_it_lies(findings):
    assert findings(retention_period=None, year=None)[0] == set()


def test_a_record_in_the_inbox_needs_a_series_that_fits(findings):
    assert findings(where='收集')[0] == set()
    assert findings(where='收集', year=2031, date='2031-01-01', name='b.pdf')[0] == {'no-series'}


def test_a_closed_series_takes_nothing_from_the_inbox(findings):
    def close(act, item):
        node_at(act, 'Z109/WS/2026/D30/BGS').open = False

    assert findings(close, where='收集')[0] == {'container-closed'}


@pytest.mark.parametrize('mark', ['秘密', '机密', '绝密'])
def test_above_the_ceiling_nothing_is_filed(findings, mark):
    def classify(act, item):
        item.access = {**item.access, 'classification': mark}

    def describe(act, item):
        item.metadata = {**item.metadata, 'security_classification': mark}

    # no use case lets either in; what came before the ceiling was lowered is still stopped here
    assert 'classification-above-ceiling' in findings(classify)[0]
    assert 'classification-above-ceiling' in findings(describe, name='b.pdf')[0]


def test_a_series_that_is_divided_further_files_nothing(findings, acting):
    with acting('machine') as act:
        node_at(act, 'Z109/WS/2026').open = True
    assert findings(where='Z109/WS/2026')[0] == {'not-lowest-series'}


def test_a_body_without_a_schedule_files_nothing(site, acting):
    with acting('machine') as act:
        item = approved(act)
        (row,) = plan(act, [item], {}, whole=False)
        assert {finding.code for finding in row.stops} == {'no-retention-row'}
        add_schedule(act, rows=ROWS[:1])
        (row,) = plan(act, [item], {}, whole=False)
        assert {finding.code for finding in row.stops} == {'no-retention-row'}


def test_a_scanner_that_does_not_answer_stops_where_scanning_is_demanded(findings, office):
    from dataclasses import replace

    office.settings = replace(office.settings, clamd='127.0.0.1:1')
    assert findings()[0] == {'not-scanned'}


def test_a_date_in_the_future_only_warns(findings):
    assert findings(date='2026-12-01')[1] == {'not-archival-format', 'date-in-future'}


class TestTheStepOfTheWorkflow:
    def test_it_files_a_batch_of_one(self, office, acting):
        with acting('machine') as act:
            uid = approved(act).uid
        with acting('archivist') as act:
            transition(act, act.repository.by_uid(uid), 'file')
            item = act.repository.by_uid(uid)
            assert (item.state, item.reference_code) == ('filed', 'Z109-WS·2026·D30·BGS-0001')

    def test_it_names_every_reason(self, office, acting):
        with acting('machine') as act:
            item = approved(act, content=b'', author=None, year=2025)
            uid = item.uid
        with acting('archivist') as act, pytest.raises(TransitionRefused) as caught:
            transition(act, act.repository.by_uid(uid), 'file')
        assert {(reason.code, reason.field) for reason in caught.value.conditions} == {
            ('empty-file', 'content'),
            ('required', 'author'),
            ('year-disagrees', 'year'),
        }

    def test_a_page_that_offers_it_does_not_look_at_files(self, office, acting, monkeypatch):
        from lantai.features.filing import examination

        with acting('machine') as act:
            uid = approved(act, content=b'%PDF-1.7\nbroken').uid
        monkeypatch.setattr(examination, '_look', lambda *_args: pytest.fail('it looked'))
        with acting('archivist') as act:
            offer = next(
                offer for offer in available(act, act.repository.by_uid(uid)) if offer.name == 'file'
            )
            assert offer.allowed

    def test_what_is_known_of_a_file_is_told_by_the_offer(self, office, acting):
        with acting('machine') as act:
            uid = approved(act, content=b'%PDF-1.7\nbroken').uid
        with acting('archivist') as act:
            item = act.repository.by_uid(uid)
            examined(act, item.components)
            offer = next(offer for offer in available(act, item) if offer.name == 'file')
            assert [reason.code for reason in offer.unmet] == ['not-readable']

    def test_a_file_that_changes_after_it_was_looked_at_is_looked_at_again(self, office, acting):
        with acting('machine') as act:
            item = approved(act, content=b'%PDF-1.7\nbroken', name='a.pdf')
            examined(act, item.components)
            deposit.put(act, item.__parent__, 'a.pdf', body(act, pdf()))
            uid = item.uid
        with acting('archivist') as act:
            transition(act, act.repository.by_uid(uid), 'file')
            assert act.repository.by_uid(uid).state == 'filed'

    def test_findings_about_other_bytes_do_not_count(self, office, acting):
        with acting('machine') as act:
            item = approved(act, name='a.pdf')
            before = examined(act, item.components)
            deposit.put(act, item.__parent__, 'a.pdf', body(act, pdf('other')))
            (row,) = plan(act, [item], before)
            assert {finding.code for finding in row.stops} == {'not-examined'}


def test_items_in_a_volume_are_numbered_within_it(office, acting):
    with acting('machine') as act:
        series = node_at(act, 'Z109/WS/2026/D30/BGS')
        for name in ('卷一', '卷二'):
            create(act, series, 'file', name=name, title=name)
        uids = [
            approved(act, title, where=f'Z109/WS/2026/D30/BGS/{where}').uid
            for title, where in (('甲', '卷二'), ('乙', '卷一'), ('丙', '卷二'))
        ]
    with acting('archivist') as act:
        for uid in uids:
            transition(act, act.repository.by_uid(uid), 'file')
        assert [act.repository.by_uid(uid).reference_code for uid in uids] == [
            'Z109-WS·2026·D30·BGS-001-001',
            'Z109-WS·2026·D30·BGS-002-001',
            'Z109-WS·2026·D30·BGS-001-002',
        ]
