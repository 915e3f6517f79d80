"""What a verification found, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold: a stable code, the object, and plain English for a report.

    `path` is that of the tree, or `log#<number>` for an event of the log.
    """

    code: str
    path: str
    uid: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """As in the contract."""
        return {'code': self.code, 'path': self.path, 'uid': self.uid, 'detail': self.detail}


@dataclass
class Report:
    """What was looked at, by kind, and everything that is wrong."""

    checked: dict[str, int] = field(
        default_factory=lambda: {'nodes': 0, 'contents': 0, 'bytes': 0, 'filed': 0, 'events': 0, 'heads': 0}
    )
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems

    def count(self, what: str, n: int = 1) -> None:
        """Counts what was looked at."""
        self.checked[what] += n

    def as_json(self) -> dict[str, Any]:
        """As in the contract: `{"ok", "checked", "problems"}`."""
        return {
            'ok': self.ok,
            'checked': dict(self.checked),
            'problems': [problem.as_json() for problem in self.problems],
        }
