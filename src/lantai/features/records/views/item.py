"""The page of an item: what it is, where it is, its state, what may be done now, why not the rest, what
happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.clock import parse_rfc3339
from lantai.base.i18n import _
from lantai.features.records.model import Component, Item
from lantai.features.records.rules import CHANGEABLE
from lantai.features.records.views import happened, offers
from lantai.features.records.views.about import About, about, format_facts
from lantai.features.records.views.described import described_groups, rights
from lantai.features.records.views.rows import person_name
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web import acts
from lantai.web.content import SHOWN_IN_PLACE
from lantai.web.evidence import Line, line_of
from lantai.web.forms import Option

#: how a browser shows what it can show; the rest has its facts and a download
_VIEWERS = (
    ('application/pdf', 'frame'),
    ('image/', 'image'),
    ('text/plain', 'frame'),
    ('audio/', 'audio'),
    ('video/', 'video'),
)
_ROLES = {
    '': '',
    'main': _('Main text'),
    'final': _('Final draft'),
    'attachment': _('Attachment'),
    'processing': _('Processing sheet'),
}
_STEPS = (
    ('create', _('Captured')),
    ('submit', _('Submitted')),
    ('approve', _('Approved')),
    ('file', _('Filing')),
)


@dataclass(frozen=True)
class FileTab:
    """One electronic file of the item."""

    name: str
    url: str
    role: str
    size: str
    format: str
    current: bool
    content_url: str
    viewer: str
    replace_url: str | None
    rename_url: str | None
    remove_url: str | None
    split_url: str | None
    role_url: str | None
    roles: tuple[Option, ...]
    facts: tuple[tuple[str, str], ...]
    about: About


@dataclass(frozen=True)
class Step:
    """A point on the line of the item's life."""

    title: str
    when: str
    who: str
    state: str


@view_config(route_name='archive', context=Component, permission=Permission.SEE, request_method='GET')
def component_page(component: Component, request):
    """A component is shown on its item's page."""
    return HTTPSeeOther(request.layout.url_of(component.item, file=component.name))


@view_config(
    route_name='archive',
    context=Item,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:records/item.pt',
)
def item_page(item: Item, request) -> dict:
    """The page of one item."""
    layout = request.layout
    allowed = policy.permissions(request.actor, item)
    readable = Permission.READ in allowed
    files = _files(request, item, readable, Permission.PUT in allowed and item.state in CHANGEABLE)
    now, not_yet = offers.steps(request, item)
    described, empty = described_groups(request.site.schemas['document'], item)
    return {
        'item': item,
        'title': item.title,
        'state_title': layout.state_of(item.state, item.held),
        'crumbs': layout.crumbs(item),
        'steps': _steps(request, item),
        'files': files,
        'chosen': next((each for each in files if each.current), None),
        'readable': readable,
        'attach_url': layout.url_of(item, 'attach') if _may_attach(item, allowed) else None,
        'described': described[:1],
        'further': described[1:],
        'elements': sum(len(group.values) for group in described),
        'empty': empty,
        'edit_url': layout.url_of(item, 'edit') if _may_edit(item, allowed) else None,
        'rights': rights(request, item),
        'acts': offers.item_acts(request, item) + acts.of_node(request, item),
        'notes': acts.notes(request, item),
        'now': now,
        'not_yet': not_yet,
        'happened': happened.entries(request, item, limit=8),
        'history_url': layout.url_of(item, 'history'),
        'evidence': _evidence(request, item),
        'warnings': _warnings(request, item),
    }


@view_config(
    route_name='history',
    context=Item,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:records/history.pt',
)
def history_page(item: Item, request) -> dict:
    """Everything that happened to an item."""
    crumbs = request.layout.crumbs(item, last_is_link=True)
    return {'title': item.title, 'crumbs': crumbs, 'happened': happened.entries(request, item)}


def _may_edit(item: Item, allowed) -> bool:
    return Permission.EDIT in allowed and item.state in CHANGEABLE


