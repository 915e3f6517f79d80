"""What no file gets more of: characters of text, bytes unpacked, seconds."""

import re
import time

#: raise it when texts are read better: those read the old way are made again
READER_VERSION = 1
#: characters kept of one file; what is beyond is not searched, and the page says so
LONGEST = 1 << 20
#: seconds of reading after which what was found so far is kept
SECONDS = 30.0
#: bytes of a file that is text itself
MOST_BYTES = 4 * LONGEST
#: bytes unpacked from a package, parts looked at
MOST_UNPACKED = 256 << 20
MOST_PARTS = 20_000

_UNWANTED = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
_SPACES = re.compile('[ \t\u00a0\u3000]+')
_LINES = re.compile(r'\s*\n\s*')


class Enough(Exception):
    """As much was read as is kept, or as time allows."""


class Unreadable(Exception):
    """The file cannot be read; `reason` is a stable code, see `words`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Nothing(Exception):
    """The file can be read and has no text, or is of a kind that nothing here reads."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Collector:
    """Takes text in until it is enough."""

    def __init__(self, longest: int = LONGEST, seconds: float = SECONDS) -> None:
        self._parts: list[str] = []
        self._left = longest
        self._until = time.monotonic() + seconds

    def add(self, text: str) -> None:
        """Takes a piece in. Raises Enough when there is no room or no time for more."""
        if text:
            self._parts.append(text[: self._left])
            self._left -= len(text)
        if self._left <= 0:
            raise Enough()
        self.check()

    def check(self) -> None:
        """Raises Enough when the time is over; for readers that go on without finding text."""
        if time.monotonic() > self._until:
            raise Enough()

    @property
    def text(self) -> str:
        """All that was taken in, without control characters and runs of blanks."""
        joined = _SPACES.sub(' ', _UNWANTED.sub('', ''.join(self._parts)))
        return _LINES.sub('\n', joined).strip()
