"""Format identification by PRONOM, and whether the name of a file contradicts what it is."""

import re
import tomllib
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from lantai.services.formats import containers
from lantai.services.formats.signatures import Registry, read_ends, registry
from lantai.services.formats.text import looks_like_text, marked_utf16

#: formats that only say what carries the content; a more special name does not contradict them by itself
_ZIP, _OOXML, _OLE, _XML = 'x-fmt/263', 'fmt/189', 'fmt/111', 'fmt/101'
_CARRIERS = frozenset({_ZIP, _OOXML, _OLE, _XML})

#: extensions of formats that are written in plain characters, whatever signatures PRONOM has for some
_TEXTUAL = frozenset(
    'txt text csv tsv md log json xml xhtml html htm svg eml mht mhtml rtf ini conf cfg toml yaml yml sql '
    'tex css js py sh bat c h java rdf ttl nt xsd xsl xslt opf ncx fb2 kml gml geojson dxf step stp p21 '
    'vcf ics srt po sha1 md5 sha256 warc'.split()
)

#: of formats with several endings, the one that people use
_USUAL = tuple('jpg tif html txt doc docx xls xlsx ppt pptx mp4 mpg xml eml zip'.split())

_PDF = re.compile(rb'%PDF-1\.\d|%PDF-2\.0')
#: where a PDF says in its XMP that it is PDF/A: as an attribute or as an element
_PDFA = re.compile(rb'pdfaid:part\s*(?:=\s*["\']|>)\s*(\d)')
_PDFA_LEVEL = re.compile(rb'pdfaid:conformance\s*(?:=\s*["\']|>)\s*([ABUabu])')
_PDFA_PUIDS = {
    b'1a': 'fmt/95',
    b'1b': 'fmt/354',
    b'2a': 'fmt/476',
    b'2b': 'fmt/477',
    b'2u': 'fmt/478',
    b'3a': 'fmt/479',
    b'3b': 'fmt/480',
    b'3u': 'fmt/481',
}
_PDF_PUIDS = frozenset(f'fmt/{number}' for number in range(14, 21)) | {'fmt/276', 'fmt/1129'}
#: XMP lies anywhere in a PDF; more than this is not looked through for it
_PDFA_LIMIT = 32 << 20

_RTF = re.compile(rb'\A\s*\{\\rtf\d?')
_MAIL = re.compile(rb'\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){2,}')
_MAIL_FIELD = re.compile(rb'(?im)^(from|received|date|message-id):')


@dataclass(frozen=True)
class Format:
    """A file format: PRONOM's number, its names, and whether an office may keep it for good."""

    puid: str
    name: str
    version: str
    media_type: str
    extensions: tuple[str, ...]
    archival: bool


@dataclass(frozen=True)
class Identification:
    """What a file is. `basis` says how that was found: signature, container, text, extension or nothing.

    `mismatch`: what the file is contradicts the extension it is named with.
    """

    format: Format | None
    basis: str
    extension: str
    mismatch: bool
    candidates: tuple[str, ...] = ()

    def as_dict(self) -> dict:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True)
class _Settings:
    archival: frozenset[str]
    same_as: dict[str, tuple[str, ...]]
    certain: frozenset[str]


@cache
def _settings() -> _Settings:
    values = tomllib.loads(files('lantai.config').joinpath('formats.toml').read_text('utf-8'))
    return _Settings(
        frozenset(puid for group in values['archival'].values() for puid in group),
        {key: tuple(each) for key, each in values['same_as'].items()},
        frozenset(values['certain']['extensions']),
    )


