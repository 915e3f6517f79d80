"""What goes into the package of a transfer, so that the receiver can check all of it without this program.

    data/<code>/<file>            the contents, as they were filed
    data/<code>/metadata.json     the description, retention, access, history
    data/<code>/manifest.json     what was signed at filing, byte for byte; manifest.sig.json its signature
    data/<code>/proof.json        the event of the filing and its inclusion proof (RFC 9162)
    data/catalogue.csv, .xml      the list
    log-head.txt, keys/*.pem      the signed head of the log, the public keys
"""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from lantai.base.clock import parse_rfc3339, rfc3339
from lantai.base.digests import sha256_hex
from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.cases.model import Case
from lantai.features.filing.manifest import manifest_of
from lantai.features.records.model import Item
from lantai.features.transfer import bag
from lantai.features.transfer.bag import Line
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import EventLog, event_log
from lantai.store.contents import ContentMissing

#: bytes of a file name that every file system takes
LONGEST_NAME = 240
COLUMNS = (
    'number', 'reference_code', 'title', 'author', 'date', 'document_number', 'year', 'retention_period',
    'classification', 'openness', 'files', 'bytes', 'uid', 'manifest_sha256',
)  # fmt: skip


def copy_items(act: Act, folder: Path, items: Iterable[Item]) -> tuple[list[Line], list[Condition]]:
    """Copies records into a bag; gives what was written, and what is wrong with each file not as filed."""
    lines: list[Line] = []
    wrong: list[Condition] = []
    for item in items:
        place = f'data/{folder_name(item)}'
        for component in item.components:
            try:
                with act.site.contents.open(component.content_key) as source:
                    line = bag.copy_in(folder, f'{place}/content/{stored_name(component.name)}', source)
            except ContentMissing:
                wrong.append(_damaged(component.path))
                continue
            if line.sha256 != component.sha256:
                wrong.append(_damaged(component.path))
            lines.append(line)
        lines += [bag.put_in(folder, f'{place}/{name}', data) for name, data in _about(act, item)]
    return lines, wrong


def _damaged(path: str) -> Condition:
    return Condition(
        'content-damaged', _('“${path}” is missing or not what was filed', mapping={'path': path}), 'items'
    )


def folder_name(item: Item) -> str:
    """The name of a record's folder: its code, which has no separators of paths."""
    return (item.reference_code or item.uid).replace('/', '_').replace('\\', '_')


def stored_name(name: str) -> str:
    """The name of a file in the package: its own, shortened where file systems would not take it."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition('.')
    if not dot or len(ending) > 10:
        stem, ending = name, ''
    mark = f'~{sha256_hex(name.encode())[:8]}{dot and ending and "." + ending}'
    room = LONGEST_NAME - len(mark.encode())
    return stem.encode()[:room].decode(errors='ignore') + mark


def _about(act: Act, item: Item) -> list[tuple[str, bytes]]:
    found = [('metadata.json', _json(description(item)))]
    signed = manifest_of(act.repository, item.uid)
    if signed is not None:
        found.append(('manifest.json', signed['text'].encode()))
        found.append(('manifest.sig.json', _json(signed['signature'])))
    found.append(('proof.json', _json(proof_of_filing(event_log(act.repository), item))))
    return found


def description(item: Item) -> dict[str, Any]:
    """Everything the receiver is told of a record, as plain values."""
    return {
        'uid': item.uid,
        'reference_code': item.reference_code,
        'fonds': item.fonds_code,
        'unit': item.unit,
        'path': item.path,
        'created': rfc3339(item.created),
        'creator': item.creator,
        'metadata': item.metadata,
        'access': item.access,
        'retention': item.retention,
        'transfer': item.transfer,
        'filing': item.filing,
        'history': list(item.history),
        'files': [
            {
                'name': component.name,
                'stored_as': f'content/{stored_name(component.name)}',
                'role': component.role,
                'size': component.size,
                'sha256': component.sha256,
                'sm3': component.sm3,
                'media_type': component.media_type,
                'format': component.format,
            }
            for component in item.components
        ],
    }


def proof_of_filing(log: EventLog, item: Item) -> dict[str, Any]:
    """The event of the filing, its inclusion in the newest signed head; `sealed` is false while it waits."""
    head = log.head
    index = _filing_event(log, item) if head is not None else None
    if head is None or index is None or index >= head.size:
        return {'sealed': False}
    return {
        'sealed': True,
        'index': index,
        'size': head.size,
        'root': head.root.hex(),
        'leaf': base64.b64encode(log.leaf(index)).decode('ascii'),
        'path': [step.hex() for step in log.inclusion(index, head.size)],
    }


def _filing_event(log: EventLog, item: Item) -> int | None:
    """The number of the last event that filed it. Only the day it was filed on is looked through."""
    filed = (item.filing or {}).get('time')
    if not filed:
        return None
    day = parse_rfc3339(filed).strftime('%Y-%m-%d')
    first, last = log.days.get(day, (0, -1))
    found = None
    needle = item.uid.encode()
    for entry in log.iterate(first, min(last + 1, log.size)):
        if needle in entry.leaf and entry.event['act'] == Event.FILING and entry.event['object'] == item.uid:
            found = entry.index
    return found


def catalogue_rows(items: Sequence[Item]) -> list[dict[str, str]]:
    """The list of the package, all values as text."""
    rows = []
    for number, item in enumerate(items, 1):
        said = item.metadata
        values = {
            'number': number,
            'reference_code': item.reference_code,
            'title': item.title,
            'author': said.get('author'),
            'date': said.get('date'),
            'document_number': said.get('document_number'),
            'year': said.get('year'),
            'retention_period': (item.retention or {}).get('period'),
            'classification': item.access.get('classification'),
            'openness': item.access.get('openness'),
            'files': item.count(),
            'bytes': sum(component.size for component in item.components),
            'uid': item.uid,
            'manifest_sha256': (item.filing or {}).get('manifest'),
        }
        rows.append({name: '' if values[name] is None else str(values[name]) for name in COLUMNS})
    return rows


def catalogue_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read it. What begins as a formula is quoted."""
    out = io.StringIO(newline='')
    writer = csv.DictWriter(out, COLUMNS, lineterminator='\r\n')
    writer.writeheader()
    writer.writerows({name: _no_formula(text) for name, text in row.items()} for row in rows)
    return b'\xef\xbb\xbf' + out.getvalue().encode()


