"""The files of the samples go in and come out byte for byte, over the API and over WebDAV."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.builders.office import PASSWORD
from tests.builders.serving import serving
from tests.journeys.browser import office_in

SAMPLES = Path(__file__).parents[3] / 'shared' / 'samples' / 'files'
SERIES = 'Z109/WS/2026/D30/BGS'
DOORS = {'api': '/api/v1/content/', 'webdav': '/dav/'}


def samples() -> list[Path]:
    return sorted(path for path in SAMPLES.rglob('*') if path.is_file())


@pytest.fixture(scope='module')
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not samples():
        pytest.skip('the sample files are not beside this checkout')
    with serving(office_in(tmp_path_factory.mktemp('office') / 'data')) as server:
        yield server.url


def ask(url: str, method: str, body: bytes | None = None) -> bytes:
    token = base64.b64encode(f'clerk:{PASSWORD}'.encode()).decode()
    headers = {'Authorization': f'Basic {token}', 'Content-Type': 'application/octet-stream'}
    with urlopen(Request(url, body, headers, method=method), timeout=60) as answer:
        return answer.read()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize('door', DOORS)
def test_every_sample_comes_out_as_it_went_in(address: str, door: str) -> None:
    digests = {}
    for number, path in enumerate(samples()):
        content = path.read_bytes()
        place = f'{SERIES}/{quote(f"{door}-{number}-{path.name}")}'
        ask(f'{address}{DOORS[door]}{place}', 'PUT', content)
        digests[place] = digest(content)
    # through the door it came in by, and through the other one
    for place, expected in digests.items():
        for way in DOORS.values():
            assert digest(ask(f'{address}{way}{place}', 'GET')) == expected, place
