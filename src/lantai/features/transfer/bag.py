"""A BagIt 1.0 bag (RFC 8493) written file by file, digested while it is written. Knows nothing of records."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lantai.base.digests import CHUNK, Digester, sha256_hex, sha256_of_file

DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'


@dataclass(frozen=True)
class Line:
    """One file of the payload: its path in the bag, SHA-256 in hex, size in bytes."""

    path: str
    sha256: str
    size: int

    def as_list(self) -> list:
        """For JSON."""
        return [self.path, self.sha256, self.size]


def copy_in(folder: Path, path: str, source: IO[bytes]) -> Line:
    """Copies a stream to `path` below the bag, durable, and gives what was written."""
    target = _place(folder, path)
    digester, size = Digester(), 0
    with target.open('wb') as out:
        while chunk := source.read(CHUNK):
            digester.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Line(path, digester.digests()['sha256'], size)


def put_in(folder: Path, path: str, data: bytes) -> Line:
    """Writes a small file of the payload."""
    _place(folder, path).write_bytes(data)
    return Line(path, sha256_hex(data), len(data))


def _place(folder: Path, path: str) -> Path:
    target = folder.joinpath(*path.split('/'))
    if folder not in target.resolve().parents:
        raise ValueError('a path leads out of the bag')
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target


def close(folder: Path, lines: Iterable[Line], info: Mapping[str, str], tags: Iterable[str] = ()) -> str:
    """Writes declaration, bag-info, manifest and tag manifest; gives the SHA-256 of the manifest.

    `tags` are further tag files that lie in the bag already.
    """
    lines = sorted(lines, key=lambda line: line.path)
    total = sum(line.size for line in lines)
    info = {**info, 'Payload-Oxum': f'{total}.{len(lines)}', 'Bag-Size': f'{total} bytes'}
    manifest = ''.join(f'{line.sha256}  {encoded(line.path)}\n' for line in lines)
    written = {
        'bagit.txt': DECLARATION,
        'bag-info.txt': ''.join(f'{name}: {_one_line(value)}\n' for name, value in info.items()),
        'manifest-sha256.txt': manifest,
    }
    for name, text in written.items():
        (folder / name).write_bytes(text.encode())
    listed = sorted({*written, *tags})
    tag_manifest = ''.join(f'{sha256_of_file(folder / name)}  {encoded(name)}\n' for name in listed)
    (folder / 'tagmanifest-sha256.txt').write_bytes(tag_manifest.encode())
    return sha256_hex(manifest.encode())


def encoded(path: str) -> str:
    """A path as manifests have it: line ends and the percent sign written out."""
    return path.replace('%', '%25').replace('\r', '%0D').replace('\n', '%0A')


def _one_line(text: str) -> str:
    return ' '.join(str(text).split())
