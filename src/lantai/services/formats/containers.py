"""Looking inside ZIP and OLE2 files, with bounds: a part may claim any size and unpack to any size."""

import zipfile
from pathlib import Path

import olefile

from lantai.services.formats.signatures import Registry

ZIP_MAGIC = (b'PK\x03\x04', b'PK\x05\x06')
OLE_MAGIC = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'

#: bytes of a part that signatures are looked for in (PRONOM's offsets end at 32 KiB)
_PART = 64 * 1024
_MAX_PARTS = 100_000

#: the stream at the top that says which program's document it is, when no signature inside fits: those of
#: objects embedded in a document (a table in slides) lie deeper and must not decide
_OLE_MAIN = {
    'PowerPoint Document': 'fmt/126',
    'PP40': 'x-fmt/88',
    'WordDocument': 'fmt/40',
    'Workbook': 'fmt/61',
    'Book': 'fmt/59',
}

OFD = 'lantai-fmt/ofd'
_OFD_ENTRY = 'OFD.xml'


def zip_formats(path: str | Path, registry: Registry) -> list[str]:
    """Return the formats whose container signature fits a ZIP file; empty when it is a plain or broken
    one."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {info.filename: info for info in archive.infolist()[:_MAX_PARTS]}
            if _OFD_ENTRY in names and b'OFD' in _start_of(archive, names[_OFD_ENTRY]):
                return [OFD]
            return _matching(
                registry.zip_parts, lambda part: _start_of(archive, names[part]) if part in names else None
            )
    # What the zip module raises on hostile input is an open list: BadZipFile, RuntimeError,
    # NotImplementedError, UnicodeDecodeError, struct and zlib errors, OverflowError. Any of them means:
    # nothing recognised inside.
    except Exception:
        return []


def ole_formats(path: str | Path, registry: Registry) -> list[str]:
    """Return the formats whose container signature fits an OLE2 file; empty when none does."""
    try:
        with olefile.OleFileIO(str(path)) as document:
            streams = {}
            for parts in document.listdir():
                name = '/'.join(parts)
                # PRONOM leaves out the control character that begins some names, as in \x01CompObj
                streams[name] = streams[name.lstrip('\x01\x02\x03\x05')] = name
            found = _matching(
                registry.ole_parts,
                lambda part: document.openstream(streams[part]).read(_PART) if part in streams else None,
            )
            return found or [puid for name, puid in _OLE_MAIN.items() if name in streams][:1]
    # olefile raises whatever its arithmetic on hostile numbers runs into; as above.
    except Exception:
        return []


def _start_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as part:
        return part.read(_PART)


def _matching(parts, read) -> list[str]:
    contents: dict[str, bytes | None] = {}
    found = []
    for part, puid, pattern in parts:
        if part not in contents:
            contents[part] = read(part)
        data = contents[part]
        if data is not None and puid not in found and pattern.search(data):
            found.append(puid)
    return found
