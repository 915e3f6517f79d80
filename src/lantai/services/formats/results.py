"""The four answers a check can give; `not run` never counts as passed."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Result(StrEnum):
    """通过、不通过、不适用、未执行."""

    PASS = 'pass'
    FAIL = 'fail'
    NOT_APPLICABLE = 'not_applicable'
    NOT_RUN = 'not_run'


@dataclass(frozen=True)
class Verdict:
    """One answer. `reason` is a stable code for what is not plainly `pass`, `facts` what was found (plain
    values)."""

    result: Result
    reason: str = ''
    facts: dict = field(default_factory=dict)

    def as_dict(self) -> dict:
        """Return plain values that JSON and the object database take."""
        return {**asdict(self), 'result': str(self.result)}

    @classmethod
    def from_dict(cls, values: dict) -> 'Verdict':
        """Build it again from `as_dict`."""
        return cls(Result(values['result']), values.get('reason', ''), dict(values.get('facts') or {}))


def passed(**facts: object) -> Verdict:
    """Return the answer `pass`."""
    return Verdict(Result.PASS, '', facts)


def failed(reason: str, **facts: object) -> Verdict:
    """Return the answer `fail` with its code."""
    return Verdict(Result.FAIL, reason, facts)


def not_applicable(reason: str = '', **facts: object) -> Verdict:
    """Return the answer for a kind of file the check says nothing about."""
    return Verdict(Result.NOT_APPLICABLE, reason, facts)


def not_run(reason: str, **facts: object) -> Verdict:
    """Return the answer for a check that could not be made."""
    return Verdict(Result.NOT_RUN, reason, facts)
