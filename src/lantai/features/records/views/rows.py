"""Rows of lists: the same facts, words and shapes wherever records are listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lantai.features.records.model import Item
from lantai.features.records.views import offers
from lantai.features.records.views.about import thumb_of
from lantai.services.security.people import people_of
from lantai.store.tree import Container, Node
from lantai.web.branches import items_below


@dataclass(frozen=True)
class Row:
    """One record or container as a list shows it."""

    uid: str
    type: str
    kind: str
    url: str
    title: str
    #: what the record is known by: its reference code, else its name
    code: str
    number: str = ''
    chip: str = ''
    date: str = ''
    state: str = ''
    state_title: str = ''
    held: bool = False
    due: str = ''
    place: str = ''
    maker: str = ''
    count: int | None = None
    #: the address of a small picture, for whoever may read the content
    thumb: str | None = None
    #: what of the record is shown here: a step that is asked for later is refused when it is another by then
    etag: str = ''


def rows(request, container: Container, nodes: Iterable[Node]) -> list[Row]:
    """Rows of children of one container; the path above them is computed once."""
    above = container.segments
    nodes = list(nodes)
    figures = items_below(request, [node for node in nodes if not isinstance(node, Item)])
    return [
        replace(row(request, node, (*above, node.name)), count=figures.get(node.uid, 0) if figures else None)
        for node in nodes
    ]


def row(request, node: Node, segments: Sequence[str] | None = None, with_place: bool = False) -> Row:
    """One row; `with_place` where the list is not that of the record's container."""
    layout = request.layout
    segments = node.segments if segments is None else segments
    place = layout.place(node.__parent__) if with_place else ''
    if isinstance(node, Item):
        return _item(request, node, segments, place)
    state = offers.open_state(node)
    return Row(
        uid=node.uid,
        type=node.type,
        kind=layout.kind(node.type),
        url=layout.url_at(segments),
        title=layout.title_of(node),
        code=node.name,
        state=state,
        state_title=layout.open_state(state) if state else '',
        place=place,
    )


def _item(request, item: Item, segments: Sequence[str], place: str) -> Row:
    layout = request.layout
    code = item.reference_code or ''
    return Row(
        uid=item.uid,
        type='item',
        kind=layout.kind('item'),
        url=layout.url_at(segments),
        title=item.title,
        code=code or item.name,
        number=code.rpartition('-')[2] if code else '',
        chip=chip_of(request, item),
        date=str(item.metadata.get('date') or ''),
        state=item.state,
        state_title=layout.state_of(item.state, item.held),
        held=item.held,
        due=due_of(item),
        place=place,
        maker=person_name(request, item.creator),
        thumb=thumb_of(request, item),
        etag=item.etag,
    )


def chip_of(request, item: Item) -> str:
    """The kind of the first file and how many more there are: `PDF+2`."""
    components = item.components
    if not components:
        return ''
    first = request.layout.extension(components[0].name) or '·'
    return f'{first}+{len(components) - 1}' if len(components) > 1 else first


def due_of(item: Item) -> str:
    """The day the retention of a filed item ends; nothing for permanent ones and for what is not filed."""
    return str((item.retention or {}).get('due') or '')


def person_name(request, person_id: str) -> str:
    """The name of a person, or the id of one who has no account (any more)."""
    person = people_of(request.repository).get(person_id)
    return person.name or person.id if person is not None else person_id
