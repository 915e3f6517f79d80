"""The search after an erasure: every store of the data folder, for every piece that was taken down."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Set
from functools import partial
from pathlib import Path
from typing import Any

from lantai.base.canonical import canonical_json
from lantai.base.clock import rfc3339
from lantai.features.destruction.model import DESTROYED
from lantai.features.destruction.traces import file_of, pieces_of
from lantai.features.records.model import Component
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.search.errors import IndexUnavailable
from lantai.services.site import Site
from lantai.store.storage import is_local

#: files or objects looked at before the object cache is trimmed
_STRETCH = 2000
#: bytes read at once
CHUNK = 4 << 20


def search(site: Site, case_id: str, uids: list[str], digests: Set[str]) -> dict[str, Any]:
    """Looks for the erased, components by uid, in every store of the data folder.

    `stores`: for each, how many files were read and where something was found; `unreached`: what lies
    outside our hands. `clean` when nothing was found. Files of other records are not read for it: two
    records may hold the same words; those with the very same bytes are named.
    """
    pieces = pieces_of(site, case_id)
    stores = {
        'contents': _named(site, uids),
        'index': _in_index(site, uids),
        **_in_files(site, file_of(site, case_id), pieces),
    }
    return {
        'searched': rfc3339(site.clock.now()),
        'pieces': len(pieces),
        'stores': stores,
        'same_bytes': _same_bytes(site, digests),
        'unreached': _unreached(site),
        'clean': not any(store['found'] for store in stores.values()),
    }


def _named(site: Site, uids: list[str]) -> dict[str, Any]:
    return {'files': len(uids), 'found': [uid for uid in uids if site.contents.everything_of(uid)]}


def _in_index(site: Site, uids: list[str]) -> dict[str, Any]:
    found = []
    try:
        with site.index.reading() as connection:
            for uid in uids:
                for table in ('passages', 'wanting'):
                    # a key begins with the component's uid and a point, the character before a slash
                    row = connection.execute(
                        f'SELECT 1 FROM {table} WHERE key >= ? AND key < ?', (f'{uid}.', f'{uid}/')
                    )
                    if row.fetchone():
                        found.append(f'{table}: {uid}')
    except IndexUnavailable:
        # broken just now: it will be built from what is there
        return {'files': 0, 'found': []}
    return {'files': 1, 'found': found}


def _in_files(site: Site, own: Path, pieces: list[bytes]) -> dict[str, dict[str, Any]]:
    folder = site.folder
    stores: dict[str, dict[str, Any]] = {}
    hits: list[tuple[dict[str, Any], str, set[bytes]]] = []
    with site.reading() as act:
        living = partial(_is_living, site, act)
        for number, path in enumerate(_files(folder.path)):
            if number % _STRETCH == 0:
                act.repository._p_jar.cacheGC()
            if path == own or folder.keys in path.parents:
                continue
            place = path.relative_to(folder.path).as_posix()
            store = stores.setdefault(f'files:{place.partition("/")[0]}', {'files': 0, 'found': []})
            store['files'] += 1
            if not living(path) and (found := set(_pieces_in(path, pieces))):
                hits.append((store, place, found))
        left = set().union(*(found for _store, _place, found in hits))
        left -= _of_others(site, act, left, living)
    for store, place, found in hits:
        if found & left:
            store['found'].append(place)
    return stores


def _files(folder: Path) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder):
        yield from (path for name in names if (path := Path(place, name)).is_file())


def _is_living(site: Site, act: Act, path: Path) -> bool:
    """Whether a file is the content, the text or a preview of a record that was not destroyed."""
    folder = site.folder
    kept = {folder.contents, folder.texts, folder.previews} & {*path.parents}
    if not kept or folder.incoming in path.parents:
        return False
    component = act.repository.by_uid(path.name.partition('.')[0])
    if not isinstance(component, Component) or component.item.state == DESTROYED:
        return False
    return site.contents.texts.key_of(path) == component.content_key


def _of_others(site: Site, act: Act, pieces: Set[bytes], living: Callable[[Path], bool]) -> set[bytes]:
    """Those of the pieces that living records have too, in a content, a text or a description: they give
    nothing away. Asked only when something was found, for it reads everything."""
    shared: set[bytes] = set()
    if not pieces:
        return shared
    for root in (site.folder.contents, site.folder.texts):
        for path in _files(root):
            if pieces - shared and living(path):
                shared.update(_pieces_in(path, pieces - shared))
    if pieces - shared:
        for number, node in enumerate(act.repository.objects.values()):
            if number % _STRETCH == 0:
                act.repository._p_jar.cacheGC()
            said = canonical_json([node.title, node.name, getattr(node, 'metadata', {})])
            shared.update(piece for piece in pieces if piece in said)
    return shared


def _pieces_in(path: Path, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces that a file has; one that is removed meanwhile has none."""
    wanted = sorted(pieces, key=len, reverse=True)
    if not wanted:
        return
    pattern = re.compile(b'|'.join(map(re.escape, wanted)))
    overlap = len(wanted[0])
    try:
        with path.open('rb') as stream:
            before = b''
            while chunk := stream.read(CHUNK):
                for match in pattern.finditer(before + chunk):
                    yield match[0]
                before = chunk[-overlap:]
    except (FileNotFoundError, PermissionError):
        return


def _same_bytes(site: Site, digests: Set[str]) -> list[str]:
    """Uids of other records' files with the very same bytes: records of their own, which nobody condemned."""
    found = []
    with site.reading() as act:
        for number, (uid, node) in enumerate(act.repository.objects.items()):
            if number % _STRETCH == 0:
                act.repository._p_jar.cacheGC()
            if getattr(node, 'sha256', '') in digests and node.type == 'component':
                if node.item.state != 'destroyed':
                    found.append(uid)
    return found


def _unreached(site: Site) -> dict[str, Any]:
    """Earlier backups, by what the log says of them; and a database that lies elsewhere."""
    backups = []
    marker = json.dumps(Event.BACKUP.value).encode()
    with site.reading() as act:
        for entry in event_log(act.repository).iterate():
            if marker in entry.leaf and entry.event.get('act') == Event.BACKUP:
                backups.append(entry.event['time'])
    return {
        'backups': backups,
        'until': rfc3339(site.clock.now()),
        'database_elsewhere': not is_local(site.settings.storage),
    }
