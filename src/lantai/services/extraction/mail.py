"""A mail: its headers, its text, and the names of what is attached."""

import email
import re
from email.header import decode_header
from email.message import Message
from pathlib import Path

from lantai.services.extraction import markup, plain
from lantai.services.extraction.bounds import MOST_UNPACKED, Collector

#: bytes of a mail that are read; what is attached lies mostly beyond and is not needed
_MOST = min(32 << 20, MOST_UNPACKED)
_HEADERS = ('subject', 'from', 'to', 'cc', 'date')
#: between two encoded words of one header
_BLANKS = re.compile(r'\?=\s+=\?')


def read(path: Path, collector: Collector) -> None:
    """Takes in who wrote what to whom, the text itself, and the names of the files that came along."""
    with path.open('rb') as stream:
        message = email.message_from_bytes(stream.read(_MOST))
    # as they came: asked for by name, bare bytes are replaced
    for name, value in message.raw_items():
        if name.lower() in _HEADERS:
            collector.add(header(value) + '\n')
    parts = [part for part in message.walk() if not part.is_multipart()]
    has_plain = any(_is_body(part, 'text/plain') for part in parts)
    for part in parts:
        collector.check()
        name = header(part.get_filename('') or '')
        if name:
            collector.add(f'{name}\n')
        elif _is_body(part, 'text/plain'):
            collector.add(plain.decoded(_payload(part), part.get_content_charset('')) + '\n')
        elif _is_body(part, 'text/html') and not has_plain:
            markup.take(_payload(part), collector, part.get_content_charset(''))


def _is_body(part: Message, media_type: str) -> bool:
    return part.get_content_type() == media_type and part.get_content_disposition() != 'attachment'


def _payload(part: Message) -> bytes:
    return part.get_payload(decode=True) or b''


def header(value: object) -> str:
    """A header as people read it: encoded words decoded, bare bytes in the encodings offices have."""
    text = str(value)
    pieces = decode_header(_BLANKS.sub('?==?', text)) if '=?' in text else [(text, None)]
    return ''.join(_piece(piece, charset) for piece, charset in pieces).strip()


def _piece(piece: str | bytes, charset: str | None) -> str:
    data = piece.encode('ascii', 'surrogateescape') if isinstance(piece, str) and _is_bare(piece) else piece
    if isinstance(data, str):
        return data
    return plain.decoded(data, charset or '') if data else ''


def _is_bare(text: str) -> bool:
    try:
        text.encode('ascii', 'surrogateescape')
    except UnicodeEncodeError:
        return False
    return not text.isascii()
