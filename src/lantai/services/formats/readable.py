"""Can the file be opened and read through (内容数据的可读性检测)? One check per kind of content.

The kind is told by the bytes, never by the name. A kind nothing here can read is `not_applicable`, a file
that needs more than this machine has is `not_run`; neither is ever called passed.
"""

import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import olefile
import pypdf
from lxml import etree
from PIL import Image, UnidentifiedImageError

from lantai.services.formats.containers import OLE_MAGIC, ZIP_MAGIC
from lantai.services.formats.results import Verdict, failed, not_applicable, not_run, passed
from lantai.services.formats.signatures import read_ends
from lantai.services.formats.text import encoding_of_file, looks_like_text

_CHUNK = 1 << 20
#: bounds of what a package may unpack to: entries, bytes in all, and how many times its own size beyond 64
#: MiB
MAX_ENTRIES = 100_000
MAX_UNPACKED = 8 << 30
MAX_RATIO = 250
_RATIO_FROM = 64 << 20
#: pixels a picture may have to be decoded here (a sheet of A0 at 400 dpi has 250 million)
MAX_PIXELS = 300_000_000
_MAX_XML = 256 << 20

_PICTURES = {
    b'\x89PNG\r\n\x1a\n': ('PNG',),
    b'\xff\xd8\xff': ('JPEG', 'MPO'),
    b'GIF8': ('GIF',),
    b'BM': ('BMP', 'DIB'),
    b'II*\0': ('TIFF',),
    b'MM\0*': ('TIFF',),
    b'\0\0\0\x0cjP  ': ('JPEG2000',),
    b'\xff\x4f\xff\x51': ('JPEG2000',),
}
#: kinds every build of Pillow decodes: what it cannot identify among these is broken, not merely unknown
_ALWAYS = frozenset({'PNG', 'JPEG', 'GIF'})
_OPEN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def readable(path: str | Path) -> Verdict:
    """Read the file through and say whether that went well. Raises only OSError (no such file)."""
    head, _, size = read_ends(path)
    if not size:
        return failed('empty')
    check = _check_for(head, size)
    if check is None:
        return not_applicable('unknown-kind')
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            return check(Path(path))
    except FileNotFoundError:
        raise
    except MemoryError:
        return not_run('too-large')
    # Parsers raise whatever hostile bytes lead their arithmetic to (KeyError, RecursionError, struct.error
    # ...); whichever it is, the file could not be read, and that is the answer.
    except Exception as error:
        return failed('damaged', error=type(error).__name__)


def _check_for(head: bytes, size: int) -> Callable[[Path], Verdict] | None:
    if b'%PDF-' in head[:1024]:
        return _pdf
    if head.startswith(ZIP_MAGIC):
        return _package
    if head.startswith(OLE_MAGIC):
        return _ole
    if head[20:24] == b'jpm ':
        return None  # JPEG 2000 part 6 wraps several pictures; nothing here decodes it
    if any(head.startswith(magic) for magic in _PICTURES):
        return _picture
    if head.lstrip(b'\xef\xbb\xbf \t\r\n').startswith(b'<?xml'):
        return _xml
    if looks_like_text(head, whole=size == len(head)):
        return _text
    return None


def _pdf(path: Path) -> Verdict:
    with path.open('rb') as stream:
        document = pypdf.PdfReader(stream, strict=False)
        if document.is_encrypted:
            return failed('encrypted')
        pages = 0
        for page in document.pages:
            page.get_object()
            pages += 1
    return passed(pages=pages) if pages else failed('no-pages')


def _package(path: Path) -> Verdict:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            return failed('too-many-parts', parts=len(entries))
        if any(entry.flag_bits & 0x1 for entry in entries):
            return failed('encrypted')
        if any(entry.compress_type not in _OPEN_METHODS for entry in entries):
            return failed('closed-compression')
        limit = min(MAX_UNPACKED, max(_RATIO_FROM, path.stat().st_size * MAX_RATIO))
        unpacked = 0
        for entry in entries:
            with archive.open(entry) as part:
                while data := part.read(_CHUNK):
                    unpacked += len(data)
                    if unpacked > limit:
                        return failed('unpacks-too-far', bytes=unpacked)
    return passed(parts=len(entries)) if entries else failed('no-parts')


def _ole(path: Path) -> Verdict:
    with olefile.OleFileIO(str(path)) as document:
        streams = document.listdir(streams=True, storages=False)
        if any(name[-1] in ('EncryptedPackage', 'EncryptionInfo') for name in streams):
            return failed('encrypted')
        for name in streams:
            document.openstream(name).read()
    return passed(parts=len(streams)) if streams else failed('no-parts')


def _picture(path: Path) -> Verdict:
    with path.open('rb') as stream:
        head = stream.read(16)
    kinds = next(found for magic, found in _PICTURES.items() if head.startswith(magic))
    try:
        with Image.open(path, formats=kinds) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                return not_run('too-large', width=width, height=height)
            picture.verify()
        with Image.open(path, formats=kinds) as picture:
            frames = getattr(picture, 'n_frames', 1)
            picture.load()
    except UnidentifiedImageError:
        return failed('damaged') if _ALWAYS.issuperset(kinds[:1]) else not_run('no-decoder')
    except Image.DecompressionBombError:
        return not_run('too-large')
    except (NotImplementedError, KeyError):
        return not_run('no-decoder')
    except OSError as error:
        if 'not available' in str(error) or 'unsupported' in str(error).lower():
            return not_run('no-decoder')
        raise
    return passed(width=width, height=height, **({'pages': frames} if frames > 1 else {}))


def _xml(path: Path) -> Verdict:
    if path.stat().st_size > _MAX_XML:
        return not_run('too-large')
    try:
        for _, element in etree.iterparse(
            str(path),
            events=('end',),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        ):
            element.clear()
    except (etree.XMLSyntaxError, zlib.error) as error:
        return failed('not-well-formed', error=str(error)[:200])
    return passed()


def _text(path: Path) -> Verdict:
    encoding = encoding_of_file(path)
    return passed(encoding=encoding) if encoding else failed('not-decodable')
