"""Real files of some sixty formats, several damaged, encrypted or misnamed on purpose."""

from pathlib import Path

import pytest

from lantai.services.formats.examine import examine
from lantai.services.formats.results import Result

SAMPLES = Path(__file__).parents[4] / 'shared' / 'samples' / 'files'

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason='the sample files are not beside this checkout')


def samples() -> list[Path]:
    return sorted(path for path in SAMPLES.rglob('*') if path.is_file())


@pytest.fixture(scope='module')
def findings() -> dict[str, dict]:
    return {path.name: examine(str(path), path.name) for path in samples()}


def test_every_sample_gets_an_answer(findings):
    assert len(findings) > 90
    for found in findings.values():
        assert len(found['sha256']) == 64
        assert Result(found['readable']['result'])


def test_no_sample_is_called_misnamed(findings):
    # The corpus keeps the names its programs gave; even the slides with embedded tables must not look like a
    # text.
    assert not [name for name, found in findings.items() if found['format']['mismatch']]


def test_the_encrypted_ones_fail(findings):
    failed = {name for name, found in findings.items() if found['readable']['result'] == 'fail'}
    assert failed and all('openprintcopypw' in name or 'opencopyprintpw' in name for name in failed)
    assert all(findings[name]['readable']['reason'] == 'encrypted' for name in failed)


def test_most_are_identified(findings):
    unknown = {name for name, found in findings.items() if found['format']['format'] is None}
    assert {Path(name).suffix for name in unknown} <= {'.snb', '.j2c'}


def test_a_sample_under_a_wrong_name_is_noticed():
    pdf = next(path for path in samples() if path.name == 'simple.pdf')
    assert examine(str(pdf), 'simple.docx')['format']['mismatch']


@pytest.mark.parametrize('cut', [1, 7, 100, 4096])
def test_cut_samples_get_an_answer_too(tmp_path, cut):
    for path in samples():
        if path.stat().st_size > 2_000_000:
            continue
        target = tmp_path / 'cut'
        data = path.read_bytes()
        target.write_bytes(data[: max(0, len(data) - cut)])
        assert examine(str(target), path.name)['size'] == max(0, len(data) - cut)
