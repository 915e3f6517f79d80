"""What a file is, told by its bytes; and when its name contradicts them."""

import io
import zipfile

import openpyxl
import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from lantai.services.formats.identify import extension_of, identify


def pdf_bytes(pages: int = 1) -> bytes:
    out = io.BytesIO()
    document = canvas.Canvas(out)
    for number in range(pages):
        document.drawString(72, 720, f'page {number + 1}')
        document.showPage()
    document.save()
    return out.getvalue()


def zip_bytes(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace('__', '.'), data)
    return out.getvalue()


def xlsx_bytes() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active['A1'] = '档号'
    book.save(out)
    return out.getvalue()


def picture_bytes(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new('RGB', (8, 8), 'white').save(out, kind)
    return out.getvalue()


@pytest.fixture
def look(tmp_path):
    def at(name: str, data: bytes):
        path = tmp_path / 'content'
        path.write_bytes(data)
        return identify(path, name)

    return at


def test_a_pdf_is_told_by_its_bytes_whatever_its_name(look):
    for name in ('通知.pdf', '通知', '通知.PDF'):
        found = look(name, pdf_bytes())
        assert found.format.media_type == 'application/pdf' and not found.mismatch
    assert look('通知.docx', pdf_bytes()).mismatch
    assert look('通知.txt', pdf_bytes()).mismatch


def test_pdf_a_is_archival_and_plain_pdf_is_not(look):
    assert not look('a.pdf', pdf_bytes()).format.archival
    xmp = b'<rdf:Description pdfaid:part="2" pdfaid:conformance="B"/>'
    late = pdf_bytes().replace(b'startxref', b'% ' + xmp + b'\n%' + b' ' * 200_000 + b'\nstartxref')
    found = look('a.pdf', late)
    assert found.format.puid == 'fmt/477' and found.format.archival
    elements = b'<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>'
    assert look('a.pdf', pdf_bytes() + b'\n% ' + elements).format.puid == 'fmt/354'


def test_office_packages_are_told_from_a_zip_with_their_name(look):
    assert look('台账.xlsx', xlsx_bytes()).format.puid == 'fmt/214'
    plain = zip_bytes(a__txt=b'hello')
    assert look('台账.zip', plain).format.puid == 'x-fmt/263'
    assert not look('台账.zip', plain).mismatch
    assert look('台账.xlsx', plain).mismatch
    assert look('台账.docx', xlsx_bytes()).mismatch


def test_names_of_domestic_programs_do_not_contradict_the_same_content(look):
    assert not look('台账.et', xlsx_bytes()).mismatch
    assert look('台账.wps', xlsx_bytes()).mismatch


def test_ofd_is_told_by_its_entry(look):
    ofd = zip_bytes(OFD__xml=b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>')
    found = look('公文.ofd', ofd)
    assert found.format.puid == 'lantai-fmt/ofd' and found.format.archival and not found.mismatch
    assert look('公文.ofd', zip_bytes(x__txt=b'')).mismatch
    assert look('公文.zip', ofd).mismatch


@pytest.mark.parametrize(
    ('kind', 'name', 'wrong'),
    [
        ('PNG', 'p.png', 'p.jpg'),
        ('JPEG', 'p.jpg', 'p.png'),
        ('JPEG', 'p.jpeg', 'p.pdf'),
        ('TIFF', 'p.tif', 'p.png'),
    ],
)
def test_pictures(look, kind, name, wrong):
    data = picture_bytes(kind)
    assert not look(name, data).mismatch and look(name, data).format.archival
    assert look(wrong, data).mismatch


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'gb18030', 'utf-16'])
def test_text_in_the_encodings_of_offices(look, encoding):
    data = '关于印发《办法》的通知\r\n'.encode(encoding) * 20
    found = look('说明.txt', data)
    assert (found.format.puid, found.basis, found.mismatch) == ('x-fmt/111', 'text', False)
    assert look('说明.csv', data).format.puid == 'x-fmt/18'
    assert look('说明.pdf', data).mismatch
    assert look('说明.docx', data).mismatch
    assert not look('说明', data).mismatch


def test_text_cut_inside_a_character_at_the_window_is_still_text(look):
    for shift in range(4):
        data = b'x' * shift + '档'.encode() * 60_000
        assert look('长.txt', data).basis == 'text'


def test_rtf_and_mail_of_programs_that_pronom_does_not_list(look):
    assert look('a.rtf', rb'{\rtf1{\info{\title x}}\pard hello}').format.media_type == 'application/rtf'
    mail = b'Date: Tue, 24 Nov 2026 07:00:00 +0000\nFrom: a@b.example\nSubject: x\n\nhello\n'
    assert not look('a.eml', mail).mismatch


def test_xml_dialects_are_no_contradiction_but_binary_names_are(look):
    data = b'<?xml version="1.0" encoding="UTF-8"?><a/>'
    assert not look('a.xml', data).mismatch
    assert not look('a.svg', data).mismatch
    assert look('a.pdf', data).mismatch
    assert look('a.docx', data).mismatch


def test_random_bytes_under_a_known_name_contradict_it_and_under_an_unknown_name_say_nothing(look):
    noise = bytes(range(256)) * 8
    assert look('a.pdf', noise).mismatch
    assert look('a.png', noise).mismatch
    assert look('a.txt', noise).mismatch
    found = look('a.qqq', noise)
    assert found.format is None and not found.mismatch


def test_an_empty_file_says_nothing(look):
    found = look('a.pdf', b'')
    assert found.format is None and found.basis == 'nothing' and not found.mismatch


@pytest.mark.parametrize(
    ('name', 'extension'),
    [('a.PDF', 'pdf'), ('a', ''), ('.hidden', ''), ('a.tar.gz', 'gz'), ('目录.正本.ofd', 'ofd'), ('a.', '')],
)
def test_extension(name, extension):
    assert extension_of(name) == extension


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        identify(tmp_path / 'nowhere', 'a.pdf')


def test_the_result_is_plain_values(look):
    import json

    assert json.loads(json.dumps(look('a.pdf', pdf_bytes()).as_dict()))['basis'] == 'signature'
