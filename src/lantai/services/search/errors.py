"""What can be wrong with the index; never with the records themselves."""

from lantai.base.errors import Malformed, Unavailable
from lantai.base.i18n import _


class IndexUnavailable(Unavailable):
    """There is no usable index file at the moment; one is being made."""

    name = 'index-unavailable'
    title = _(
        'The search index is being rebuilt; everything else goes on. Please search again in a little while'
    )


class TooManyClasses(Unavailable):
    """More kinds of access than a row number has room for."""

    name = 'too-many-access-classes'
    title = _('The search index cannot tell apart any more units and states')


class BadCursor(Malformed):
    """A cursor that no answer of ours gave, or of another order."""

    name = 'bad-cursor'
    title = _('This place in the list cannot be found any more; please start from the beginning')


class BadQuery(Malformed):
    """A query with a value that cannot be asked for."""

    name = 'bad-query'
    title = _('This cannot be searched for')
