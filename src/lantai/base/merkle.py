"""Merkle tree arithmetic of RFC 9162 section 2.1, with SHA-256.

Everything here is a pure function over a *hash getter*: ``get(level, index)`` answers the hash of the
complete subtree that covers the leaves ``index * 2**level`` up to ``(index + 1) * 2**level``. Level 0 are
the leaf hashes. Whoever stores the tree decides how: a list in memory (:func:`getter_over`), or the tiles
of the event log.

The verifying functions take what a stranger hands them: whatever is wrong with a proof they answer
``False`` and never raise, so that "false" cannot be mistaken for "could not check".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b'').digest()

HashGetter = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): the hash of one entry."""
    return hashlib.sha256(b'\x00' + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): the hash of an inner node."""
    return hashlib.sha256(b'\x01' + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root of a complete subtree from the hashes of its parts; their number is a power of two."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError('a complete subtree has 1, 2, 4, 8 ... parts')
    while len(hashes) > 1:
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def getter_over(leaf_hashes: Sequence[bytes]) -> HashGetter:
    """Hash getter over leaf hashes held in memory (short lists: a case, a batch, a test)."""
    return lambda level, index: fold(leaf_hashes[index << level : (index + 1) << level])


def root_of(entries: Iterable[bytes]) -> bytes:
    """Root over entries held in memory."""
    hashes = [leaf_hash(entry) for entry in entries]
    return root(getter_over(hashes), len(hashes))


def root(get: HashGetter, size: int) -> bytes:
    """Root of the first ``size`` entries. ValueError when ``size`` is negative."""
    if size < 0:
        raise ValueError('size is negative')
    return _range_root(get, 0, size) if size else EMPTY_ROOT


def inclusion(get: HashGetter, index: int, size: int) -> list[bytes]:
    """Audit path of entry ``index`` in the tree of ``size`` entries, from the leaf upwards.

    ValueError unless ``0 <= index < size``.
    """
    if not 0 <= index < size:
        raise ValueError('index is outside the tree')
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(get, middle, end))
            end = middle
        else:
            path.append(_range_root(get, start, middle))
            start = middle
    path.reverse()
    return path


def consistency(get: HashGetter, old: int, new: int) -> list[bytes]:
    """Proof that the tree of ``old`` entries is a prefix of the one of ``new`` entries.

    Empty when there is nothing to prove (``old`` is 0 or equals ``new``).
    ValueError unless ``0 <= old <= new``.
    """
    if not 0 <= old <= new:
        raise ValueError('sizes are out of order')
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, known = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(get, middle, end))
            end = middle
        else:
            path.append(_range_root(get, start, middle))
            start, known = middle, False
    if not known:
        path.append(_range_root(get, start, end))
    path.reverse()
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether ``path`` proves that the entry with hash ``leaf`` is number ``index`` below ``root``."""
    if not 0 <= index < size or not _hashes([leaf, root, *path]):
        return False
    position, last, digest = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            digest = node_hash(sibling, digest)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(digest, root)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` proves that ``old_root`` (of ``old`` entries) is a prefix of ``new_root``."""
    if not 0 <= old <= new or not _hashes([old_root, new_root, *path]):
        return False
    if old == 0:
        # The empty tree is a prefix of every tree; its root is known.
        return not path and hmac.compare_digest(old_root, EMPTY_ROOT) and (new > 0 or old_root == new_root)
    if old == new:
        return not path and hmac.compare_digest(old_root, new_root)
    proof = list(path)
    if not old & (old - 1):
        proof.insert(0, old_root)
    if not proof:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    from_old = from_new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            from_old = node_hash(sibling, from_old)
            from_new = node_hash(sibling, from_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            from_new = node_hash(from_new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(from_old, old_root) and hmac.compare_digest(from_new, new_root)


def _range_root(get: HashGetter, start: int, end: int) -> bytes:
    """Root over the entries from ``start`` to ``end``; ``start`` is aligned as the RFC's splits leave it."""
    digests: list[bytes] = []
    while start < end:
        width = end - start
        level = width.bit_length() - 1
        digests.append(get(level, start >> level))
        start += 1 << level
    digest = digests.pop()
    while digests:
        digest = node_hash(digests.pop(), digest)
    return digest


def _split(width: int) -> int:
    """The largest power of two that is smaller than ``width`` (which is at least 2)."""
    return 1 << ((width - 1).bit_length() - 1)


def _hashes(values: Iterable[bytes]) -> bool:
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
