"""What is refused from its head, before a body comes in: more than the limit, more than there is room for.

The door would refuse the same, but only after the whole body was sent and spooled. Nothing is looked up here
(not even who asks), so nothing can be learned but the limits.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from waitress.utilities import Error

from lantai.app.spool import IN_MEMORY
from lantai.base.canonical import canonical_json
from lantai.base.errors import DomainError, OverQuota, TooLarge
from lantai.base.i18n import _
from lantai.doors.dav import refusals
from lantai.web.i18n import translate
from lantai.web.problem import status_of

#: bytes of the disk that a body must leave free, for the objects, the log and the index
MARGIN = 64 << 20
#: the languages of a sentence when nobody knows yet who will read it
_LANGUAGES = ('zh_CN', 'en')
_LENGTH = re.compile(r'[0-9]{1,18}')
_REASONS = {413: 'Content Too Large', 507: 'Insufficient Storage'}


@dataclass(frozen=True)
class Limits:
    """What a body may take: bytes of one file, bytes of one person (0: no limit), and where it is spooled."""

    folder: Path
    max_upload: int = 0
    quota: int = 0

    def check(self, headers: Mapping[str, str], length: int, coming: int) -> None:
        """Refuses a body of `length` bytes, `coming` of which are not here yet; raises TooLarge or OverQuota.

        `headers` are named as waitress names them. A form may carry several files, each of them below the
        limit, so only the disk counts for it.
        """
        if not headers.get('CONTENT_TYPE', '').lower().startswith('multipart/'):
            if self.max_upload and length > self.max_upload:
                raise TooLarge(_('The file has more than ${n} bytes', mapping={'n': self.max_upload}))
            if self.quota and length > self.quota:
                raise OverQuota()
        # what stays in memory is left to the commit, which has an answer of its own
        if length > IN_MEMORY and shutil.disk_usage(self.folder).free < coming + MARGIN:
            raise OverQuota()


def announced(headers: Mapping[str, str], content_length: int) -> int:
    """The length of the body as far as its sender tells (the Finder sends chunks and says how much comes)."""
    expected = headers.get('X_EXPECTED_ENTITY_LENGTH', '').strip()
    return max(content_length, int(expected) if _LENGTH.fullmatch(expected) else 0)


class Refusal(Error):
    """The answer in the words of the door at `path`: `DAV:error`, problem+json, or plain text."""

    def __init__(self, error: DomainError, path: str) -> None:
        super().__init__(str(error))
        self.error = error
        self.path = path
        self.code = status_of(error)
        self.reason = _REASONS.get(self.code, 'Refused')

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status line, header fields and body."""
        if self.path.startswith('/dav/'):
            kind, body = 'application/xml; charset=utf-8', refusals.body(self.error)
        elif self.path.startswith('/api/'):
            kind, body = 'application/problem+json', self._problem()
        else:
            kind, body = 'text/plain; charset=utf-8', f'{self._sentences()}\n'.encode()
        return f'{self.code} {self.reason}', [('Content-Type', kind)], body

    def _problem(self) -> bytes:
        return canonical_json(
            {
                'type': f'urn:lantai:{self.error.name}',
                'title': translate(self.error.title, 'en'),
                'status': self.code,
                'detail': self._sentences(),
            }
        )

    def _sentences(self) -> str:
        return ' '.join(translate(self.error.detail, language) for language in _LANGUAGES)
