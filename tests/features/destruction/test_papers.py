"""The list, the certificate, and the signatures that end a case."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from lantai.base.canonical import canonical_json
from lantai.base.digests import sha256_hex
from lantai.features.cases import documents, service
from lantai.features.cases.errors import AnotherPersonNeeded
from lantai.features.cases.model import cases_of
from lantai.features.destruction import checking, witnessing
from lantai.features.destruction.model import Destruction
from lantai.services.jobs.model import jobs_of
from lantai.services.signing.signature import Signature
from lantai.services.workflow.engine import TransitionRefused
from tests.builders.destruction import run_jobs, stored, take


@pytest.fixture
def executed(acting, site, ready) -> str:
    """A destruction that waits for the witnesses' signatures."""
    take(acting, ready, 'archivist', 'execute')
    run_jobs(site)
    return ready


def statement(case) -> dict:
    return case.documents['certificate']['value']['statement']


# signing


def test_both_witnesses_sign_and_the_case_is_done(acting, executed):
    take(acting, executed, 'supervisor2', 'sign')
    with acting('archivist') as act:
        assert service.find(act, executed).state == 'signing'
    take(acting, executed, 'supervisor1', 'sign')
    with acting('archivist') as act:
        case = service.find(act, executed)
        assert case.state == 'done'
        assert case.uid not in cases_of(act.repository).open
        value = case.documents['certificate']['value']
        assert [entry['who']['id'] for entry in value['witnesses']] == ['supervisor2', 'supervisor1']
        assert {entry['statement_sha256'] for entry in value['witnesses']} == {value['statement_sha256']}


def test_nobody_signs_twice_and_no_other_supervisor_signs(acting, executed):
    take(acting, executed, 'supervisor1', 'sign')
    for who in ('supervisor1', 'supervisor3', 'everything'):
        with acting(who) as act, pytest.raises(AnotherPersonNeeded):
            service.act_on(act, service.find(act, executed), 'sign')
    with acting('archivist') as act:
        assert len(service.find(act, executed).signatures) == 1


def test_before_the_execution_nothing_is_signed(acting, ready):
    with acting('supervisor1') as act, pytest.raises(TransitionRefused):
        service.act_on(act, service.find(act, ready), 'sign')


# certificate


def test_the_certificate_is_signed_and_its_statement_stays_what_was_signed(acting, site, executed):
    with acting('archivist') as act:
        before = statement(service.find(act, executed))
    take(acting, executed, 'supervisor1', 'sign')
    take(acting, executed, 'supervisor2', 'sign')
    with acting('archivist') as act:
        case = service.find(act, executed)
        for name in ('certificate', 'register'):
            kept = documents.document_of(case, name)
            assert site.keys.verify(canonical_json(kept['value']), Signature.from_dict(kept['signature']))
        value = case.documents['certificate']['value']
        assert value['statement'] == before
        assert value['statement_sha256'] == sha256_hex(canonical_json(value['statement']))
        forged = canonical_json({**value, 'kind': 'another'})
        signature = Signature.from_dict(case.documents['certificate']['signature'])
        assert not site.keys.verify(forged, signature)


def test_it_says_by_whom_when_what_and_how(acting, executed, due):
    with acting('archivist') as act:
        case = service.find(act, executed)
        said = statement(case)
        assert said['list_root'] == case.approval['list_root']
        assert said['appraised_by']['who']['id'] == 'appraiser'
        assert said['approved_by']['who']['id'] == 'leader'
        assert [check['who']['id'] for check in said['checks']] == ['supervisor1', 'supervisor2']
        assert said['executed_by']['id'] == 'archivist'
        assert said['counts']['destroyed'] == 3 and said['counts']['set_aside'] == 0
        assert {line['uid'] for line in said['items']} == set(due)
        assert all(len(digest) == 64 for line in said['items'] for digest in line['sha256'])
        assert said['methods'] == ['files', 'derived', 'uploads', 'pack', 'index', 'search']
        assert said['search']['clean'] and said['search']['unreached']['until']


# register, fields of registers.md section 5


def test_the_register_has_cover_and_lines(acting, waiting, due):
    with acting('archivist') as act:
        value = documents.document_of(service.find(act, waiting), 'register')['value']
    assert value['fonds']['code'] == 'Z109' and value['quantity']['items'] == 3
    assert value['approved_by']['who']['id'] == 'leader' and value['destroyed_on'] is None
    line = value['items'][0]
    assert (line['number'], line['title'], line['year'], line['period']) == (1, '甲', 2026, 'D10')
    assert (line['kept_years'], line['reason'], line['category']) == (13, '已无查考价值', 'WS')
    assert [each['reference_code'] for each in value['items']] == sorted(
        each['reference_code'] for each in value['items']
    )


@pytest.mark.parametrize('name', ['register', 'certificate'])
def test_papers_are_printed(acting, executed, name):
    with acting('archivist') as act:
        case = service.find(act, executed)
        pdf = documents.printed(case, name, 'pdf', str)
        table = documents.printed(case, name, 'xlsx', str)
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    assert float(page.mediabox.width) > float(page.mediabox.height) > 590
    assert '乙' in page.extract_text()
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(table)).active.iter_rows() for cell in row]
    assert '甲' in cells and 'supervisor1' not in cells


def test_markup_and_formulas_in_a_title_are_text(acting, site, executed, due):
    with acting('archivist') as act:
        case = service.find(act, executed)
        value = documents.document_of(case, 'register')['value']
        value['items'][0]['title'] = '=1+1<b>&amp;\x00\u202e' + '长' * 300
        from lantai.features.cases.printing import as_pdf, as_xlsx
        from lantai.features.destruction.register import as_form

        assert as_pdf(as_form(value), str).startswith(b'%PDF')
        sheet = load_workbook(io.BytesIO(as_xlsx(as_form(value), str))).active
        found = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith('=1+1')]
        assert [cell.data_type for cell in found] == ['s']


def test_an_unknown_paper_is_not_found(acting, waiting):
    with acting('archivist') as act, pytest.raises(documents.UnknownDocument):
        documents.document_of(service.find(act, waiting), 'certificate')


# a check of a long list


def test_a_long_list_is_checked_by_a_job(acting, site, waiting, due, monkeypatch):
    monkeypatch.setattr(witnessing, 'AT_ONCE', 1)
    monkeypatch.setattr(witnessing, 'STEP', 2)
    take(acting, waiting, 'supervisor1', 'witness')
    with acting('supervisor2') as act:
        case = service.find(act, waiting)
        assert isinstance(case, Destruction) and case.checks == ()
        with pytest.raises(TransitionRefused) as refused:
            service.act_on(act, case, 'witness')
        assert [reason.code for reason in refused.value.conditions] == ['under-way']
    run_jobs(site)
    with site.reading() as act:
        case = stored(act, waiting)
        job = jobs_of(act.repository).by_id[case.job]
        assert (job.state, job.done, job.total) == ('done', 3, 3)
        assert case.witnesses == ('supervisor1',)
        assert case.checks[0]['found'] == checking.check_items(act, due)
