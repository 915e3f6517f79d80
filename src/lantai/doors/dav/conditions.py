"""The `If` header of RFC 4918 section 10.4: lock tokens and entity tags that must (not) be there.

Reading is separate from judging: the header is read once (anything unreadable is 400, never
ignored), and judged inside the transaction that writes, again at every retry. The conditions of
plain HTTP are in `web/conditional.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lantai.base.i18n import _
from lantai.web.conditional import BadHeader

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t]+) | (?P<open>\() | (?P<close>\)) | <(?P<url>[^<>\x00-\x20\x7f]+)>
    | \[(?P<etag>(?:W/)?"[^"\x00-\x1f\x7f]*")\] | (?P<not>not)(?![A-Za-z0-9])""",
    re.VERBOSE | re.IGNORECASE,
)
_ABSOLUTE = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:')
MAX_HEADER = 16 * 1024


@dataclass(frozen=True)
class Condition:
    """One state token or one entity tag, wanted or (`negated`) not wanted."""

    token: str | None = None
    etag: str | None = None
    negated: bool = False


@dataclass(frozen=True)
class ConditionList:
    """Conditions that must hold together, for the resource of the tag or (None) of the request."""

    resource: str | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class State:
    """What conditions are judged against: the entity tag (None when nothing is there) and the lock tokens."""

    etag: str | None = None
    tokens: frozenset[str] = frozenset()


def parse_if(header: str | None) -> tuple[ConditionList, ...]:
    """The lists of an `If` header; no header gives none. Raises BadHeader."""
    if header is None:
        return ()
    if len(header) > MAX_HEADER:
        raise BadHeader(_('The If header is too long'))
    reader = _Reader(header)
    lists: list[ConditionList] = []
    resource = None
    tagged = reader.peek() == 'url'
    while not reader.done:
        if reader.peek() == 'url' and tagged:
            resource = reader.take('url')
            if reader.peek() != 'open':
                raise reader.error()
        lists.append(ConditionList(resource, reader.conditions()))
    if not lists:
        raise reader.error()
    return tuple(lists)


class _Reader:
    def __init__(self, text: str):
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self.error()
            position = match.end()
            if match.lastgroup != 'space':
                self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
        self.index = 0

    @staticmethod
    def error() -> BadHeader:
        return BadHeader(_('The If header cannot be read'))

    @property
    def done(self) -> bool:
        return self.index >= len(self.tokens)

    def peek(self) -> str:
        return '' if self.done else self.tokens[self.index][0]

    def take(self, kind: str) -> str:
        if self.peek() != kind:
            raise self.error()
        self.index += 1
        return self.tokens[self.index - 1][1]

    def conditions(self) -> tuple[Condition, ...]:
        self.take('open')
        found = []
        while self.peek() != 'close':
            negated = self.peek() == 'not'
            if negated:
                self.take('not')
            if self.peek() == 'etag':
                found.append(Condition(etag=self.take('etag'), negated=negated))
            else:
                token = self.take('url')
                if not _ABSOLUTE.match(token):
                    raise self.error()
                found.append(Condition(token=token, negated=negated))
        self.take('close')
        if not found:
            raise self.error()
        return tuple(found)


def submitted_tokens(lists: tuple[ConditionList, ...]) -> frozenset[str]:
    """Every lock token that the header mentions: naming it is submitting it (RFC 4918 section 6.5)."""
    return frozenset(condition.token for one in lists for condition in one.conditions if condition.token)


def holds(lists: tuple[ConditionList, ...], state: Callable[[str | None], State]) -> bool:
    """Whether any list is true. `state` gives what is at a tag's address (None: the request's own)."""
    return not lists or any(_list_holds(one, state(one.resource)) for one in lists)


def _list_holds(one: ConditionList, state: State) -> bool:
    return all(_condition_holds(condition, state) != condition.negated for condition in one.conditions)


def _condition_holds(condition: Condition, state: State) -> bool:
    if condition.etag is not None:
        return condition.etag == state.etag
    return condition.token in state.tokens