def identify(path: str | Path, name: str) -> Identification:
    """Say what the file at `path` is; `name` is the one people gave it. Raises only OSError (no such
    file)."""
    extension = extension_of(name)
    head, tail, size = read_ends(path)
    if not size:
        return Identification(None, 'nothing', extension, False)
    known = registry()
    # The mark of UTF-16 is also how a frame of MPEG sound may begin: text that reads as text is asked first.
    puids, basis = ([], '') if marked_utf16(head) else _by_content(path, head, tail, size, known)
    if puids:
        mismatch = _contradicts(puids, extension, known)
        best = _best(puids, extension, known)
        return Identification(_format(best, known), basis, extension, mismatch, tuple(puids))
    claimed = known.by_extension.get(extension, ())
    if looks_like_text(head, whole=len(head) == size):
        mismatch = bool(claimed) and extension not in _TEXTUAL
        best = _best(claimed, extension, known) if claimed and not mismatch else 'x-fmt/111'
        return Identification(_format(best, known), 'text', extension, mismatch, tuple(claimed))
    told_by_bytes = bool(claimed) and all(known.signed(puid) for puid in claimed)
    if extension in _TEXTUAL | _settings().certain or told_by_bytes:
        # The name claims what can be told by its bytes, and the bytes do not say so.
        return Identification(None, 'nothing', extension, True, tuple(claimed))
    if not claimed:
        return Identification(None, 'nothing', extension, False)
    unsigned = [puid for puid in claimed if not known.signed(puid)]
    return Identification(_format(unsigned[0], known), 'extension', extension, False, tuple(unsigned))


def extension_of(name: str) -> str:
    """Return the extension of a file name in lower case, without its dot; empty when it has none."""
    return Path(name).suffix.lstrip('.').lower()


def preferred_extension(extensions: tuple[str, ...] | list[str]) -> str:
    """Return the ending that people use of those a format has; empty when it has none."""
    return next((each for each in _USUAL if each in extensions), next(iter(extensions), ''))


def _by_content(
    path: str | Path, head: bytes, tail: bytes, size: int, known: Registry
) -> tuple[list[str], str]:
    inside = []
    if head.startswith(containers.ZIP_MAGIC):
        inside = containers.zip_formats(path, known)
    elif head.startswith(containers.OLE_MAGIC):
        inside = containers.ole_formats(path, known)
    found = known.match(head, tail)
    if inside:
        # Where both speak, what both say is the more exact (the version of an OpenDocument).
        return [puid for puid in inside if puid in found] or inside, 'container'
    if _RTF.match(head) and not any('rtf' in known.entries[puid].extensions for puid in found):
        found = ['fmt/355']
    elif not found and _MAIL.match(head) and _MAIL_FIELD.search(head[:8192]):
        found = ['fmt/278']
    if not found and _PDF.search(head[:1024]):
        found = ['fmt/276']
    if found and _PDF_PUIDS.issuperset(found) and (pdfa := _pdfa(path, size)):
        found = [pdfa]
    return found, 'signature'


def _pdfa(path: str | Path, size: int) -> str | None:
    with open(path, 'rb') as stream:
        data = stream.read(min(size, _PDFA_LIMIT))
    part, level = _PDFA.search(data), _PDFA_LEVEL.search(data)
    return _PDFA_PUIDS.get(part[1] + level[1].lower()) if part and level else None


def _contradicts(puids: list[str], extension: str, known: Registry) -> bool:
    if not extension:
        return False
    fitting = {extension, *_settings().same_as.get(extension, ())}
    formats = [_format(puid, known) for puid in puids]
    if any(fitting.intersection(each.extensions) for each in formats):
        return False
    if not any(each.extensions for each in formats) and not _CARRIERS.intersection(puids):
        return False
    if not _CARRIERS.issuperset(puids):
        return True
    claimed = known.by_extension.get(extension, ())
    if _XML in puids:
        return bool(claimed) and extension not in _TEXTUAL
    # A plain ZIP or OLE2 file under a name whose formats are told by what lies inside or by bytes of their
    # own.
    return (
        extension in _settings().certain
        or any(puid in known.in_containers for puid in claimed)
        or (bool(claimed) and all(known.signed(puid) for puid in claimed))
    )


def _best(puids: tuple[str, ...] | list[str], extension: str, known: Registry) -> str:
    """Prefer what the name says, then what may be archived, then what came first."""

    def rank(puid: str) -> tuple[bool, bool]:
        found = _format(puid, known)
        return extension not in found.extensions, not found.archival

    return min(puids, key=rank)


def _format(puid: str, known: Registry) -> Format:
    archival = puid in _settings().archival
    if puid == containers.OFD:
        return Format(puid, 'Open Fixed-layout Document', '', 'application/ofd', ('ofd',), archival)
    entry = known.entries[puid]
    extensions = entry.extensions
    found = Format(puid, entry.name, entry.version, entry.media_type, extensions, archival)
    if puid == _OOXML:
        return replace(found, media_type='application/zip')
    return found