def _may_attach(item: Item, allowed) -> bool:
    return Permission.PUT in allowed and item.state in CHANGEABLE


def _files(request, item: Item, readable: bool, changeable: bool) -> list[FileTab]:
    layout = request.layout
    components = item.components
    wanted = request.GET.get('file')
    names = [each.name for each in components]
    current = wanted if wanted in names else next(iter(names), None)
    tabs = []
    describable = changeable and Permission.EDIT in policy.permissions(request.actor, item)
    # a room above this one does it, where there is something to split
    splitting = item.state == 'draft' and len(components) > 1 and layout.has('split') and changeable
    for each in components:
        tabs.append(
            FileTab(
                name=each.name,
                url=layout.url_of(item, file=each.name) + '#files',
                role=_ROLES.get(each.role, ''),
                size=layout.size(each.size),
                format=layout.extension(each.name),
                current=each.name == current,
                content_url=layout.url_of(each, 'content'),
                viewer=viewer_of(each) if readable and each.size else '',
                replace_url=layout.url_of(each, 'replace') if changeable else None,
                rename_url=layout.url_of(item if item.single is each else each, 'place')
                if changeable
                else None,
                remove_url=layout.url_of(each, 'delete') if changeable else None,
                split_url=layout.url_of(each, 'split') if splitting else None,
                role_url=layout.url_of(each, 'role') if describable else None,
                roles=tuple(Option(role, title or '—', role == each.role) for role, title in _ROLES.items()),
                facts=_facts(request, each),
                about=about(request, each, readable, changeable),
            )
        )
    return tabs


def viewer_of(component: Component) -> str:
    """Which element of a page shows it in place; empty when a browser would not, or should not."""
    media_type = component.media_type.split(';')[0]
    if media_type == 'image/tiff' or (
        media_type.startswith(('image/', 'text/')) and media_type not in SHOWN_IN_PLACE
    ):
        return ''
    return next((viewer for start, viewer in _VIEWERS if media_type.startswith(start)), '')


def _facts(request, component: Component) -> tuple[tuple[str, str], ...]:
    layout = request.layout
    known = component.format or {}
    current = known.get('version') == component.version
    found = [
        (_('Size'), layout.size(component.size)),
        (
            _('Format'),
            (known.get('name') if current else '')
            or layout.extension(component.name)
            or component.media_type,
        ),
        *format_facts(component),
        (_('Received'), layout.moment(component.received)),
        (_('Last changed at the sender'), layout.moment(component.client_mtime)),
    ]
    return tuple((label, value) for label, value in found if value)


def _steps(request, item: Item) -> list[Step]:
    """The line from capture to the end of retention, as far as it has gone."""
    last = {entry['what']: entry for entry in item.history}
    reached = {'draft': 1, 'excluded': 1, 'submitted': 2, 'approved': 3}.get(item.state, 4)
    steps = []
    for place, (name, title) in enumerate(_STEPS, start=1):
        entry = last.get(name)
        state = 'done' if place <= reached else ''
        shown = entry if state and entry else None
        steps.append(Step(title, _moment(request, shown), _who(request, shown), state))
    due = (item.retention or {}).get('due')
    if due:
        steps.append(Step(_('Appraisal due'), str(due), '', ''))
    return steps


def _moment(request, entry: dict | None) -> str:
    return request.layout.day(parse_rfc3339(entry['when'])) if entry else ''


def _who(request, entry: dict | None) -> str:
    return person_name(request, entry['who']) if entry else ''


def _evidence(request, item: Item) -> Line | None:
    """One line; what stands behind it is for the pages of evidence."""
    if item.filing:
        return line_of(request, item)
    return Line('', _('Given at filing')) if item.state in CHANGEABLE else None


def _warnings(request, item: Item) -> list[str]:
    if item.state not in CHANGEABLE:
        return []
    found = request.site.schemas['document'].warnings(item.metadata, request.site.clock.today())
    return [condition.message for condition in found]
