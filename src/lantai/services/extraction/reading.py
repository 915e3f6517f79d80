"""Which reader a file gets, told by its bytes first; and what came of it. Made to run in a child process."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lantai.services.extraction import mail, markup, packages, pdf, plain, rtf
from lantai.services.extraction.bounds import Collector, Enough, Nothing, Unreadable
from lantai.services.formats.containers import OLE_MAGIC, ZIP_MAGIC

Reader = Callable[[Path, Collector], None]

_HEAD = 64 * 1024
_MAIL_NAMES = ('eml', 'mht', 'mhtml')
_HTML_NAMES = ('html', 'htm', 'xhtml', 'shtml')
_HTML = re.compile(
    rb'(?i)\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)[\s>]', re.DOTALL
)
_MAIL = re.compile(
    rb'(?i)\A(?:(?:from|received|return-path|date|message-id|mime-version|subject|x-[a-z-]+):[^\n]*'
    rb'\r?\n(?:[ \t][^\n]*\r?\n)*){2,}'
)
_PICTURES = (
    b'\x89PNG',
    b'\xff\xd8\xff',
    b'GIF8',
    b'BM',
    b'II*\0',
    b'MM\0*',
    b'\0\0\0\x0cjP  ',
    b'\xff\x4f\xff\x51',
)


def extract(path: str, name: str) -> dict[str, Any]:
    """The text of the file at `path` that people call `name`: `{"state", "reason", "text", "cut"}`.

    `state` is done, nothing or failed. Raises OSError when there is no such file, MemoryError; nothing else.
    """
    collector = Collector()
    cut = False
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        try:
            _reader(Path(path), name)(Path(path), collector)
        except Enough:
            cut = True
        except Nothing as error:
            return _without('nothing', error.reason)
        except Unreadable as error:
            return _without('failed', error.reason)
        except (MemoryError, FileNotFoundError):
            raise
        # Readers raise whatever hostile bytes lead their arithmetic to (KeyError, RecursionError,
        # struct.error, zlib.error ...); whichever it is, the file could not be read, and that is the answer.
        except Exception:
            if not collector.text:
                return _without('failed', 'damaged')
            cut = True
    text = collector.text
    if not text:
        return _without('failed', 'too-slow') if cut else _without('nothing', 'no-text')
    return {'state': 'done', 'reason': '', 'text': text, 'cut': cut}


def _without(state: str, reason: str) -> dict[str, Any]:
    return {'state': state, 'reason': reason, 'text': '', 'cut': False}


def _reader(path: Path, name: str) -> Reader:
    with path.open('rb') as stream:
        head = stream.read(_HEAD)
    ending = name.rpartition('.')[2].lower()
    if not head:
        raise Nothing('empty')
    if b'%PDF-' in head[:1024]:
        return pdf.read
    if head.startswith(ZIP_MAGIC):
        return packages.read
    if head.startswith(OLE_MAGIC):
        return packages.read_ole
    if head.lstrip().startswith(b'{\\rtf'):
        return rtf.read
    if head.startswith(_PICTURES):
        raise Nothing('picture')
    if _HTML.match(head) or (ending in _HTML_NAMES and plain.is_text(head)):
        return markup.read
    if _MAIL.match(head) or (ending in _MAIL_NAMES and plain.is_text(head)):
        return mail.read
    if plain.is_text(head):
        return plain.read
    raise Nothing('no-reader')
