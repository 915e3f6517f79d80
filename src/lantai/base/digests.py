"""Digests of bytes, taken while they pass."""

import hashlib
import zlib
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives import hashes

CHUNK = 1 << 20


class _Adler32:
    def __init__(self) -> None:
        self._value = 1

    def update(self, data: bytes) -> None:
        self._value = zlib.adler32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, 'big')


_MAKERS = {
    'md5': lambda: hashlib.md5(usedforsecurity=False),
    'sha1': lambda: hashlib.sha1(usedforsecurity=False),
    'sha512': hashlib.sha512,
    'adler32': _Adler32,
}
#: algorithms that a sender may ask for beside SHA-256
ASKABLE = tuple(_MAKERS)


class Digester:
    """SHA-256, and what else was asked for, over bytes that pass once."""

    def __init__(self, algorithms: Iterable[str] = ()) -> None:
        self._sha256 = hashlib.sha256()
        self._others = {name: _MAKERS[name]() for name in algorithms if name != 'sha256'}

    def update(self, data: bytes) -> None:
        self._sha256.update(data)
        for other in self._others.values():
            other.update(data)

    def digests(self) -> dict[str, str]:
        """Hex digests by name; `sha256` is always among them."""
        result = {name: other.digest().hex() for name, other in self._others.items()}
        result['sha256'] = self._sha256.hexdigest()
        return result


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes in hex."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file in hex, read in pieces."""
    with path.open('rb') as stream:
        return hashlib.file_digest(stream, 'sha256').hexdigest()


def sm3_of_file(path: str | Path) -> str:
    """SM3 (GB/T 32905) of a file in hex. Slow: never inside a request."""
    digest = hashes.Hash(hashes.SM3())
    with open(path, 'rb') as stream:
        while data := stream.read(CHUNK):
            digest.update(data)
    return digest.finalize().hex()
