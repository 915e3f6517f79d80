"""What programs keep on a record for themselves: properties nobody here interprets, and the file's own time.

They are no part of the description and are never filed evidence; but like it they stay as they are once the
record is filed.
"""

from collections.abc import Mapping
from datetime import datetime

from lantai.base.errors import Forbidden, OverQuota
from lantai.features.records import rules
from lantai.features.records.model import Component, Folder, Item
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node

#: characters of all properties of one node together, and their number
MAX_CHARACTERS, MAX_PROPERTIES = 65_536, 1000


def annotate(
    act: Act, node: Node, properties: Mapping[str, str], client_mtime: datetime | None = None
) -> None:
    """Replaces all properties of `node` by these (name -> text); with a time, that of its file too.

    Raises NotFound, RecordIsFiled, NotEditableNow, Forbidden, ContainerClosed, OverQuota.
    """
    check_annotatable(act, node)
    characters = sum(len(name) + len(value) for name, value in properties.items())
    if len(properties) > MAX_PROPERTIES or characters > MAX_CHARACTERS:
        raise OverQuota()
    node.dead_properties = dict(properties)
    if client_mtime is not None:
        _set_time(node, client_mtime)
    node.touch(act.clock)
    record(act, Event.NODE_EDIT, node, fields=['properties'])


def check_annotatable(act: Act, node: Node) -> None:
    """Raises what would stop `annotate`, whatever the properties are."""
    rules.check_change(act, Permission.EDIT, node)
    if not isinstance(node, Item | Component | Folder):
        raise Forbidden()
    if not isinstance(node, Folder):
        rules.check_open(rules.item_of(node).__parent__)


def _set_time(node: Node, moment: datetime) -> None:
    node_and_file = (node, node.single) if isinstance(node, Item) else (node,)
    for one in node_and_file:
        if isinstance(one, Item | Component):
            one.client_mtime = moment
