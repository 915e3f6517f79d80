"""Official documents as PDF, laid out as Chinese offices do: red head, number, title, body, seal and date.

The Chinese font is one that every PDF reader has; nothing of it is in the file.
"""

from __future__ import annotations

import io
import math
from functools import cache

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from lantai.app.demo.texts import NUMBERED, Text

FONT = 'STSong-Light'
SIZE, LEADING = 16, 28
LEFT, RIGHT, BOTTOM = 79, A4[0] - 74, 99
RED = (0.86, 0.08, 0.1)
#: these do not begin a line
_CLOSING = '，。、；：？！）》”〕%'


@cache
def _font() -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return FONT


def document_pdf(text: Text) -> bytes:
    """Return the document as PDF, the same bytes for the same text."""
    target = io.BytesIO()
    page = _Page(Canvas(target, pagesize=A4, invariant=True, pageCompression=1, pdfVersion=(1, 7)))
    page.canvas.setTitle(text.title)
    page.canvas.setAuthor(text.author)
    if text.kind in NUMBERED:
        page.red_head(text.signed, text.number)
    page.title(text.title)
    if text.receivers:
        page.lines('、'.join(text.receivers) + '：')
    for paragraph in text.paragraphs:
        page.lines('　　' + paragraph)
    page.signature(text)
    page.finish()
    return target.getvalue()


class _Page:
    """A canvas and how far down it is written on."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.number = 1
        self.y = A4[1] - 105.0
        self._begin()

    def _begin(self) -> None:
        self.canvas.setFont(_font(), SIZE)
        self.canvas.setFillColorRGB(0, 0, 0)

    def red_head(self, office: str, number: str) -> None:
        size = min(44, (RIGHT - LEFT) / len(office + '文件'))
        self.canvas.setFont(_font(), size)
        self.canvas.setFillColorRGB(*RED)
        self.canvas.drawCentredString(A4[0] / 2, self.y - 30, office + '文件')
        self._begin()
        self.canvas.drawCentredString(A4[0] / 2, self.y - 90, number)
        self.canvas.setStrokeColorRGB(*RED)
        self.canvas.setLineWidth(1.6)
        self.canvas.line(LEFT, self.y - 102, RIGHT, self.y - 102)
        self.y -= 160

    def title(self, title: str) -> None:
        self.canvas.setFont(_font(), 22)
        for line in wrapped(title, 22, RIGHT - LEFT - 44):
            self.canvas.drawCentredString(A4[0] / 2, self.y, line)
            self.y -= 34
        self.y -= 16
        self._begin()

    def lines(self, paragraph: str) -> None:
        for line in wrapped(paragraph, SIZE, RIGHT - LEFT):
            if self.y < BOTTOM:
                self._turn()
            self.canvas.drawString(LEFT, self.y, line)
            self.y -= LEADING

    def signature(self, text: Text) -> None:
        if self.y < BOTTOM + 3 * LEADING:
            self._turn()
        self.y -= LEADING
        dated = f'{text.dated.year}年{text.dated.month}月{text.dated.day}日'
        self.canvas.drawCentredString(RIGHT - 110, self.y, text.signed)
        self.canvas.drawCentredString(RIGHT - 110, self.y - LEADING, dated)
        if text.kind in NUMBERED:
            self._seal(RIGHT - 110, self.y - 6, text.signed)

    def _seal(self, x: float, y: float, office: str) -> None:
        canvas = self.canvas
        canvas.saveState()
        canvas.setStrokeColorRGB(*RED)
        canvas.setFillColorRGB(*RED)
        canvas.setLineWidth(2.4)
        canvas.circle(x, y, 56)
        star = canvas.beginPath()
        for corner in range(5):
            angle = math.pi / 2 + corner * 4 * math.pi / 5
            point = (x + 16 * math.cos(angle), y + 16 * math.sin(angle))
            star.lineTo(*point) if corner else star.moveTo(*point)
        star.close()
        canvas.drawPath(star, fill=1, stroke=0)
        canvas.setFont(_font(), 13)
        spread = min(230, 22 * len(office))
        for place, character in enumerate(office):
            canvas.saveState()
            canvas.translate(x, y)
            canvas.rotate(spread / 2 - spread * place / (len(office) - 1))
            canvas.drawCentredString(0, 38, character)
            canvas.restoreState()
        canvas.restoreState()

    def _turn(self) -> None:
        self._foot()
        self.canvas.showPage()
        self.number += 1
        self.y = A4[1] - 105.0
        self._begin()

    def _foot(self) -> None:
        self.canvas.setFont(_font(), 14)
        self.canvas.drawCentredString(A4[0] / 2, 60, f'— {self.number} —')

    def finish(self) -> None:
        self._foot()
        self.canvas.showPage()
        self.canvas.save()


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Return the lines of a text; closing punctuation hangs on the line it belongs to."""
    font, lines, line, used = _font(), [], '', 0.0
    for character in text:
        wide = pdfmetrics.stringWidth(character, font, size)
        if used + wide > width and character not in _CLOSING:
            lines.append(line)
            line, used = '', 0.0
        line += character
        used += wide
    return [*lines, line] if line else lines
