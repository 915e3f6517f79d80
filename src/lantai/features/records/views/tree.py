"""The page of a container: what it is, what it holds, and what may be done there; and the branches of the
tree.
"""

from __future__ import annotations

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.features.records.model import File, Fonds, Series
from lantai.features.records.views import columns, offers
from lantai.features.records.views.listing import asked, listing_of
from lantai.features.records.views.together import for_all
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container, Repository
from lantai.web import acts, branches

ARCHIVE = {
    'route_name': 'archive',
    'permission': Permission.SEE,
    'request_method': 'GET',
    'renderer': 'lantai.templates:records/container.pt',
}


@view_config(context=Repository, **ARCHIVE)
@view_config(context=Fonds, **ARCHIVE)
@view_config(context=Series, **ARCHIVE)
@view_config(context=File, **ARCHIVE)
def container_page(container: Container, request) -> dict:
    """A container with one page of its children."""
    query = asked(request)
    listing = listing_of(request, container, query)
    return {
        'node': container,
        'title': heading(request, container) if container.type != 'repository' else container.title,
        'crumbs': request.layout.crumbs(container),
        'below': _below(request, container),
        'open_state': offers.open_state(container),
        'acts': _acts(request, container),
        'bulk': offers.bulk_steps(request, container),
        'for_all': for_all(request, container, query),
        'more_bulk': acts.of_list(request, container),
        'notes': acts.notes(request, container),
        'back': request.path_qs,
        **listing,
        **columns.shown(request, [each.uid for each in listing['rows']]),
        'exports': _exports(request, container, query),
    }


def _exports(request, container: Container, query: dict) -> list[tuple[str, str]]:
    """The list as a file, with the filter that is set: form and address."""
    kept = {name: query[name] for name in ('state', 'words', 'sort')}
    forms = (('CSV', 'csv'), ('Excel (XLSX)', 'xlsx'))
    return [(title, request.layout.url_of(container, 'export', format=form, **kept)) for title, form in forms]


def _acts(request, container: Container) -> dict[str, list]:
    """What may be done here, with what other rooms offer."""
    found = offers.container_acts(request, container)
    return {**found, 'more': [*found['more'], *acts.of_node(request, container)]}


@view_config(route_name='top', permission=Permission.SIGNED_IN, request_method='GET')
def to_top(request) -> HTTPSeeOther:
    """The top of the archive, as people type it."""
    return HTTPSeeOther(request.layout.url_of(request.repository))


@view_config(
    route_name='branch',
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:layout/branch.pt',
)
def branch(container, request) -> dict:
    """The rows below a container, for the tree that is open already."""
    level = request.GET.get('level', '1')
    level = min(int(level), 9) if level.isascii() and level.isdigit() else 1
    if not isinstance(container, Container) or container.type == 'item':
        return {'rows': []}
    return {'rows': branches.level_of(request, container, level, request.GET.get('after') or None)}


def heading(request, container: Container) -> str:
    """What a page of a container is headed by: below the category all that it stands for, `2021 · 30年 ·
    办公室`.
    """
    layout = request.layout
    titles = [layout.text(crumb.title) for crumb in layout.crumbs(container)]
    return ' · '.join(titles[2:]) if container.type == 'series' and len(titles) > 2 else titles[-1]


def _below(request, container: Container) -> dict | None:
    """How many items lie below a container that has containers in it, and where all of them are listed."""
    number = branches.items_below(request, [container]).get(container.uid)
    url = request.layout.optional_with('search', type='item', container=container.uid)
    if not number or container.type == 'repository':
        return None
    return {'number': number, 'url': url}
