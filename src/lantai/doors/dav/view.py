"""The one view of the door: who asks, then which method. The framework's own dispatch by path ends here."""

from collections.abc import Callable

from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import DomainError
from lantai.doors.dav.call import Call
from lantai.doors.dav.errors import NotAllowedHere
from lantai.doors.dav.methods.copymove import copy, move
from lantai.doors.dav.methods.delete import delete
from lantai.doors.dav.methods.get import get
from lantai.doors.dav.methods.lock import lock, unlock
from lantai.doors.dav.methods.mkcol import mkcol
from lantai.doors.dav.methods.options import options
from lantai.doors.dav.methods.propfind import propfind
from lantai.doors.dav.methods.proppatch import proppatch
from lantai.doors.dav.methods.put import put
from lantai.doors.dav.resources import find_or_none
from lantai.web.security import require_signed_in

METHODS: dict[str, Callable[[Call], Response]] = {
    'OPTIONS': options,
    'PROPFIND': propfind,
    'PROPPATCH': proppatch,
    'GET': get,
    'HEAD': get,
    'PUT': put,
    'DELETE': delete,
    'MKCOL': mkcol,
    'COPY': copy,
    'MOVE': move,
    'LOCK': lock,
    'UNLOCK': unlock,
}


def dav(request: Request) -> Response:
    """Answers any method below `/dav`. Nobody learns anything before showing who they are."""
    actor = require_signed_in(request)
    method = METHODS.get(request.method)
    if method is None:
        raise NotAllowedHere()
    call = Call(request, actor)
    try:
        return method(call)
    except DomainError as error:
        if error.logged:
            # the log names what the refusal is about
            about = find_or_none(request.act, call.path) or find_or_none(request.act, call.path.parent)
            request.context = about.node if about is not None else None
        raise
