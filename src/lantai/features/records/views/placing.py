"""Moving, renaming, copying and deleting: drafts only, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import DomainError, Forbidden, Invalid, NotFound, WrongState
from lantai.base.i18n import _
from lantai.features.records import lookup, places, rules, service
from lantai.features.records.model import Component, File, Series
from lantai.services.act import Act
from lantai.services.content.types import get_type
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Node
from lantai.web import notices
from lantai.web.refusals import note_refusal

#: places offered in the list; any other is given by its path
OFFERED = 200


@view_config(
    route_name='place',
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:records/place.pt',
)
def form(node: Node, request) -> dict:
    """Where to, and under what name."""
    if node.__parent__ is None:
        raise NotFound()
    copying = 'copy' in request.GET
    if not copying:
        places.check_may_leave(request.act, node)
    return _page(request, node, copying, '/'.join(node.__parent__.segments), node.name, [])


@view_config(
    route_name='place',
    permission=Permission.SEE,
    request_method='POST',
    renderer='lantai.templates:records/place.pt',
)
def place(node: Node, request):
    """Moves, renames or copies; what stands in the way is told on the same page."""
    if node.__parent__ is None:
        raise NotFound()
    copying = request.POST.get('copy') == '1'
    typed = (request.POST.get('path') or request.POST.get('target') or '').strip()
    name = request.POST.get('name', '').strip() or node.name
    try:
        target = lookup.find(request.act, [part for part in typed.split('/') if part])
        if not isinstance(target, Container):
            raise NotFound()
        act = places.copy if copying else places.move
        moved = act(request.act, node, target, name)
    except (WrongState, NotFound, Invalid, Forbidden) as error:
        return _refused(request, node, copying, typed, name, error)
    except DomainError as error:
        if error.name != 'bad-name':
            raise
        return _refused(request, node, copying, typed, name, error)
    notices.tell(request, _('Copied') if copying else _('Moved'))
    return HTTPSeeOther(request.layout.url_of(moved))


def _refused(request, node: Node, copying: bool, typed: str, name: str, error: DomainError) -> dict:
    request.tm.doom()
    note_refusal(request, error, node)
    request.response.status_int = 409
    message = _('There is no such place') if isinstance(error, NotFound) else error.detail
    return _page(request, node, copying, typed, name, [message, *(each.message for each in error.conditions)])


def _page(request, node: Node, copying: bool, target: str, name: str, errors: list[str]) -> dict:
    chosen = {'path': target, 'title': target}
    offered = [] if isinstance(node, Component) else list(_offered(request, node))
    known = any(each['path'] == target for each in offered)
    return {
        'title': node.title or node.name,
        'crumbs': request.layout.crumbs(node, last_is_link=True),
        'copying': copying,
        'targets': offered if known or not target else [chosen, *offered],
        'target': target,
        'name': name,
        'errors': errors,
        'cancel': request.layout.url_of(node.item if isinstance(node, Component) else node),
    }


def _offered(request, node: Node) -> Iterator[dict]:
    """Places that take such a node from this person: open series and files of its fonds, its inbox
    folders.
    """
    found = 0
    fonds = getattr(node, 'fonds_code', '') or request.actor.fonds
    top = [request.repository.get(fonds), request.repository[_inbox_name(request)]]
    waiting = [each for each in top if each is not None]
    while waiting and found < OFFERED:
        container = waiting.pop(0)
        if not policy.sees(request.actor, container):
            continue
        if _takes(request.act, container, node):
            found += 1
            yield {'path': '/'.join(container.segments), 'title': request.layout.place(container)}
        visible = policy.visible(request.actor, container)
        page = container.page(lambda key, seen=visible: key[0] != 'item' and seen(key), limit=OFFERED)
        waiting[:0] = [child for child in page.nodes if isinstance(child, Container)]


def _takes(act: Act, container: Container, node: Node) -> bool:
    kind = get_type(container.type)
    if kind is None or node.type not in kind.holds:
        return False
    needed = Permission.CREATE_SERIES if node.type == 'series' else Permission.CREATE
    closed = isinstance(container, Series | File) and not rules.takes_deposits(container)
    return needed in policy.permissions(act.actor, container) and not closed


def _inbox_name(request) -> str:
    return request.repository.by_uid(request.repository.room('records')['inbox']).name


@view_config(
    route_name='delete',
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:records/delete.pt',
)
def confirm_delete(node: Node, request) -> dict:
    """What will be gone. Only drafts can be; what else stands in the way is told by the use case."""
    if node.__parent__ is None:
        raise NotFound()
    children = node.count(policy.visible(request.actor, node)) if isinstance(node, Container) else 0
    back = node.item if isinstance(node, Component) else node
    return {
        'title': node.title or node.name,
        'kind': request.layout.kind(node.type),
        'crumbs': request.layout.crumbs(node, last_is_link=True),
        'children': children,
        'cancel': request.layout.url_of(back),
    }


@view_config(route_name='delete', permission=Permission.SEE, request_method='POST')
def delete(node: Node, request):
    """Withdraws a draft, a draft's file, or a container with nothing but drafts in it."""
    if node.__parent__ is None:
        raise NotFound()
    url = request.layout.url_of(node.__parent__)
    places.delete(request.act, node)
    notices.tell(request, _('Deleted'))
    return HTTPSeeOther(url)


@view_config(route_name='open', context=Series, permission=Permission.OPEN_CLOSE, request_method='POST')
@view_config(route_name='open', context=File, permission=Permission.OPEN_CLOSE, request_method='POST')
def open_or_close(container: Series | File, request):
    """Lets a series or file take deposits, or no longer."""
    opening = request.POST.get('name') == 'open'
    service.edit(request.act, container, {'open': opening})
    notices.tell(request, _('Takes deposits now') if opening else _('Takes no deposits any more'))
    return HTTPSeeOther(request.layout.url_of(container))
