"""Documents that are packages of XML parts: OOXML, OpenDocument, OFD, EPUB. Parts are streamed, not built."""

import datetime
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import olefile
import openpyxl
from lxml import etree

from lantai.services.extraction import markup
from lantai.services.extraction.bounds import MOST_PARTS, MOST_UNPACKED, Collector, Nothing, Unreadable

_CHUNK = 64 * 1024
_SHEETS = 'xl/workbook.xml'


def read(path: Path, collector: Collector) -> None:
    """Takes the text of the parts in that people read; an ordinary package has none."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_PARTS:
            raise Unreadable('too-many-parts')
        names = [entry.filename for entry in entries]
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise Unreadable('encrypted')
        if _SHEETS in names:
            _check_size(entries, 'xl/')
            _read_sheets(path, collector)
            return
        _read_parts(archive, entries, collector)


def read_ole(path: Path, _collector: Collector) -> None:
    """Nothing here reads the binary formats of old; one that only hides a new one is encrypted."""
    with olefile.OleFileIO(str(path)) as document:
        if document.exists('EncryptedPackage'):
            raise Unreadable('encrypted')
    raise Nothing('no-reader')


def _check_size(entries: Iterable[zipfile.ZipInfo], folder: str) -> None:
    # the module reads no more of a part than is declared, so a part that lies about its size is broken
    if sum(entry.file_size for entry in entries if entry.filename.startswith(folder)) > MOST_UNPACKED:
        raise Unreadable('unpacks-too-far')


def _read_sheets(path: Path, collector: Collector) -> None:
    # as a stream: given a path, it wants a name of a certain ending
    with path.open('rb') as stream:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            collector.add(f'{sheet.title}\n')
            # what a sheet says of its own size may be a lie
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                cells = [_shown(value) for value in row if value not in (None, '')]
                if cells:
                    collector.add('\t'.join(cells) + '\n')
                collector.check()


def _shown(value: Any) -> str:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return str(value)


def _read_parts(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], collector: Collector) -> None:
    left = MOST_UNPACKED
    found = False
    for entry, kind in _parts(entries):
        found = True
        target = markup.Gatherer(collector) if kind == 'html' else _Gatherer(collector, kind)
        parser = markup.parser(target) if kind == 'html' else _parser(target)
        with archive.open(entry) as part:
            while data := part.read(_CHUNK):
                left -= len(data)
                if left < 0:
                    raise Unreadable('unpacks-too-far')
                collector.check()
                parser.feed(data)
        parser.close()
        collector.add('\n')
    if not found:
        raise Nothing('package')


def _parts(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """The parts with text, in the order they are read in, each with its kind."""
    by_name = {entry.filename: entry for entry in entries}
    if 'word/document.xml' in by_name:
        ordered = [
            'word/document.xml',
            *_numbered(by_name, 'word/', ('header', 'footer', 'footnotes', 'endnotes', 'comments')),
        ]
        yield from ((by_name[name], 'ooxml') for name in ordered)
    elif 'ppt/presentation.xml' in by_name:
        for folder, stem in (('ppt/slides/', 'slide'), ('ppt/notesSlides/', 'notesSlide')):
            yield from ((by_name[name], 'ooxml') for name in _numbered(by_name, folder, (stem,)))
    elif 'OFD.xml' in by_name:
        pages = [name for name in by_name if name.endswith('Content.xml')]
        yield from ((by_name[name], 'ofd') for name in sorted(pages, key=_by_number))
    elif 'META-INF/container.xml' in by_name and 'mimetype' in by_name and 'content.xml' not in by_name:
        pages = [name for name in by_name if name.lower().endswith(('.xhtml', '.html', '.htm'))]
        yield from ((by_name[name], 'html') for name in sorted(pages, key=_by_number))
    elif 'content.xml' in by_name:
        yield by_name['content.xml'], 'odf'


def _numbered(names: Iterable[str], folder: str, stems: tuple[str, ...]) -> list[str]:
    found = [
        name
        for name in names
        if name.startswith(folder)
        and '/' not in name[len(folder) :]
        and name.endswith('.xml')
        and name[len(folder) :].startswith(stems)
    ]
    return sorted(found, key=_by_number)


def _by_number(name: str) -> list[tuple[int, str]]:
    parts: list[tuple[int, str]] = []
    for piece in name.replace('.', '/').split('/'):
        digits = ''.join(filter(str.isdigit, piece))
        parts.append((int(digits[:9] or 0), piece))
    return parts


#: elements whose characters count, elements that end a line, elements that stand for a character
_KINDS = {
    'ooxml': ({'t'}, {'p', 'tr'}, {'tab': '\t', 'br': '\n', 'cr': '\n', 'noBreakHyphen': '-'}),
    'odf': ({'p', 'h'}, {'p', 'h'}, {'tab': '\t', 's': ' ', 'line-break': '\n'}),
    'ofd': ({'TextCode'}, {'TextObject'}, {}),
}


class _Gatherer:
    """Hands the characters of a part on as they are parsed; no tree is built."""

    def __init__(self, collector: Collector, kind: str) -> None:
        self._collector = collector
        self._counting, self._ending, self._standing = _KINDS[kind]
        self._inside = 0

    def start(self, tag: str, _attributes: Any) -> None:
        local = tag.rpartition('}')[2]
        self._inside += local in self._counting
        if local in self._standing:
            self._collector.add(self._standing[local])

    def end(self, tag: str) -> None:
        local = tag.rpartition('}')[2]
        self._inside -= local in self._counting
        if local in self._ending:
            self._collector.add('\n')

    def data(self, data: str) -> None:
        if self._inside:
            self._collector.add(data)

    def comment(self, _text: str) -> None:
        pass

    def close(self) -> None:
        pass


def _parser(target: _Gatherer) -> etree.XMLParser:
    return etree.XMLParser(
        target=target,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        dtd_validation=False,
    )
