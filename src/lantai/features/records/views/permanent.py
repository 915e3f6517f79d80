"""The address of an object that stays when its place changes."""

from __future__ import annotations

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.features.records.lookup import by_uid
from lantai.services.security.permissions import Permission


@view_config(route_name='permanent', permission=Permission.SIGNED_IN, request_method='GET')
def go_there(request) -> HTTPSeeOther:
    """Leads to where the object is now. Raises NotFound, also when it is hidden."""
    return HTTPSeeOther(request.layout.url_of(by_uid(request.act, request.matchdict['uid'])))
