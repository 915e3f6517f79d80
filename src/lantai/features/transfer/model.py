"""The transfer case. Its entries: decision `offer`, reason, `set_aside`, `outcome` once it is received."""

from typing import Any, ClassVar

from lantai.base.i18n import _
from lantai.features.cases.model import Case, root_of_list
from lantai.services.content.types import content_type

OFFER = 'offer'
#: what became of a record: the receipt confirms it, or it came back
RECEIVED, RETURNED = 'received', 'returned'


@content_type(title=_('Transfer'))
class Transfer(Case):
    """移交."""

    type: ClassVar[str] = 'transfer'
    #: {'id', 'files', 'bytes', 'items', 'manifest', 'made'} of the package that stands; None without one
    package: dict[str, Any] | None = None
    #: the job that makes the package, while one does
    job = ''
    #: {'how': 'online' or 'carrier', 'way', 'place', 'who', 'when'}
    sending: dict[str, Any] | None = None
    #: {'number', 'date', 'receiver', 'who', 'when'}
    receipt: dict[str, Any] | None = None

    def list_root(self) -> str:
        """The root of the list as it stands for approval: without what a hold took off before."""
        return root_of_list((key, entry) for key, entry in self.entries.items() if not entry.get('off_list'))
