"""What is taken down of contents before they are erased, to be searched for afterwards; and what is removed.

The pieces of contents to search for lie in one file of their own while a destruction goes on, never in the
object database; the file goes when the search is over.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

from lantai.base.canonical import canonical_json
from lantai.base.digests import sha256_of_file
from lantai.features.records.model import Item
from lantai.services.site import Site
from lantai.store.flushing import flush

#: bytes of a piece, pieces of each file and of each text, pieces searched for in all
PIECE, PIECES, MOST = 24, 4, 400
#: characters of a piece of text
WORDS = 10
#: an upload that has not grown for so many seconds is nobody's any more
UPLOAD_AGE = 300.0


def file_of(site: Site, case_id: str) -> Path:
    """Where the pieces of a destruction lie while it goes on."""
    return site.folder.scratch / f'destruction-{case_id}.pieces'


def take_down(site: Site, case_id: str, item: Item) -> None:
    """Notes pieces of every content of a record that is about to be erased."""
    description = canonical_json(
        {'title': item.title, 'metadata': item.metadata, 'names': [each.name for each in item.components]}
    )
    path = file_of(site, case_id)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, 'w', encoding='ascii') as out:
        for component in item.components:
            if component.version == 0:
                continue
            pieces = [
                *_pieces_of_bytes(site.contents.path(component.content_key)),
                *_pieces_of_text(site.contents.texts.read(component.content_key)),
            ]
            # what stands in the description stays, and is no trace
            kept = [piece.hex() for piece in pieces if piece not in description]
            out.write(json.dumps(kept) + '\n')


def _pieces_of_bytes(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open('rb') as content:
        for number in range(PIECES):
            content.seek(max(0, (size - PIECE) * number // max(PIECES - 1, 1)))
            piece = content.read(PIECE)
            # fewer different bytes are found everywhere
            if len(set(piece)) >= PIECE // 3:
                yield piece


def _pieces_of_text(text: str) -> Iterator[bytes]:
    for number in range(PIECES):
        start = max(0, (len(text) - WORDS) * number // max(PIECES - 1, 1))
        piece = text[start : start + WORDS].strip().encode()
        if len(set(piece)) >= WORDS // 2:
            yield piece


def pieces_of(site: Site, case_id: str) -> list[bytes]:
    """What was taken down, evenly thinned to the number that is searched for."""
    try:
        lines = file_of(site, case_id).read_text('ascii').splitlines()
    except FileNotFoundError:
        return []
    found: dict[bytes, None] = {}
    for line in lines:
        try:
            found.update((bytes.fromhex(piece), None) for piece in json.loads(line))
        except ValueError:
            continue  # the last line of a process that was killed; its records are taken down again
    pieces = list(found)
    step = max(1, -(-len(pieces) // MOST))
    return pieces[::step]


def forget(site: Site, case_id: str) -> None:
    """Removes what was taken down."""
    file_of(site, case_id).unlink(missing_ok=True)
    flush(site.folder.scratch)


def remove_files(site: Site, uid: str) -> int:
    """Removes every file of a component that is still there; gives their number."""
    left = site.contents.everything_of(uid)
    for path in left:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in left}:
        flush(folder)
    return len(left)


def remove_uploads(site: Site, sizes: Mapping[int, Set[str]]) -> int:
    """Removes temporary files of uploads that hold the same bytes and that nobody is writing to."""
    removed, limit = 0, time.time() - UPLOAD_AGE
    for path in site.contents.incoming.iterdir():
        try:
            about = path.stat()
            if about.st_mtime < limit and sha256_of_file(path) in sizes.get(about.st_size, ()):
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # taken in or given up meanwhile
    return removed
