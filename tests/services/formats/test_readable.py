"""Readability: passed, failed, not applicable, not run; never raised, never passed by default."""

import io
import struct
import zipfile
import zlib

import pypdf
import pytest
from PIL import Image

from lantai.services.formats import readable as module
from lantai.services.formats.readable import readable
from lantai.services.formats.results import Result, Verdict
from tests.services.formats.test_identify import pdf_bytes, picture_bytes, xlsx_bytes, zip_bytes


@pytest.fixture
def read(tmp_path):
    def at(data: bytes) -> tuple[str, str]:
        path = tmp_path / 'content'
        path.write_bytes(data)
        verdict = readable(path)
        return str(verdict.result), verdict.reason

    return at


def test_sound_files_pass(read):
    pictures = [picture_bytes(kind) for kind in ('PNG', 'JPEG', 'TIFF')]
    for data in (
        pdf_bytes(3),
        xlsx_bytes(),
        *pictures,
        '通知'.encode(),
        '通知'.encode('gb18030'),
        b'<?xml version="1.0"?><a/>',
    ):
        assert read(data) == ('pass', '')


def test_pages_are_counted(tmp_path):
    path = tmp_path / 'x'
    path.write_bytes(pdf_bytes(3))
    assert readable(path).facts == {'pages': 3}


def test_an_empty_file_fails(read):
    assert read(b'') == ('fail', 'empty')


def test_an_encrypted_pdf_fails(read):
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(pdf_bytes()))
    writer.encrypt('', 'owner', algorithm='RC4-128')
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()) == ('fail', 'encrypted')


@pytest.mark.parametrize(
    'data',
    [
        b'%PDF-1.7\nnothing else',
        b'%PDF-1.4\n' + b'\xff' * 5000,
        pdf_bytes()[:300],
        b'%PDF-1.4\nstartxref\n9\n%%EOF',
    ],
)
def test_a_broken_pdf_fails(read, data):
    assert read(data)[0] == 'fail'


def test_a_package_with_a_wrong_checksum_fails(read):
    data = bytearray(zip_bytes(a__txt=b'hello hello hello'))
    position = data.index(b'a.txt') + 5
    data[position + 3] ^= 0xFF
    assert read(bytes(data)) == ('fail', 'damaged')


def test_a_cut_package_fails(read):
    data = zip_bytes(a__txt=b'hello' * 100)
    assert read(data[:-10]) == ('fail', 'damaged')


def test_an_encrypted_package_fails(read):
    data = bytearray(zip_bytes(a__txt=b'hello'))
    data[6] |= 1
    data[data.index(b'PK\x01\x02') + 8] |= 1
    assert read(bytes(data)) == ('fail', 'encrypted')


def test_compression_that_not_everybody_can_open_fails(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_LZMA) as archive:
        archive.writestr('a.txt', b'hello' * 100)
    assert read(out.getvalue()) == ('fail', 'closed-compression')


def test_a_bomb_is_stopped_before_it_is_unpacked(read, monkeypatch):
    monkeypatch.setattr(module, '_RATIO_FROM', 1 << 20)
    assert read(zip_bytes(a__bin=bytes(16 << 20))) == ('fail', 'unpacks-too-far')


def test_an_empty_package_fails(read):
    assert read(zip_bytes()) == ('fail', 'no-parts')


@pytest.mark.parametrize('kind', ['PNG', 'JPEG'])
def test_a_cut_picture_fails(read, kind):
    out = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(out, kind)
    assert read(out.getvalue()[:-2000])[0] == 'fail'


def test_a_picture_that_claims_a_giant_size_is_not_decoded(read):
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    header = struct.pack('>IIBBBBB', 200_000, 200_000, 8, 2, 0, 0, 0)
    data = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(b'\0' * 100))
    assert read(data) == ('not_run', 'too-large')


def test_xml_that_is_not_well_formed_fails_and_entities_are_not_followed(read):
    assert read(b'<?xml version="1.0"?><a><b></a>') == ('fail', 'not-well-formed')
    entities = b''.join(b'<!ENTITY x%d "%s">' % (n, b'&x%d;' % (n - 1) * 10) for n in range(1, 12))
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x0 "y">' + entities + b']><a>&x11;</a>'
    assert read(laughs)[0] in ('pass', 'fail')


def test_text_that_begins_well_and_does_not_go_on_fails(read):
    assert read('通知'.encode() * 40_000 + b'\0\xff\xfe') == ('fail', 'not-decodable')


def test_a_kind_nothing_here_reads_is_not_applicable(read):
    assert read(bytes(range(256))) == ('not_applicable', 'unknown-kind')


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        readable(tmp_path / 'nowhere')


def test_a_verdict_goes_through_plain_values():
    verdict = Verdict(Result.FAIL, 'damaged', {'error': 'KeyError'})
    assert Verdict.from_dict(verdict.as_dict()) == verdict
