"""The files the demonstration is made of: real ones, the same again for the same seed."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from PIL import ExifTags, Image
from pypdf import PdfReader

from lantai.app.demo import office, pdf, pictures, vocabulary
from lantai.app.demo.texts import NUMBERED, Writer
from lantai.services.content.schema import shipped
from lantai.services.formats.examine import examine

DAY = date(2021, 3, 2)


def written(kind: str = '通知'):
    return Writer(seed=1).write('BGS', DAY, kind)


FILES = {
    'a.pdf': (lambda: pdf.document_pdf(written()), 'fmt/276'),
    'a.docx': (lambda: office.document_docx(written()), 'fmt/412'),
    'a.xlsx': (lambda: office.table_xlsx(written(), 1), 'fmt/214'),
    'a.txt': (lambda: office.note_txt(written()), 'x-fmt/111'),
    'a.jpg': (lambda: pictures.photograph('码头', datetime(2021, 3, 2, 9), 1), 'fmt/43'),
}


@pytest.mark.parametrize('name', FILES)
def test_a_file_is_what_its_name_says_and_can_be_read(name, tmp_path):
    make, puid = FILES[name]
    path = tmp_path / name
    path.write_bytes(make())
    found = examine(str(path), name)
    assert found['format']['format']['puid'] == puid
    assert not found['format']['mismatch']
    assert found['readable']['result'] == 'pass'


@pytest.mark.parametrize('name', ['a.pdf', 'a.docx', 'a.txt', 'a.jpg'])
def test_the_same_seed_gives_the_same_bytes(name):
    make = FILES[name][0]
    assert make() == make()


def test_a_document_has_its_title_and_its_chinese_text():
    text = written()
    reader = PdfReader(io.BytesIO(pdf.document_pdf(text)))
    shown = ''.join(page.extract_text() for page in reader.pages).replace('\n', '')
    assert reader.metadata.title == text.title
    assert text.number in shown
    assert text.paragraphs[-1][-8:] in shown


def test_every_page_of_a_long_document_is_numbered():
    text = written()
    long = type(text)(**{**text.__dict__, 'paragraphs': text.paragraphs * 6})
    assert len(PdfReader(io.BytesIO(pdf.document_pdf(long))).pages) >= 3


def test_no_line_begins_with_closing_punctuation():
    lines = pdf.wrapped('一，二。三；四：' * 40, 16, 200)
    assert ''.join(lines) == '一，二。三；四：' * 40
    assert not any(line[0] in '，。；：' for line in lines)


def test_a_table_can_be_opened_and_counts():
    sheet = load_workbook(io.BytesIO(office.table_xlsx(written(), 5))).active
    assert [cell.value for cell in sheet[1]][:3] == ['序号', '事项', '责任科室']
    assert sheet.cell(sheet.max_row, 5).value.startswith('=SUM(')


def test_a_photograph_says_when_it_was_taken():
    image = Image.open(io.BytesIO(pictures.photograph('会场', datetime(2021, 3, 2, 9, 30), 2)))
    taken = image.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
    assert (image.size, taken) == (pictures.SIZE, '2021:03:02 09:30:00')


class TestWriter:
    def test_writes_the_same_again(self):
        one, other = (Writer(seed=3) for _ in range(2))
        assert [one.write('JJC', DAY) for _ in range(20)] == [other.write('JJC', DAY) for _ in range(20)]

    def test_uses_no_title_and_no_number_twice(self):
        writer = Writer(seed=4)
        texts = [writer.write('BGS', date(2012 + n % 3, 3, 1)) for n in range(900)]
        assert len({text.title for text in texts}) == 900
        numbers = [text.number for text in texts if text.number]
        assert len(set(numbers)) == len(numbers)

    def test_what_a_clerk_types_in_suffices_to_submit_and_file(self):
        schema, writer = shipped()['document'], Writer(seed=5)
        for unit in vocabulary.TOPICS:
            for _ in range(60):
                text = writer.write(unit, DAY)
                metadata = schema.clean(text.metadata(), partial=False)
                assert schema.missing(metadata, 'submit') == []
                assert schema.missing(metadata, 'file', {'period': 'D30'}) == []
                assert bool(text.number) is (text.kind in NUMBERED)

    def test_days_are_working_days_in_order_within_bounds(self):
        first, last = date(2024, 1, 5), date(2024, 5, 31)
        days = Writer(seed=6).days(200, first, last)
        assert days == sorted(days)
        assert all(first <= day <= last and day.weekday() < 5 for day in days)

    def test_a_single_day_is_taken_though_nobody_works(self):
        sunday = date(2023, 1, 1)
        assert Writer(seed=6).days(2, sunday, sunday) == [sunday, sunday]
