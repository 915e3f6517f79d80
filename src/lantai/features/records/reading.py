"""Giving out the bytes of a component: who may, whether they are still there, and the note that they were."""

from typing import IO

from lantai.base.errors import Gone
from lantai.features.records.model import Component, Item
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

#: states in which the bytes are no longer here; those of what was handed over stay for some years
GONE = ('destroyed',)


def open_content(act: Act, component: Component) -> IO[bytes]:
    """The bytes, for reading; the caller closes. Reading what is restricted is an event.

    Raises NotFound, Forbidden, Gone (destroyed), ContentMissing.
    """
    policy.require(act, Permission.SEE, component)
    item = component.item
    check_there(item)
    policy.require(act, Permission.READ, component)
    stream = act.site.contents.open(component.content_key)
    if is_restricted(item):
        record(act, Event.CONTENT_READ, component, item=item.uid, version=component.version)
    return stream


def check_there(item: Item) -> None:
    """Raises Gone for a record whose bytes were destroyed."""
    if item.state in GONE:
        raise Gone()


def is_restricted(item: Item) -> bool:
    """Whether every reading of its content is noted: a secret, or not (yet) for everybody by decision."""
    access = item.access
    return bool(
        access.get('classification')
        or access.get('publicity') == '不予公开'
        or access.get('openness') in ('controlled', 'delayed')
    )
