"""The way in: the bodies one sees, and what the pages about one of them share."""

from __future__ import annotations

from dataclasses import dataclass

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.features.records.model import Fonds
from lantai.services.security import policy
from lantai.services.security.permissions import Permission

#: route and title of each page about the controls of a body
PAGES = (
    ('units', _('Units')),
    ('scheme', _('Classification scheme')),
    ('scope', _('Archiving scope')),
    ('schedule', _('Retention schedule')),
)


@dataclass(frozen=True)
class Tab:
    """One of the pages about a body."""

    title: str
    url: str
    current: bool


def frame(request, fonds: Fonds) -> dict:
    """What every page about the controls of a body shows: where it is, and the pages beside it."""
    here = request.matched_route.name
    layout = request.layout
    return {
        'fonds': layout.title_of(fonds),
        'crumbs': layout.crumbs(fonds, last_is_link=True),
        'tabs': [Tab(title, layout.url_of(fonds, route), route == here) for route, title in PAGES],
        'page': layout.url_of(fonds, here),
    }


@view_config(
    route_name='controls',
    request_method='GET',
    permission=Permission.SIGNED_IN,
    renderer='lantai.templates:classification/controls.pt',
)
def bodies(request):
    """The bodies one sees; where there is only one, its units at once."""
    found = visible_fonds(request)
    if len(found) == 1:
        return HTTPSeeOther(request.layout.url_of(found[0], 'units'))
    return {
        'rows': [
            {
                'title': request.layout.title_of(fonds),
                'pages': [(title, request.layout.url_of(fonds, route)) for route, title in PAGES],
            }
            for fonds in found
        ]
    }


def visible_fonds(request) -> list[Fonds]:
    """The fonds this person sees, in order of code."""
    seen = policy.visible(request.actor, request.repository)
    return [node for node in request.repository.page(seen, limit=500).nodes if isinstance(node, Fonds)]


def sets_up(request) -> bool:
    """Whether somebody looks after units or series anywhere."""
    return any(
        {Permission.MANAGE_UNITS, Permission.CREATE_SERIES} & policy.permissions(request.actor, fonds)
        for fonds in visible_fonds(request)
    )


def includeme(config) -> None:
    config.add_place(_('Units and schemes'), 'controls', 20, 'administration', shown=sets_up)
