"""What the filing room refuses, by stable names."""

from lantai.base.errors import Invalid, NotFound, WrongState
from lantai.base.i18n import _


class NoSuchBatch(NotFound):
    """There is no such batch, or it belongs to a body the actor does not file for."""

    name = 'no-such-batch'
    title = _('There is no such batch of filing')


class BatchIsFiled(WrongState):
    """A filed batch is fixed like the records in it."""

    name = 'batch-is-filed'
    title = _('This batch is filed; it cannot be changed any more')


class BatchChanged(WrongState):
    """The batch is no longer the one that was shown when it was confirmed."""

    name = 'batch-changed'
    title = _('The batch has changed since you looked at it; please look again')
    logged = False


class BatchRefused(WrongState):
    """Something in the batch stops it; the conditions name every reason, and nothing was filed."""

    name = 'batch-refused'
    title = _('This batch cannot be filed yet; nothing was changed')


class NotForBatch(Invalid):
    """Items that cannot be on the batch; the conditions say which and why."""

    name = 'not-for-batch'
    title = _('Some of these records cannot be put on the batch')
