"""What holds put into the side bar, the menus of nodes, below lists, and above what is held."""

from __future__ import annotations

from lantai.base.i18n import _
from lantai.features.holds import service
from lantai.features.holds.errors import UnknownHold
from lantai.features.records.model import File, Item, Series
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web.acts import Note, Offered


def sees_any(request) -> bool:
    """Whether the person sees the holds of any body."""
    return any(
        Permission.SEE_HOLDS in policy.permissions(request.actor, fonds)
        for fonds in request.repository.values()
        if fonds.type == 'fonds'
    )


def in_force(request) -> int:
    """How many holds are in force."""
    return sum(1 for _hold in service.seen_holds(request.act))


def of_node(request, node) -> list[Offered]:
    """Putting a record, volume or series on hold."""
    if not isinstance(node, Item | File | Series) or not service.may_hold(request.act, node):
        return []
    return [Offered(_('Put on hold'), request.route_path('holds.new', _query={'uid': node.uid}))]


def of_list(request, container) -> list[Offered]:
    """The same for what is picked."""
    if not isinstance(container, File | Series) or not service.may_hold(request.act, container):
        return []
    return [Offered(_('Put on hold'), request.route_path('holds.new'), 'choose', '1')]


def notes(request, node) -> list[Note]:
    """Each hold on a node or on what it lies in, and what that means."""
    found = []
    for ancestor in node.ancestors():
        for hold_id in getattr(ancestor, 'holds', ()):
            message = (
                _('On hold: not appraised, destroyed or transferred until it is released')
                if ancestor is node
                else _('What it lies in is on hold: nothing of it is disposed of until that is released')
            )
            try:
                hold = service.find(request.act, hold_id)
            except UnknownHold:
                found.append(Note(message, kind='warn'))
                continue
            found.append(Note(message, request.route_path('hold', id=hold_id), hold.title, 'warn'))
    return found


def includeme(config) -> None:
    config.add_place(_('Holds'), 'holds', 60, shown=sees_any, count=in_force)
    config.add_node_acts(of_node)
    config.add_list_acts(of_list)
    config.add_node_notes(notes)
