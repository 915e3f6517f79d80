"""PRONOM's signatures as opf-fido ships them, compiled once per process.

Fido's own `identify_file` prints, reads container parts without a bound and never ends on a file that
shrinks while it is read; so only its signature data, its precedence of formats and its translation of
container sequences are used here.
"""

import os
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from xml.etree import ElementTree

from fido import CONFIG_DIR
from fido.fido import Fido
from fido.versions import get_local_versions

#: bytes looked at from the start and from the end of a file, as PRONOM's offsets expect
WINDOW = 128 * 1024

#: Fido's additions to PRONOM that stand for one of its numbers
_STANDS_FOR = {'fido-fmt/189.word': 'fmt/412', 'fido-fmt/189.xl': 'fmt/214', 'fido-fmt/189.ppt': 'fmt/215'}


@dataclass(frozen=True)
class Entry:
    """A format of the registry with its compiled signatures: each a tuple of (position, pattern)."""

    puid: str
    name: str
    version: str
    media_type: str
    extensions: tuple[str, ...]
    signatures: tuple[tuple[tuple[str, re.Pattern], ...], ...]
    wins_over: frozenset[str]


@dataclass(frozen=True)
class Registry:
    """All formats, by number and by extension, and the signatures inside containers: (path, puid,
    pattern)."""

    version: str
    entries: dict[str, Entry]
    by_extension: dict[str, tuple[str, ...]]
    zip_parts: tuple[tuple[str, str, re.Pattern], ...]
    ole_parts: tuple[tuple[str, str, re.Pattern], ...]

    def match(self, head: bytes, tail: bytes) -> list[str]:
        """Return the numbers whose signatures fit, those that others win over removed."""
        found = [
            entry
            for entry in self.entries.values()
            if any(_fits(signature, head, tail) for signature in entry.signatures)
        ]
        beaten = frozenset().union(*(entry.wins_over for entry in found)) if found else frozenset()
        return [entry.puid for entry in found if entry.puid not in beaten]

    def signed(self, puid: str) -> bool:
        """Say whether the format can be told by its bytes at all."""
        return bool(self.entries[puid].signatures) or puid in self.in_containers

    @cached_property
    def in_containers(self) -> frozenset[str]:
        """The numbers that are told by what lies inside a ZIP or OLE2 file."""
        return frozenset(puid for _, puid, _ in (*self.zip_parts, *self.ole_parts))


def _fits(signature: tuple[tuple[str, re.Pattern], ...], head: bytes, tail: bytes) -> bool:
    for position, pattern in signature:
        if position == 'BOF':
            if not pattern.match(head):
                return False
        elif not pattern.search(tail if position == 'EOF' else head):
            return False
    return bool(signature)


@cache
def registry() -> Registry:
    """Load and compile the registry (about half a second; kept for the life of the process)."""
    versions = get_local_versions(CONFIG_DIR)
    source = Fido(quiet=True, format_files=[versions.pronom_signature, versions.fido_extension_signature])
    entries = {}
    for element in source.formats:
        entry = _entry(element)
        if entry.puid not in _STANDS_FOR:
            entries[entry.puid] = entry
    by_extension: dict[str, list[str]] = {}
    for entry in entries.values():
        for extension in entry.extensions:
            by_extension.setdefault(extension, []).append(entry.puid)
    containers = ElementTree.parse(os.path.join(CONFIG_DIR, versions.pronom_container_signature))
    return Registry(
        str(versions.pronom_version),
        entries,
        {key: tuple(each) for key, each in by_extension.items()},
        _parts(source, containers, 'ZIP', entries),
        _parts(source, containers, 'OLE2', entries),
    )


def registry_version() -> str:
    """Return the version of PRONOM's signature file, for reports."""
    return str(get_local_versions(CONFIG_DIR).pronom_version)


def _entry(element: ElementTree.Element) -> Entry:
    signatures = (_signature(each) for each in element.findall('signature'))
    return Entry(
        puid=element.findtext('puid'),
        name=(element.findtext('name') or '').strip(),
        version=(element.findtext('version') or '').strip(),
        media_type=(element.findtext('mime') or '').split(',')[0].strip(),
        extensions=tuple((each.text or '').lower() for each in element.findall('extension') if each.text),
        signatures=tuple(each for each in signatures if each),
        wins_over=frozenset(each.text for each in element.findall('has_priority_over')),
    )


def _signature(element: ElementTree.Element) -> tuple[tuple[str, re.Pattern], ...]:
    """Compile one signature; empty when a pattern of it cannot be used (an incomplete one would match
    anything)."""
    patterns = []
    for each in element.findall('pattern'):
        regex = each.findtext('regex')
        if not regex:
            return ()
        try:
            patterns.append((each.findtext('position'), re.compile(regex.encode('utf-8'))))
        except re.error:
            return ()
    return tuple(patterns)


def _parts(
    source: Fido, document: ElementTree.ElementTree, kind: str, entries: dict[str, Entry]
) -> tuple[tuple[str, str, re.Pattern], ...]:
    parts = []
    for path, by_puid in source.extract_signatures(document, signature_type=kind).items():
        for puid, found in by_puid.items():
            if puid in entries:
                parts.extend((path, puid, re.compile(each['signature'])) for each in found)
    return tuple(parts)


def read_ends(path: str | Path) -> tuple[bytes, bytes, int]:
    """Return the first and the last window of a file, and its size in bytes."""
    with open(path, 'rb') as stream:
        head = stream.read(WINDOW)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - WINDOW))
        return head, stream.read(WINDOW), size
