"""A form that came too late: the session had ended, or the token was an old one. What was typed is kept.

Only for forms of our own pages. What another site sends is never offered to be sent again.
"""

from __future__ import annotations

from pyramid.renderers import render_to_response
from pyramid.request import Request
from pyramid.response import Response

FORMS = ('application/x-www-form-urlencoded', 'multipart/form-data')


def is_own_form(request: Request) -> bool:
    """Whether a form of a page of this server was sent, by a browser that says so.

    Forms with a password are left out: no page shows one, not even to who typed it.
    """
    if request.method != 'POST' or request.content_type not in FORMS:
        return False
    own = request.headers.get('Origin') == request.host_url
    return own and not any('password' in name for name in request.POST)


def once_more(request: Request) -> Response:
    """The page with everything typed, to be sent again; files have to be chosen again."""
    kept, files = [], False
    for name, value in request.POST.items():
        if not isinstance(value, str):
            files = files or bool(getattr(value, 'filename', ''))
        elif name != 'csrf_token':
            kept.append((name, value))
    values = {'kept': kept, 'shown': [each for each in kept if each[1].strip()], 'files': files}
    response = render_to_response('lantai.templates:errors/again.pt', values, request=request)
    response.status_int = 403 if request.actor is None else 400
    return response
