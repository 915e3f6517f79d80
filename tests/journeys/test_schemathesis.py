"""The API under attack: made-up requests for every endpoint, by every role, against its description."""

from __future__ import annotations

import base64
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lantai.app.main import main
from lantai.base.clock import FixedClock
from lantai.doors.api.openapi import describe
from lantai.features.records import deposit
from lantai.features.records.lookup import find
from lantai.services.act import Act
from lantai.services.jobs.worker import work_off
from lantai.services.security.actor import machine_user
from lantai.services.security.people import people_of
from tests.builders.filing import add_schedule, approved
from tests.builders.office import PASSWORD, body, make_office
from tests.builders.sites import new_site

ROLES = (
    'clerk', 'unitarchivist', 'manager', 'archivist', 'appraiser', 'leader', 'supervisor1', 'reader',
    'sysadmin', 'security', 'auditor', 'outsider',
)  # fmt: skip
#: made-up requests for each method of each address; more finds little more, and takes as much longer
EXAMPLES = 4
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SERIES = 'Z109/WS/2026/D30/BGS'
#: besides made-up paths, which are seldom there, what `{path}` stands for
PATHS = ('Z109', SERIES, f'{SERIES}/draft.txt', f'{SERIES}/draft.txt/draft.txt', '收集')


@pytest.fixture(scope='module')
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The office with a draft and an approved record."""
    clock = FixedClock(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
    with new_site(tmp_path_factory.mktemp('attacked') / 'data', clock) as site:
        for work in (make_office, add_schedule, _fill):
            site.transact(work, machine_user('test'), door='cli')
        work_off(site)
        yield whole(main(site))


def whole(application: Any) -> Any:
    """The application with its answers read and closed, which the client in the same process forgets."""

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        chunks = application(environ, start_response)
        try:
            return list(chunks)
        finally:
            if hasattr(chunks, 'close'):
                chunks.close()

    return answer


def _fill(act: Act) -> None:
    clerk = replace(act, actor=people_of(act.repository).actor('clerk'))
    deposit.put(clerk, find(clerk, tuple(SERIES.split('/'))), 'draft.txt', body(clerk, b'text'))
    approved(act)


def concrete() -> dict[str, Any]:
    """The description, with addresses of what is there beside every `{path}`."""
    description = copy.deepcopy(describe())
    for path, methods in list(description['paths'].items()):
        for known in PATHS if '{path}' in path else ():
            here = copy.deepcopy(methods)
            for operation in here.values():
                operation['operationId'] += f'-{known}'
                operation['parameters'] = [each for each in operation['parameters'] if each['name'] != 'path']
            description['paths'][path.replace('{path}', known)] = here
    return description


def authorization(person: str) -> dict[str, str]:
    token = base64.b64encode(f'{person}:{PASSWORD}'.encode()).decode()
    return {'Authorization': f'Basic {token}', 'Accept-Language': 'en'}


@pytest.mark.parametrize('person', ROLES)
def test_made_up_requests_are_answered_as_described(application: Any, person: str) -> None:
    schema = openapi.from_dict(concrete())
    schema.app = application
    complaints: list[str] = []
    answered: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()

        @seed(20261124)
        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def attack(case: Any) -> None:
            response = case.call(headers=authorization(person))
            answered[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        try:
            attack()
        except BaseExceptionGroup as error:
            complaints.append(f'{operation.method.upper()} {operation.path}: {error}\n{_parts(error)}')
    # they came through the door and to what lies behind it
    assert answered[200] > 20 and answered[401] == 0, answered
    assert not complaints, '\n\n'.join(complaints)


def _parts(error: BaseExceptionGroup) -> str:
    return '\n'.join(str(part) for part in error.exceptions)
