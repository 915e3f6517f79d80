"""The destruction case. Its entries: decision `condemn`, reason, `set_aside` and `outcome`.

`set_aside` says why a record is spared; one spared before the approval is `off_list` too: what the
leader approves is the list without it.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from lantai.base.i18n import _
from lantai.features.cases.model import Case, root_of_list
from lantai.services.content.types import content_type

CONDEMN, DESTROYED = 'condemn', 'destroyed'

Key = tuple[str, str]
Entry = dict[str, Any]


@content_type(title=_('Destruction'))
class Destruction(Case):
    """销毁."""

    type: ClassVar[str] = 'destruction'
    #: the first day it may be executed on, as a date; from the approval on
    not_before: str | None = None
    #: who checked the records against the list, when and with what result; two
    checks: tuple[dict[str, Any], ...] = ()
    #: id of the job that checks for a witness, or executes; while one does
    job = ''
    #: who executed, when, and what was found in the stores afterwards
    execution: dict[str, Any] | None = None
    #: {'who', 'when', 'statement'} of each witness after the execution
    signatures: tuple[dict[str, str], ...] = ()

    def list_root(self) -> str:
        """The root of the list as it stands for approval, and stays from then on."""
        return root_of_list((key, entry) for key, entry in self.entries.items() if not entry.get('off_list'))

    def remaining_root(self) -> str:
        """The root of what was not set aside: what is really destroyed."""
        return root_of_list((key, entry) for key, entry in self.entries.items() if not entry.get('set_aside'))

    def remaining(self) -> Iterator[tuple[Key, Entry]]:
        """What is neither set aside nor destroyed yet, in order of code."""
        for key, entry in self.entries.items():
            if not entry.get('set_aside') and not entry.get('outcome'):
                yield key, entry

    def destroyed(self) -> Iterator[Key]:
        """What has been destroyed."""
        return (key for key, entry in self.entries.items() if entry.get('outcome') == DESTROYED)

    @property
    def witnesses(self) -> tuple[str, ...]:
        """The persons who checked, in order."""
        return tuple(check['who'] for check in self.checks)
