"""Documents and tables as office programs write them: DOCX by hand, XLSX by openpyxl, plain text."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from random import Random

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from lantai.app.demo.texts import Text

_W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
ContentType="application/xml"/><Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override \
PartName="/docProps/core.xml" \
ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
Target="word/document.xml"/><Relationship Id="rId2" \
Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" \
Target="docProps/core.xml"/></Relationships>"""
_CORE = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties'
_DC = 'http://purl.org/dc/elements/1.1/'
_TERMS = 'http://purl.org/dc/terms/'
_XSI = 'http://www.w3.org/2001/XMLSchema-instance'


def document_docx(text: Text) -> bytes:
    """Return the document as DOCX, the same bytes for the same text."""
    target = io.BytesIO()
    moment = (*text.dated.timetuple()[:3], 9, 0, 0)
    parts = {
        '[Content_Types].xml': _TYPES.encode(),
        '_rels/.rels': _RELATIONS.encode(),
        'word/document.xml': _body(text),
        'docProps/core.xml': _properties(text),
    }
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, moment), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _body(text: Text) -> bytes:
    root = etree.Element(f'{{{_W}}}document', nsmap={'w': _W})
    body = etree.SubElement(root, f'{{{_W}}}body')
    _paragraph(body, text.title, align='center', half_points=44)
    if text.receivers:
        _paragraph(body, '、'.join(text.receivers) + '：')
    for paragraph in text.paragraphs:
        _paragraph(body, '　　' + paragraph)
    _paragraph(body, text.signed, align='right')
    _paragraph(body, f'{text.dated.year}年{text.dated.month}月{text.dated.day}日', align='right')
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', standalone=True)


def _paragraph(body: etree._Element, words: str, align: str = 'left', half_points: int = 32) -> None:
    paragraph = etree.SubElement(body, f'{{{_W}}}p')
    setting = etree.SubElement(paragraph, f'{{{_W}}}pPr')
    etree.SubElement(setting, f'{{{_W}}}jc').set(f'{{{_W}}}val', align)
    run = etree.SubElement(paragraph, f'{{{_W}}}r')
    look = etree.SubElement(run, f'{{{_W}}}rPr')
    etree.SubElement(look, f'{{{_W}}}sz').set(f'{{{_W}}}val', str(half_points))
    etree.SubElement(run, f'{{{_W}}}t').text = words


def _properties(text: Text) -> bytes:
    names = {'cp': _CORE, 'dc': _DC, 'dcterms': _TERMS, 'xsi': _XSI}
    root = etree.Element(f'{{{_CORE}}}coreProperties', nsmap=names)
    etree.SubElement(root, f'{{{_DC}}}title').text = text.title
    etree.SubElement(root, f'{{{_DC}}}creator').text = text.author
    for name in ('created', 'modified'):
        element = etree.SubElement(root, f'{{{_TERMS}}}{name}')
        element.set(f'{{{_XSI}}}type', 'dcterms:W3CDTF')
        element.text = f'{text.dated.isoformat()}T09:00:00Z'
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', standalone=True)


def table_xlsx(text: Text, seed: int) -> bytes:
    """Return a table that goes with a document, as XLSX: the tasks, who does them, until when."""
    chance = Random(seed)
    book = Workbook()
    book.properties.title = text.title
    book.properties.creator = text.author
    book.properties.created = book.properties.modified = datetime.combine(text.dated, time(9))
    sheet = book.active
    sheet.title = '任务分解表'
    sheet.append(['序号', '事项', '责任科室', '完成时限', '数量', '备注'])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal='center')
    for number in range(1, chance.randint(8, 20)):
        matter = chance.choice(text.paragraphs[1:-1]).split('。')[0].split('、', 1)[-1]
        unit = chance.choice(('办公室', '经济发展处', '计划财务科', '人事科', '保税业务科'))
        until = f'{text.dated.year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}'
        sheet.append(
            [number, matter, unit, until, chance.randint(1, 400), chance.choice(('', '', '已完成', '延期'))]
        )
    sheet.append(['', '合计', '', '', f'=SUM(E2:E{sheet.max_row})', ''])
    for column, width in zip('ABCDEF', (6, 40, 14, 12, 8, 10), strict=True):
        sheet.column_dimensions[column].width = width
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def note_txt(text: Text) -> bytes:
    """Return the document as plain text, UTF-8 with the line ends of Windows."""
    lines = [text.title, '', *text.paragraphs, '', text.signed, text.dated.isoformat()]
    return '\r\n'.join(lines).encode()
