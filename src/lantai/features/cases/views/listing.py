"""The lists of cases: what is open and for whom it waits, what is closed."""

from __future__ import annotations

from itertools import islice

import colander
from pyramid.view import view_config

from lantai.base.errors import NotFound
from lantai.features.cases import service
from lantai.features.cases.views.menu import DISPOSAL, TRANSFER
from lantai.features.cases.views.shown import concerns, open_cases, row
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web import forms

ROWS = 100


class Asked(colander.MappingSchema):
    """From where the closed ones are shown."""

    before = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=40))


@view_config(
    route_name='cases',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:cases/list.pt',
)
def disposal(request) -> dict:
    """Appraisals and destructions. Raises NotFound for who has nothing to do with them."""
    return _page(request, DISPOSAL, 'cases')


@view_config(
    route_name='transfers',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:cases/list.pt',
)
def transfers(request) -> dict:
    """Transfers. Raises NotFound for who has nothing to do with them."""
    return _page(request, TRANSFER, 'transfers')


def _page(request, kinds: tuple[str, ...], route: str) -> dict:
    if not concerns(request, *kinds) and not any(
        case.type in kinds for case in service.seen_cases(request.act)
    ):
        raise NotFound()
    values, _typed = forms.validated(Asked(), request.GET)
    before = values.get('before', '')
    closed = (
        case
        for case in service.seen_cases(request.act)
        if case.is_closed and case.type in kinds and (not before or case.uid < before)
    )
    found = list(islice(closed, ROWS + 1))
    rows = [row(request, case) for case in open_cases(request, *kinds)]
    return {
        'route': route,
        'mine': [each for each in rows if each.mine],
        'others': [each for each in rows if not each.mine],
        'closed': [row(request, case) for case in found[:ROWS]],
        'older': request.layout.route(route, before=found[ROWS - 1].uid) if len(found) > ROWS else None,
        'due_url': request.layout.route('due', clock='transfer' if kinds == TRANSFER else '')
        if opens_any(request)
        else None,
    }


def opens_any(request) -> bool:
    """Whether the person opens cases for any body."""
    return any(
        Permission.MAKE_CASE in policy.permissions(request.actor, fonds)
        for fonds in request.repository.values()
        if fonds.type == 'fonds'
    )
