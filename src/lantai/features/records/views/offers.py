"""What a person may do with a node, as buttons and links; and why not yet, with the place to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from lantai.base.errors import Condition
from lantai.base.i18n import _
from lantai.features.records import rules
from lantai.features.records.model import Item, Series
from lantai.services.content.types import get_type
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.tree import Container, Node

#: steps that show what they will do before they do it, on pages of their own
PREVIEWED = ('file', 'unfile')
#: steps that take several records at once, with the permission each needs
BULK = (
    ('submit', _('Submit'), Permission.SUBMIT),
    ('approve', _('Approve'), Permission.APPROVE),
    ('return', _('Return'), Permission.RETURN),
)
_NEW = {
    'item': _('New item'),
    'file': _('New file (volume)'),
    'series': _('New series'),
    'folder': _('New folder'),
}


@dataclass(frozen=True)
class Act:
    """A link or a button (`post`)."""

    title: str
    url: str
    post: bool = False
    main: bool = False
    danger: bool = False
    name: str = ''
    #: what the person sees while the button is there
    etag: str = ''


@dataclass(frozen=True)
class Reason:
    """Why a step is not possible yet, and where that is mended."""

    message: str
    url: str | None


@dataclass(frozen=True)
class NotYet:
    """A step with all that stands in its way."""

    title: str
    reasons: tuple[Reason, ...]


def open_state(node: Node) -> str:
    """`open` or `closed` for what takes deposits or does not; empty for the rest.

    A series that only holds further series is neither: nobody would put anything there.
    """
    opened = getattr(node, 'open', None)
    if opened is None or (not opened and isinstance(node, Series) and _only_series(node)):
        return ''
    return 'open' if opened else 'closed'


def _only_series(series: Series) -> bool:
    classes = series.counts()
    return bool(classes) and all(key[0] == 'node' or key[0] == 'series' for key in classes)


def may_create(request, container: Container) -> list[str]:
    """The kinds of nodes this person may make here, as the tree is now."""
    kind = get_type(container.type)
    allowed = policy.permissions(request.actor, container)
    found = []
    for name in kind.holds if kind else ():
        needed = Permission.CREATE_SERIES if name == 'series' else Permission.CREATE
        if name in _NEW and needed in allowed and (name == 'series' or rules.takes_deposits(container)):
            found.append(name)
    return found


def container_acts(request, container: Container) -> dict[str, list[Act]]:
    """What may be done with a container: making things in it, putting files there, changing it."""
    layout = request.layout
    allowed = policy.permissions(request.actor, container)
    kinds = may_create(request, container)
    new = [
        Act(_NEW[kind], request.route_path('new', type=kind, traverse=container.segments), name=kind)
        for kind in kinds
    ]
    more = []
    if Permission.EDIT in allowed and container.type != 'repository':
        more.append(Act(_('Edit'), layout.url_of(container, 'edit')))
    if Permission.OPEN_CLOSE in allowed and hasattr(container, 'open'):
        title = _('Close to deposits') if container.open else _('Open to deposits')
        more.append(
            Act(
                title,
                layout.url_of(container, 'open'),
                post=True,
                name='closed' if container.open else 'open',
            )
        )
    if container.type == 'fonds' and layout.optional('controls'):
        more.append(Act(_('Units and schemes'), layout.url_of(container, 'units')))
    if Permission.DELETE in allowed:
        if not _holds_fixed(request, container):
            more.append(Act(_('Move or rename'), layout.url_of(container, 'place')))
        more.append(Act(_('Delete'), layout.url_of(container, 'delete'), danger=True))
    if container.type in ('fonds', 'series', 'file') and layout.has('catalogue'):
        more.insert(0, Act(_('Catalogue of filed records'), layout.url_of(container, 'catalogue')))
    if layout.has('roles') and allowed & {Permission.MANAGE_ROLES, Permission.ARRANGE}:
        more.append(Act(_('Who has access'), layout.url_of(container, 'roles')))
    return {
        'new': new,
        'more': more,
        'upload': [Act(_('Upload'), layout.url_of(container, 'upload'))] if 'item' in kinds else [],
    }


def _holds_fixed(request, container: Container) -> bool:
    """Whether something below must stay where it is; told by the counts, not by looking at each record."""
    inner = []
    for key in container.counts():
        if key[0] == 'item' and key[1] not in rules.CHANGEABLE:
            return True
        if key[0] == 'node' and isinstance(node := request.repository.by_uid(key[1]), Container):
            inner.append(node)
    return any(_holds_fixed(request, each) for each in inner)


def bulk_steps(request, container: Container) -> list[Act]:
    """Steps offered for several records of a list: those this person may take with any of them at all."""
    counted = container.counts()
    workflow = request.site.workflows['item']
    found = []
    for name, title, permission in BULK:
        states = workflow.transitions[name].sources if name in workflow.transitions else ()
        if any(
            key[0] == 'item'
            and key[1] in states
            and permission in policy.permissions_as(request.actor, container, key)
            for key in counted
        ):
            found.append(
                Act(
                    title,
                    request.route_path('steps'),
                    post=True,
                    name=name,
                    danger=name == 'return',
                    main=name in ('submit', 'approve'),
                )
            )
    return found


def steps(request, item: Item) -> tuple[list[Act], list[NotYet]]:
    """The steps of the workflow: those possible now, and those not yet, with every reason."""
    now, not_yet = [], []
    for offer in engine.available(request.act, item):
        if offer.allowed:
            now.append(_step(request, item, offer))
        else:
            reasons = tuple(Reason(each.message, mend_url(request, item, each)) for each in offer.unmet)
            not_yet.append(NotYet(offer.title, reasons))
    return now, not_yet


def asks_of(request, name: str) -> tuple[str, ...]:
    """What the form of a step asks for."""
    step = request.site.workflows['item'].transitions.get(name)
    return step.asks if step is not None else ()


def _step(request, item: Item, offer: engine.Offer) -> Act:
    layout = request.layout
    if offer.name == 'file' and layout.optional('filing'):
        return Act(offer.title, layout.route('filing', item=item.uid), main=True, name='file')
    asks = offer.name in PREVIEWED or bool(asks_of(request, offer.name))
    url = layout.url_of(item, 'step', name=offer.name) if asks else layout.url_of(item, 'step')
    return Act(
        offer.title,
        url,
        post=not asks,
        main=offer.name in ('submit', 'approve'),
        name=offer.name,
        etag='' if asks else item.etag,
    )


def mend_url(request, item: Item, condition: Condition) -> str | None:
    """The place where an unmet condition is put right, if this person may do that there."""
    layout = request.layout
    allowed = policy.permissions(request.actor, item)
    field = condition.field
    if field is None:
        return None
    if field in ('content', 'files'):
        return layout.url_of(item) + '#files' if Permission.PUT in allowed else None
    if Permission.EDIT not in allowed or item.state not in rules.CHANGEABLE:
        return None
    anchor = field.removeprefix('metadata.')
    return f'{layout.url_of(item, "edit")}#field-{anchor}'


def item_acts(request, item: Item) -> list[Act]:
    """Everything beside the steps: describing, placing, copying, deleting."""
    layout = request.layout
    allowed = policy.permissions(request.actor, item)
    changeable = item.state in rules.CHANGEABLE
    found = []
    if changeable and Permission.EDIT in allowed:
        found.append(Act(_('Edit'), layout.url_of(item, 'edit')))
    if changeable and Permission.ARRANGE in allowed:
        found.append(Act(_('Move or rename'), layout.url_of(item, 'place')))
    if Permission.READ in allowed:
        found.append(Act(_('Copy'), layout.url_of(item, 'place', copy='1')))
    if item.state == 'draft' and Permission.DELETE in allowed:
        found.append(Act(_('Delete'), layout.url_of(item, 'delete'), danger=True))
    return found
