"""Files made to do harm run into a limit, in a process of their own, and the next file is read."""

import zipfile
import zlib

import pytest

from lantai.services.extraction import bounds
from lantai.services.jobs.children import Child, ComputationFailed
from tests.builders import papers

EXTRACT = 'lantai.services.extraction.reading:extract'
DRAW = 'lantai.services.extraction.drawing:draw'


@pytest.fixture(scope='module')
def child():
    with Child() as child:
        yield child


def read(child, path, name: str) -> dict:
    return child.compute(EXTRACT, str(path), name)


def bomb(path, part: str, opening: bytes, filling: bytes, size: int) -> None:
    with (
        zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive,
        archive.open(part, 'w', force_zip64=True) as out,
    ):
        out.write(opening)
        for _ in range(size // len(filling)):
            out.write(filling)


def test_a_bomb_of_a_document_stops_at_what_is_kept(child, tmp_path):
    bomb(tmp_path / 'a', 'word/document.xml', b'<w xmlns:w="w"><w:t>', b'a' * (1 << 20), 300 << 20)
    found = read(child, tmp_path / 'a', 'a.docx')
    assert (found['state'], found['cut'], len(found['text'])) == ('done', True, bounds.LONGEST)


def test_a_bomb_without_text_is_given_up(child, tmp_path):
    bomb(tmp_path / 'a', 'content.xml', b'<a>', b' ' * (1 << 20), bounds.MOST_UNPACKED + (8 << 20))
    found = read(child, tmp_path / 'a', 'a.odt')
    assert (found['state'], found['reason']) in (('failed', 'unpacks-too-far'), ('failed', 'too-slow'))


def test_a_bomb_of_a_table_is_not_opened(child, tmp_path):
    bomb(tmp_path / 'a', 'xl/workbook.xml', b'<a>', b' ' * (1 << 20), bounds.MOST_UNPACKED + (8 << 20))
    assert read(child, tmp_path / 'a', 'a.xlsx')['reason'] == 'unpacks-too-far'


def test_a_part_that_lies_about_its_size_is_damage(child, tmp_path):
    data = bytearray(papers.package({'word/document.xml': b'<a>' + b'x' * 5000 + b'</a>'}))
    place = data.rindex(b'PK\x01\x02')
    data[place + 24 : place + 28] = (100).to_bytes(4, 'little')
    (tmp_path / 'a').write_bytes(data)
    assert read(child, tmp_path / 'a', 'a.docx')['state'] == 'failed'


def test_a_table_of_sixteen_billion_empty_cells_ends(child, tmp_path):
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/>'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>开头</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    parts = {}
    with zipfile.ZipFile(__import__('io').BytesIO(papers.xlsx(('x',)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    (tmp_path / 'a').write_bytes(papers.package({**parts, 'xl/worksheets/sheet1.xml': sheet}))
    assert '开头' in read(child, tmp_path / 'a', 'a.xlsx')['text']


def test_a_pdf_whose_pages_go_round_in_a_circle_ends(child, tmp_path):
    objects = (
        b'<</Type/Catalog/Pages 2 0 R>>',
        b'<</Type/Pages/Kids[2 0 R 3 0 R]/Count 99999999>>',
        b'<</Type/Page/Parent 3 0 R/Contents 3 0 R/Resources 3 0 R/MediaBox[0 0 9 9]>>',
    )
    data = b'%PDF-1.4\n'
    for number, body in enumerate(objects, start=1):
        data += b'%d 0 obj%s endobj\n' % (number, body)
    (tmp_path / 'a').write_bytes(data + b'trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF')
    assert read(child, tmp_path / 'a', 'a.pdf')['state'] in ('nothing', 'failed')
    child.compute(DRAW, str(tmp_path / 'a'), wall=20)


def test_a_pdf_stream_that_unpacks_to_gigabytes_costs_itself_only(child, tmp_path):
    packer = zlib.compressobj(9)
    stream = b''.join(packer.compress(b'0' * (1 << 20)) for _ in range(1500)) + packer.flush()
    data = (
        (
            b'%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n'
            b'2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n'
            b'3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>endobj\n'
            b'4 0 obj<</Filter/FlateDecode/Length %d>>stream\n' % len(stream)
        )
        + stream
        + b'\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF'
    )
    (tmp_path / 'a').write_bytes(data)
    try:
        found = read(child, tmp_path / 'a', 'a.pdf')
    except ComputationFailed:
        found = {'state': 'failed'}
    assert found['state'] in ('nothing', 'failed')
    (tmp_path / 'b').write_text('还活着')
    assert read(child, tmp_path / 'b', 'b.txt')['text'] == '还活着'


def test_two_hundred_megabytes_of_text_cost_their_beginning(child, tmp_path):
    with open(tmp_path / 'a', 'wb') as stream:
        for _ in range(200):
            stream.write('正文'.encode() * 174_763)
    found = read(child, tmp_path / 'a', 'a.txt')
    assert found['cut'] and len(found['text']) == bounds.LONGEST


@pytest.mark.parametrize(
    ('name', 'data'),
    [
        ('a.rtf', b'{\\rtf1 ' + b'{' * 500_000 + b'x'),
        ('a.html', b'<html>' + b'<div>' * 300_000 + b'x'),
        ('a.docx', papers.package({'word/document.xml': b'<a>' * 200_000})),
        ('a.eml', b'Subject: x\nFrom: y\nContent-Type: multipart/mixed; boundary=b\n\n' + b'--b\n' * 20_000),
        ('a.eml', b'Subject: x\nFrom: y\nContent-Type: text/plain; charset=zlib_codec\n\nx\xff'),
        ('a.html', b'<html><meta charset="hex"><p>x'),
        ('a.rtf', b'{\\rtf1\\ansicpg99999\\uc99999999 \\u99999999999999 x}'),
    ],
)
def test_nesting_and_false_claims_end_quickly(child, tmp_path, name, data):
    (tmp_path / 'a').write_bytes(data)
    assert child.compute(EXTRACT, str(tmp_path / 'a'), name, wall=20)['state'] in (
        'done',
        'nothing',
        'failed',
    )


def test_a_picture_of_a_billion_points_is_not_drawn(child, tmp_path):
    data = bytearray(papers.picture('PNG', (4, 4)))
    data[16:24] = (60_000).to_bytes(4, 'big') * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, 'big')
    (tmp_path / 'a').write_bytes(data)
    assert child.compute(DRAW, str(tmp_path / 'a')) == {}


@pytest.mark.parametrize(
    ('kind', 'mode'),
    [('PNG', 'RGBA'), ('PNG', 'LA'), ('PNG', 'I;16'), ('GIF', 'L'), ('TIFF', 'CMYK'), ('BMP', 'RGB')],
)
def test_pictures_of_every_kind_are_drawn(child, tmp_path, kind, mode):
    (tmp_path / 'a').write_bytes(papers.picture(kind, mode=mode))
    drawn = set(child.compute(DRAW, str(tmp_path / 'a')))
    # a browser shows the others itself
    assert drawn == ({'small', 'large'} if kind == 'TIFF' else {'small'})
