"""What a check says: a code, how grave it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lantai.base.errors import Condition


class Severity(StrEnum):
    """Whether a finding stops filing or is only to be known."""

    STOP = 'stop'
    WARN = 'warn'


@dataclass(frozen=True)
class Finding:
    """One finding: a stable code, what it is and what to do about it, and where (a field, a file)."""

    code: str
    message: str
    severity: Severity = Severity.STOP
    field: str | None = None
    #: uid of the component it is about
    component: str = ''

    @property
    def stops(self) -> bool:
        """Whether it stops filing."""
        return self.severity == Severity.STOP

    @property
    def condition(self) -> Condition:
        """The finding as a reason of a refusal."""
        return Condition(self.code, self.message, self.field)
