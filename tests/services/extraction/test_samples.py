"""Every sample file is read, or says why it is not; and none takes anything else with it."""

from pathlib import Path

import pytest

from lantai.services.jobs.children import Child

SAMPLES = Path(__file__).parents[4] / 'shared' / 'samples' / 'files'

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason='the sample files are not beside this checkout')


def samples() -> list[Path]:
    return sorted(path for path in SAMPLES.rglob('*') if path.is_file())


@pytest.fixture(scope='module')
def findings() -> dict[str, tuple[dict, dict]]:
    with Child() as child:
        return {
            path.name: (
                child.compute('lantai.services.extraction.reading:extract', str(path), path.name),
                child.compute('lantai.services.extraction.drawing:draw', str(path)),
            )
            for path in samples()
        }


def test_every_sample_has_an_answer_with_a_reason(findings):
    assert len(findings) > 90
    for text, _pictures in findings.values():
        assert text['state'] in ('done', 'nothing', 'failed')
        assert bool(text['text']) == (text['state'] == 'done') == (not text['reason'])


def test_those_of_offices_are_read(findings):
    for name, (text, _pictures) in findings.items():
        if name.endswith(('.docx', '.odt', '.ods', '.odp', '.rtf', '.htm', '.mht', '.epub', '.txt', '.csv')):
            assert text['state'] == 'done', name
        if name.startswith('lorem-ipsum') and text['state'] == 'done':
            assert 'Variatio' in text['text'], name


def test_the_encrypted_ones_say_so(findings):
    encrypted = {name for name, (text, _pictures) in findings.items() if text['reason'] == 'encrypted'}
    assert encrypted and all('printcopypw' in name or 'printpw' in name for name in encrypted)


def test_readable_pdfs_and_pictures_have_previews(findings):
    for name, (text, pictures) in findings.items():
        if (name.endswith('.pdf') and text['state'] == 'done') or name.endswith(('.jpg', '.png')):
            assert 'small' in pictures, name
