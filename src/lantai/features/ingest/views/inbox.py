"""The inbox (收集库): its folders, and what lies in it loose."""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.features.records.model import Inbox, Item
from lantai.features.records.views import offers
from lantai.features.records.views.rows import chip_of, person_name
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Node
from lantai.web.branches import key_before

ROWS = 50


@dataclass(frozen=True)
class Entry:
    """A folder or a loose record of the inbox."""

    title: str
    url: str
    is_folder: bool
    chip: str
    maker: str
    unit: str
    modified: str
    items: int | None
    state: str
    state_title: str


@view_config(route_name='inbox', permission=Permission.SIGNED_IN, request_method='GET')
def to_inbox(request) -> HTTPSeeOther:
    """The inbox has one address, that of its place in the tree."""
    return HTTPSeeOther(request.layout.url_of(inbox_of(request)))


@view_config(
    route_name='archive',
    context=Inbox,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:ingest/inbox.pt',
)
def page(inbox: Inbox, request) -> dict:
    """Folders and loose records that this person may see, by name."""
    layout = request.layout
    seen = policy.visible(request.actor, inbox)
    jump = request.GET.get('jump', '')[:255]
    found = inbox.page(
        seen,
        after=key_before(jump) if jump else request.GET.get('after') or None,
        before=request.GET.get('before'),
        limit=ROWS,
    )
    return {
        'inbox': inbox,
        'title': layout.kind('inbox'),
        'entries': [_entry(request, node) for node in found.nodes],
        'total': inbox.count(seen),
        'acts': offers.container_acts(request, inbox),
        'next': layout.url_of(inbox, after=found.next),
        'previous': layout.url_of(inbox, before=found.previous),
        'has_next': found.next is not None,
        'has_previous': found.previous is not None,
        'jump': jump,
        'dav_path': '/dav/' + '/'.join(inbox.segments) + '/',
    }


def _entry(request, node: Node) -> Entry:
    layout = request.layout
    item = node if isinstance(node, Item) else None
    return Entry(
        title=layout.title_of(node),
        url=layout.url_of(node),
        is_folder=item is None,
        chip=chip_of(request, item) if item is not None else '',
        maker=person_name(request, node.creator),
        unit=node.unit,
        modified=layout.day(node.modified),
        items=node.count(policy.visible(request.actor, node))
        if isinstance(node, Container) and item is None
        else None,
        state=item.state if item is not None else '',
        state_title=layout.state_of(item.state, item.held) if item is not None else '',
    )


def inbox_of(request) -> Inbox:
    """The one inbox of the repository."""
    return request.repository.by_uid(request.repository.room('records')['inbox'])


def sees_inbox(request) -> bool:
    """Whether anything comes in through this person."""
    return policy.sees(request.actor, inbox_of(request))


def waiting_here(request) -> int:
    """How many folders and loose records of the inbox this person sees."""
    inbox = inbox_of(request)
    return inbox.count(policy.visible(request.actor, inbox))
