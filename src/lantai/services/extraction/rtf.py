"""The text of an RTF file: control words skipped, escaped characters in the encoding the file names."""

import re
from pathlib import Path

from lantai.services.extraction import plain
from lantai.services.extraction.bounds import MOST_BYTES, Collector

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
#: groups that hold no text of the document
_ASIDE = frozenset(
    b'fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore latentstyles '
    b'listtable listoverridetable rsidtbl generator xmlnstbl fldinst filetbl revtbl datafield'.split()
)
_STANDING = {
    b'par': '\n',
    b'line': '\n',
    b'sect': '\n',
    b'page': '\n',
    b'row': '\n',
    b'tab': '\t',
    b'cell': '\t',
    b'emdash': '—',
    b'endash': '–',
    b'lquote': '‘',
    b'rquote': '’',
    b'ldblquote': '“',
    b'rdblquote': '”',
    b'bullet': '•',
}
#: deepest nesting that is followed
_DEEPEST = 1000


def read(path: Path, collector: Collector) -> None:
    """Takes the text in."""
    with path.open('rb') as stream:
        data = stream.read(4 * MOST_BYTES)
    _Reader(collector).read(data)


class _Reader:
    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._encoding = 'cp1252'
        #: for each open group: whether it is aside, and how many characters stand in for a Unicode one
        self._groups: list[tuple[bool, int]] = []
        self._aside = False
        self._stand_ins = 1
        self._skip = 0
        self._bytes = bytearray()

    def read(self, data: bytes) -> None:
        starred = False
        for number, match in enumerate(_TOKEN.finditer(data)):
            if number % 1000 == 0:
                self._collector.check()
            escaped, word, value, sign, brace, run = match.groups()
            if brace:
                self._flush()
                self._brace(brace)
            elif escaped:
                self._byte(bytes([int(escaped, 16)]))
            elif run:
                for byte in (run,) if not self._skip else (run[self._skip :],):
                    self._skip = max(0, self._skip - len(run))
                    self._bytes += byte if not self._aside else b''
            elif word:
                self._word(word, int(value) if value else None, starred)
            elif sign:
                self._sign(sign)
            starred = sign == b'*'
        self._flush()

    def _brace(self, brace: bytes) -> None:
        self._skip = 0
        if brace == b'{':
            if len(self._groups) < _DEEPEST:
                self._groups.append((self._aside, self._stand_ins))
        elif self._groups:
            self._aside, self._stand_ins = self._groups.pop()

    def _byte(self, byte: bytes) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._aside:
            self._bytes += byte

    def _word(self, word: bytes, value: int | None, starred: bool) -> None:
        if starred or word in _ASIDE:
            self._aside = True
        elif word == b'ansicpg' and value:
            self._encoding = plain.named(f'cp{value}') or self._encoding
        elif word == b'uc' and value is not None:
            self._stand_ins = min(max(value, 0), 8)
        elif word == b'u' and value is not None:
            self._flush()
            self._put(chr(value % 65536))
            self._skip = self._stand_ins
        elif word in _STANDING:
            self._flush()
            self._put(_STANDING[word])

    def _sign(self, sign: bytes) -> None:
        if sign in b'\\{}':
            self._byte(sign)
        elif sign == b'~':
            self._byte(b' ')

    def _put(self, text: str) -> None:
        if not self._aside:
            self._pending(text)

    def _flush(self) -> None:
        if self._bytes:
            self._pending(self._bytes.decode(self._encoding, 'replace'))
            self._bytes.clear()

    _high = ''

    def _pending(self, text: str) -> None:
        # a character beyond the first 65,536 is written as two halves
        high, self._high = self._high, ''
        if high and '\udc00' <= text[:1] <= '\udfff':
            text = (high + text).encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')
        elif len(text) == 1 and '\ud800' <= text <= '\udbff':
            self._high = text
            return
        self._collector.add(text)
