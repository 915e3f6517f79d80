"""Plain text in the encodings offices have: UTF-8, UTF-16 with and without its mark, GB 18030."""

import codecs
from pathlib import Path

from lantai.services.extraction.bounds import MOST_BYTES, Collector, Nothing
from lantai.services.formats.text import looks_like_text

_MARKS = ((codecs.BOM_UTF8, 'utf-8-sig'), (codecs.BOM_UTF16_LE, 'utf-16'), (codecs.BOM_UTF16_BE, 'utf-16'))
#: what is looked at to tell the encoding
_SAMPLE = 64 * 1024


def is_text(head: bytes) -> bool:
    """Whether the beginning of a file reads as text."""
    return _encoding(head) is not None


def read(path: Path, collector: Collector) -> None:
    """Takes the text in, as far as it goes."""
    with path.open('rb') as stream:
        data = stream.read(MOST_BYTES)
    collector.add(decoded(data))


def decoded(data: bytes, claimed: str = '') -> str:
    """Text of bytes: by their mark, by what is claimed if it fits, else what they decode in."""
    if not data:
        return ''
    encoding = _encoding(data[:_SAMPLE], claimed)
    if encoding is None:
        raise Nothing('no-reader')
    return codecs.getincrementaldecoder(encoding)(errors='replace').decode(data)


def named(charset: str) -> str:
    """The codec of a name that others gave; empty for one that is not known. GB 2312 and GBK are parts of
    GB 18030, and files that claim the smaller ones use the larger."""
    charset = charset.strip().strip('"\'').lower()
    if charset.replace('_', '-') in ('gb2312', 'gb-2312', 'gbk', 'gb18030', 'x-gbk', 'cp936', 'hz-gb-2312'):
        return 'hz' if charset.startswith('hz') else 'gb18030'
    try:
        found = codecs.lookup(charset)
    except (LookupError, ValueError):
        return ''
    # codecs that turn bytes into bytes (zip, base64) are none of text, and one of them unpacks bombs
    return found.name if getattr(found, '_is_text_encoding', True) else ''


def _encoding(sample: bytes, claimed: str = '') -> str | None:
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    for encoding in filter(None, (named(claimed) if claimed else '', 'utf-8', 'gb18030')):
        if encoding == 'utf-8' and not claimed and not looks_like_text(sample, whole=False):
            break
        try:
            codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        return encoding
    return _unmarked_utf16(sample) or (named(claimed) or 'latin-1' if claimed else None)


def _unmarked_utf16(sample: bytes) -> str | None:
    """UTF-16 without a mark: half of its bytes are zero where it is Latin, its line ends always are."""
    even, odd = sample[::2], sample[1::2]
    for zeros, others, encoding in ((odd, even, 'utf-16-le'), (even, odd, 'utf-16-be')):
        if zeros.count(0) >= max(2, len(zeros) // 8) and not others.count(0):
            try:
                text = codecs.getincrementaldecoder(encoding)().decode(sample)
            except UnicodeDecodeError:
                continue
            if not any(ord(character) < 32 and character not in '\t\n\f\r' for character in text):
                return encoding
    return None
