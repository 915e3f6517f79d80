"""What the retention room refuses."""

from lantai.base.errors import Invalid
from lantai.base.i18n import _


class UnknownPeriod(Invalid):
    """A text that is no retention period."""

    name = 'unknown-period'
    title = _('A retention period is Y, D30, D10 or D and a number of years')
