"""Conditions of plain HTTP (RFC 9110 section 13), for every door: read once, judged where it counts.

For a write that is inside the committing transaction, again at every retry.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lantai.base.errors import Malformed, Stale
from lantai.base.i18n import _

_ETAG_LIST = re.compile(r'[ \t]*(?:((?:W/)?"[^"\x00-\x20\x7f]*")[ \t]*)?(?:,|$)')


class BadHeader(Malformed):
    name = 'bad-header'
    title = _('A header of the request cannot be understood')


class PreconditionFailed(Stale):
    name = 'precondition-failed'
    title = _('A condition of the request does not hold')


@dataclass(frozen=True)
class Preconditions:
    """`If-Match`, `If-None-Match`, `If-Unmodified-Since`, `If-Modified-Since` of a request, read."""

    if_match: tuple[str, ...] | None = None
    if_none_match: tuple[str, ...] | None = None
    unmodified_since: datetime | None = None
    modified_since: datetime | None = None

    def check(self, etag: str | None, modified: datetime | None) -> None:
        """Refuse a write (PreconditionFailed) on what has this tag and time; None: nothing is there."""
        if self.if_match is not None:
            if etag is None or not ('*' in self.if_match or etag in self.if_match):
                raise PreconditionFailed(_('It has been changed since, or is not there'))
        elif self.unmodified_since is not None and modified is not None:
            if modified.replace(microsecond=0) > self.unmodified_since:
                raise PreconditionFailed(_('It has been changed since'))
        if self.if_none_match is not None and self._same(etag):
            raise PreconditionFailed(_('Something of that name is there already'))

    def for_reading(self, etag: str, modified: datetime | None) -> None:
        """Refuse a read (PreconditionFailed) that wants exactly one version; 304 is `unchanged`'s."""
        Preconditions(self.if_match, None, self.unmodified_since).check(etag, modified)

    def unchanged(self, etag: str, modified: datetime | None) -> bool:
        """Whether a read may be answered with 304."""
        if self.if_none_match is not None:
            return self._same(etag)
        return (
            self.modified_since is not None
            and modified is not None
            and modified.replace(microsecond=0) <= self.modified_since
        )

    def _same(self, etag: str | None) -> bool:
        if etag is None:
            return False
        return '*' in self.if_none_match or etag in {tag.removeprefix('W/') for tag in self.if_none_match}


def parse_preconditions(headers: Mapping[str, str]) -> Preconditions:
    """Read them from a mapping of headers. Unreadable entity tags are 400; unreadable dates are ignored."""
    return Preconditions(
        parse_etags(headers.get('If-Match')),
        parse_etags(headers.get('If-None-Match')),
        parse_date(headers.get('If-Unmodified-Since')),
        parse_date(headers.get('If-Modified-Since')),
    )


def parse_etags(header: str | None) -> tuple[str, ...] | None:
    """The tags of If-Match or If-None-Match, `('*',)` for any; None without the header. Raises BadHeader."""
    if header is None:
        return None
    header = header.strip()
    if header == '*':
        return ('*',)
    tags, position = [], 0
    while position < len(header):
        match = _ETAG_LIST.match(header, position)
        if match is None:
            raise BadHeader(_('An entity tag cannot be read'))
        if match.group(1):
            tags.append(match.group(1))
        position = match.end()
    if not tags:
        raise BadHeader(_('An entity tag cannot be read'))
    return tuple(tags)


def parse_date(header: str | None) -> datetime | None:
    """A date of a condition in UTC; None for one that cannot be read, which RFC 9110 says to ignore."""
    if not header:
        return None
    try:
        value = parsedate_to_datetime(header)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
