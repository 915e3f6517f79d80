"""Identifiers: time-ordered, so that new ones lie side by side in a BTree."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_uid() -> str:
    """A new UUID of version 7 (RFC 9562) as text of 36 characters; ascending within a process."""
    global _last
    with _lock:
        # 12 bits of sub-millisecond time keep identifiers of one process in the order of their making
        ticks = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
        _last = ticks
    milliseconds, fraction = divmod(ticks, 4096)
    random = int.from_bytes(os.urandom(8), 'big') & (1 << 62) - 1
    value = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | random
    return str(uuid.UUID(int=value))
