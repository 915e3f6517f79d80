"""HTML: what a browser would show of it."""

import re
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.services.extraction import plain
from lantai.services.extraction.bounds import MOST_BYTES, Collector

_CHARSET = re.compile(rb'(?i)<meta[^>]+charset\s*=\s*["\']?\s*([a-z0-9_.:-]{1,40})')
#: XML's own word on its encoding, which lxml does not take from text
_DECLARATION = re.compile(r'\A\s*<\?xml[^>]*\?>')
_CHUNK = 64 * 1024
_UNSEEN = frozenset({'script', 'style', 'noscript', 'template', 'head'})
_IN_LINE = frozenset(
    'a abbr b bdi bdo cite code em font i kbd mark q s small span strong sub sup u var wbr'.split()
)


def read(path: Path, collector: Collector) -> None:
    """Takes in what is shown, and the title."""
    with path.open('rb') as stream:
        data = stream.read(4 * MOST_BYTES)
    take(data, collector)


def take(data: bytes, collector: Collector, charset: str = '') -> None:
    """The same of bytes; `charset` is what was said of them elsewhere."""
    claimed = _CHARSET.search(data[:4096])
    charset = charset or (claimed[1].decode('ascii') if claimed else '')
    text = _DECLARATION.sub('', plain.decoded(data, charset))
    target = Gatherer(collector)
    reader = parser(target)
    for start in range(0, len(text), _CHUNK):
        reader.feed(text[start : start + _CHUNK])
    reader.close()


def parser(target: 'Gatherer') -> etree.HTMLParser:
    """A parser that hands on what it meets and builds no tree."""
    return etree.HTMLParser(target=target, no_network=True, huge_tree=False)


class Gatherer:
    """Hands on the characters that are shown."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._unseen = 0
        self._title = False

    def start(self, tag: str, attributes: Any) -> None:
        self._unseen += tag in _UNSEEN
        self._title = tag == 'title'
        if tag == 'img' and not self._unseen and attributes.get('alt'):
            self._collector.add(f' {attributes["alt"]} ')
        if tag not in _IN_LINE:
            self._collector.add('\n')

    def end(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._title = False
        if tag not in _IN_LINE:
            self._collector.add('\n')

    def data(self, data: str) -> None:
        if not self._unseen or self._title:
            self._collector.add(data)
        else:
            self._collector.check()

    def comment(self, _text: str) -> None:
        pass

    def close(self) -> None:
        pass
