"""Whether the log holds: one word for people, from the newest head and the last verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.features.verification.checks import signature_of
from lantai.features.verification.model import verifications_of
from lantai.services.act import Act
from lantai.services.eventlog.log import EventLog, Head, LogDamaged, event_log
from lantai.services.eventlog.sealer import head_note


@dataclass(frozen=True)
class Evidence:
    """`kind` is good, warn or bad; `word` says it; `last` is how the last verification ended, or None."""

    kind: str
    word: str
    head: Head | None
    waiting: int
    last: dict[str, Any] | None


def evidence(act: Act, damage: LogDamaged | None = None) -> Evidence:
    """The newest head checked now: its signature, its text, and the root of the tree as it lies there.
    `damage` is what a page just came upon.

    Whether every single event still is what was logged, only a verification tells.
    """
    log = event_log(act.repository)
    last = verifications_of(act.repository).last
    kind, word = ('bad', _('Damaged')) if damage is not None else _judge(act, log, last)
    return Evidence(kind, word, log.head, log.waiting, last)


def _judge(act: Act, log: EventLog, last: dict[str, Any] | None) -> tuple[str, str]:
    head = log.head
    if head is None:
        return 'warn', _('Nothing is sealed yet')
    try:
        signed = act.site.keys.verify(head.note.encode(), signature_of(head), log.keys)
        fits = head.root == log.root(head.size)
    except (KeyError, ValueError, IndexError):
        # A tile is missing or cut off.
        return 'bad', _('Damaged')
    except DomainError:
        return 'warn', _('Could not be checked')
    says = head.note == head_note(log.uid, head.size, head.root, head.time) and head.size == log.size
    if not (signed and fits and says):
        return 'bad', _('Damaged')
    if last is not None and not last['ok']:
        return 'bad', _('The last verification found problems')
    return 'good', _('Intact')