def _no_formula(text: str) -> str:
    return "'" + text if text[:1] in ('=', '+', '-', '@', '\t') else text


def catalogue_xml(rows: Sequence[dict[str, str]], case: Case) -> bytes:
    """The same as XML."""
    root = etree.Element('transfer', case=case.uid, fonds=case.fonds_code)
    for row in rows:
        item = etree.SubElement(root, 'item')
        for name, text in row.items():
            etree.SubElement(item, name).text = ''.join(c for c in text if c >= ' ' or c in '\t\n')
    return etree.tostring(root, xml_declaration=True, encoding='UTF-8', pretty_print=True)


def close(act: Act, case: Case, folder: Path, items: Sequence[Item], lines: list[Line]) -> dict[str, Any]:
    """Writes the catalogues, the evidence and the manifests; gives what the case notes of its package."""
    rows = catalogue_rows(items)
    lines = [
        *lines,
        bag.put_in(folder, 'data/catalogue.csv', catalogue_csv(rows)),
        bag.put_in(folder, 'data/catalogue.xml', catalogue_xml(rows, case)),
    ]
    tags = [line.path for line in _evidence(act, folder)]
    now = rfc3339(act.clock.now())
    info = {
        'Source-Organization': f'{case.fonds_code} {case.__parent__.title}',
        'External-Identifier': case.uid,
        'External-Description': case.title,
        'Bagging-Date': act.clock.today().isoformat(),
        'Internal-Sender-Identifier': case.list_root(),
    }
    manifest = bag.close(folder, lines, info, tags)
    return {
        'items': len(items),
        'files': sum(item.count() for item in items),
        'bytes': sum(component.size for item in items for component in item.components),
        'manifest': manifest,
        'made': now,
    }


def _evidence(act: Act, folder: Path) -> list[Line]:
    log = event_log(act.repository)
    found = []
    head = log.head
    if head is not None:
        found.append(bag.put_in(folder, 'log-head.txt', head.note.encode()))
        signature = {
            'algorithm': head.algorithm,
            'key_id': head.key_id,
            'value': base64.b64encode(head.signature).decode('ascii'),
        }
        found.append(bag.put_in(folder, 'log-head.sig.json', _json(signature)))
    for key_id in act.site.keys.key_ids():
        pem = act.site.keys.public_pem(key_id).encode()
        found.append(bag.put_in(folder, f'keys/{key_id}.pem', pem))
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()
