"""The text layer of a PDF, page by page."""

from contextlib import closing
from pathlib import Path

import pypdfium2

from lantai.services.extraction.bounds import Collector, Nothing, Unreadable


def read(path: Path, collector: Collector) -> None:
    """Takes the text of every page in. A PDF of pictures alone has none."""
    with opened(path) as document:
        found = False
        for number in range(len(document)):
            collector.check()
            with closing(document[number]) as page, closing(page.get_textpage()) as layer:
                text = layer.get_text_range()
            found = found or bool(text.strip())
            # the hyphen that PDFium puts at the end of a broken word
            collector.add(text.replace('\ufffe', '').replace('\x02', '') + '\n')
    if not found:
        raise Nothing('no-text-layer')


def opened(path: Path) -> pypdfium2.PdfDocument:
    """The document; raises Unreadable when it is encrypted or broken."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Unreadable('encrypted' if 'assword' in str(error) else 'damaged') from error
