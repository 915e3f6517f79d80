"""Telling and reading plain text in the encodings offices have: UTF-8, UTF-16 with its mark, GB 18030."""

import codecs
from pathlib import Path

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})

ENCODINGS = ('utf-8', 'gb18030')
_CHUNK = 1 << 20


def looks_like_text(data: bytes, whole: bool = True) -> bool:
    """Say whether bytes read as text; without `whole` a character cut at the end is not held against
    them."""
    if data.startswith(_UTF16):
        return marked_utf16(data)
    if data.translate(None, _CONTROLS) != data:
        return False
    return any(_decodes(data, encoding, whole) for encoding in ENCODINGS)


def marked_utf16(data: bytes) -> bool:
    """Say whether bytes begin with the mark of UTF-16 and go on as text without control characters."""
    if not data.startswith(_UTF16):
        return False
    try:
        text = codecs.getincrementaldecoder('utf-16')().decode(data)
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in '\t\n\f\r' for character in text)


def encoding_of_file(path: str | Path) -> str | None:
    """Return the encoding the whole file decodes in, read in pieces; None when it is no text."""
    with open(path, 'rb') as stream:
        start = stream.read(2)
    candidates = ('utf-16',) if start in _UTF16 else ENCODINGS
    return next((encoding for encoding in candidates if _file_decodes(path, encoding)), None)


def _file_decodes(path: str | Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open(path, 'rb') as stream:
        try:
            while data := stream.read(_CHUNK):
                if encoding != 'utf-16' and b'\0' in data:
                    return False
                decoder.decode(data)
            decoder.decode(b'', final=True)
        except UnicodeDecodeError:
            return False
    return True


def _decodes(data: bytes, encoding: str, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
    except UnicodeDecodeError:
        return False
    return True
