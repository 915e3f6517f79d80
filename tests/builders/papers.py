"""Files of many formats that hold a given text, made without the programs that usually make them."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from xml.sax.saxutils import escape

import openpyxl
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

_W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
_A = 'http://schemas.openxmlformats.org/drawingml/2006/main'
_TEXT = 'urn:oasis:names:tc:opendocument:xmlns:text:1.0'


def package(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(*paragraphs: str, **parts: str | bytes) -> bytes:
    """A text document; each paragraph is written in two runs, as editors do."""
    body = ''.join(
        f'<w:p><w:r><w:t>{escape(text[:2])}</w:t></w:r><w:r><w:t>{escape(text[2:])}</w:t></w:r></w:p>'
        for text in paragraphs
    )
    main = f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return package({'[Content_Types].xml': '<Types/>', 'word/document.xml': main, **parts})


def pptx(*slides: str) -> bytes:
    """Slides of one paragraph each."""
    parts: dict[str, str | bytes] = {'ppt/presentation.xml': '<p/>'}
    for number, text in enumerate(slides, start=1):
        parts[f'ppt/slides/slide{number}.xml'] = f'<s xmlns:a="{_A}"><a:p><a:t>{escape(text)}</a:t></a:p></s>'
    return package(parts)


def xlsx(*rows: tuple) -> bytes:
    """One sheet of these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def odt(*paragraphs: str) -> bytes:
    """An OpenDocument text."""
    body = ''.join(f'<t:p>{escape(text)}</t:p>' for text in paragraphs)
    return package(
        {
            'mimetype': 'application/vnd.oasis.opendocument.text',
            'content.xml': f'<d xmlns:t="{_TEXT}">{body}</d>',
        }
    )


def ofd(*lines: str) -> bytes:
    """A page of China's fixed-layout format."""
    body = ''.join(f'<TextObject><TextCode>{escape(text)}</TextCode></TextObject>' for text in lines)
    return package({'OFD.xml': '<OFD/>', 'Doc_0/Pages/Page_0/Content.xml': f'<Page>{body}</Page>'})


def pdf(*pages: str) -> bytes:
    """A PDF whose text is in a Chinese font that is not embedded, as office programs write it."""
    pdfmetrics.registerFont(UnicodeCIDFont('STSong-Light'))
    out = io.BytesIO()
    document = canvas.Canvas(out, invariant=True)
    for text in pages:
        document.setFont('STSong-Light', 14)
        document.drawString(72, 720, text)
        document.showPage()
    document.save()
    return out.getvalue()


def mail(subject: str, text: str, attached: str = '', charset: str = 'gb18030') -> bytes:
    """A mail as Chinese programs send it."""
    message = EmailMessage()
    message['From'] = '办公室 <office@example.cn>'
    message['To'] = '档案室 <archives@example.cn>'
    message['Subject'] = subject
    message.set_content(text, charset=charset)
    if attached:
        message.add_attachment(b'\0\1\2', maintype='application', subtype='octet-stream', filename=attached)
    return message.as_bytes()


def rtf(text: str) -> bytes:
    """Rich text in the code page of a Chinese Windows."""
    coded = ''.join(f"\\'{byte:02x}" if byte > 127 else chr(byte) for byte in text.encode('gb18030'))
    return (
        r'{\rtf1\ansi\ansicpg936{\fonttbl{\f0 \'cb\'ce\'cc\'e5;}}{\*\generator Word;}{\info{\title x}}'
        rf'\f0 {coded}\par\u20320?\u22909?\par}}'
    ).encode('ascii')


def picture(kind: str = 'PNG', size: tuple[int, int] = (640, 480), mode: str = 'RGB') -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode in ('L', 'I;16', 'I') else (200, 30, 30, 255)[: len(mode)]).save(
        out, kind
    )
    return out.getvalue()
