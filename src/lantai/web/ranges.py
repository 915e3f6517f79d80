"""The `Range` header (RFC 9110 section 14): one range of bytes, or the whole."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r'bytes[ \t]*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)[ \t]*', re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ByteRange:
    """Bytes from `start` up to but not including `stop`."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start

    def content_range(self, size: int) -> str:
        return f'bytes {self.start}-{self.stop - 1}/{size}'


class Unsatisfiable(Exception):
    """The range lies beyond the end: answer 416 with `bytes */N`."""


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """The range asked for of `size` bytes; None means the whole (no header, an unreadable one, several).

    Several ranges are answered with the whole on purpose: no client of ours needs them, and a multipart
    answer of many overlapping ranges is a way to make a server work for nothing. Raises Unsatisfiable.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return None
    first, last = match.groups()
    if len(first) > 18 or len(last) > 18:
        first, last = first[:18], last[:18]
    if not first and not last:
        return None
    if not first:
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return ByteRange(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return ByteRange(int(first), min(size, int(last) + 1) if last else size)
