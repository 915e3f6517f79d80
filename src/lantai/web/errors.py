"""Every error becomes an answer of the door it happened at, and a refusal goes to the log.

These views run after the transaction was rolled back; what they read, they read in a new one.
"""

import logging
import traceback
from contextlib import suppress

from pyramid.config import Configurator
from pyramid.exceptions import BadCSRFOrigin, BadCSRFToken
from pyramid.httpexceptions import HTTPException, HTTPForbidden, HTTPSeeOther
from pyramid.renderers import render_to_response
from pyramid.request import Request
from pyramid.response import Response
from transaction.interfaces import NoTransaction, TransientError

from lantai.base import errors
from lantai.base.errors import DomainError, Malformed, NotFound, NotSignedIn, Unavailable
from lantai.base.i18n import _
from lantai.services.eventlog.refusals import log_refusal
from lantai.store.tree import Node
from lantai.web.again import is_own_form, once_more
from lantai.web.problem import conditions_of, headers_of, problem_response, status_of
from lantai.web.security import address_of, login_address, program_door, refusal

log = logging.getLogger(__name__)
#: `config.registry[DOORS]`: door -> its own way to answer an error (WebDAV registers one)
DOORS = 'lantai.error_doors'


class InternalError(Unavailable):
    """A fault of the program; the log of the process has the rest."""

    name = 'internal-error'
    title = _('Something went wrong here; nothing was changed')
    status = 500


class NoSuchMethod(DomainError):
    """The address exists, the method does not."""

    name = 'method-not-allowed'
    title = _('This method is not for this address')
    status = 405


class BadForm(Malformed):
    """A form that did not come from our own page, or came too late."""

    name = 'bad-csrf-token'
    title = _('The form is out of date; please load the page again')


def on_domain_error(error: DomainError, request: Request) -> Response:
    """What a use case refused."""
    _begin(request)
    if error.logged:
        _log(error, request)
    return answer(error, request)


def on_forbidden(_error: HTTPForbidden, request: Request) -> Response:
    """The policy said no: who may not see the page gets the page that is not there."""
    _begin(request)
    return answer(refusal(request), request)


def on_http_error(error: HTTPException, request: Request) -> Response:
    """What Pyramid itself raised."""
    _begin(request)
    if 300 <= error.code < 400:
        return error
    kinds = {400: Malformed, 404: NotFound, 405: NoSuchMethod, 401: NotSignedIn}
    if isinstance(error, BadCSRFToken | BadCSRFOrigin):
        return answer(BadForm(), request)
    kind = kinds.get(error.code, InternalError if error.code >= 500 else Malformed)
    return answer(kind(), request)


def on_conflict(_error: TransientError, request: Request) -> Response:
    """Every try met somebody else's change."""
    _begin(request)
    return answer(Unavailable(retry_after=1), request)


def on_bug(error: Exception, request: Request) -> Response:
    """A fault of ours: told to the log of the process in full, to the person not at all."""
    log.error('%s %s failed\n%s', request.method, request.path, ''.join(traceback.format_exception(error)))
    _begin(request)
    return answer(InternalError(), request)


def on_unreadable(_error: UnicodeDecodeError, request: Request) -> Response:
    """An address or a form that is not UTF-8."""
    _begin(request)
    return answer(Malformed(), request)


def answer(error: DomainError, request: Request) -> Response:
    """The answer of the door that was asked."""
    door = program_door(request)
    own = request.registry.get(DOORS, {}).get(door)
    if own is not None:
        return own(error, request)
    if door or wants_json(request):
        return problem_response(error, request)
    if isinstance(error, NotSignedIn | BadForm) and is_own_form(request):
        return once_more(request)
    if isinstance(error, NotSignedIn):
        return HTTPSeeOther(login_address(request))
    return error_page(error, request)


def wants_json(request: Request) -> bool:
    """Whether a script of a page asked."""
    return request.headers.get('Accept', '').startswith('application/json')


def error_page(error: DomainError, request: Request) -> Response:
    """The page for people."""
    localizer = request.localizer
    status = status_of(error)
    if isinstance(error, errors.Forbidden):
        # to a person it is as if the page were not there
        error, status = NotFound(), 404
    values = {
        'status': status,
        'title': localizer.translate(error.title),
        'detail': localizer.translate(error.detail),
        'conditions': conditions_of(error, localizer),
    }
    response = render_to_response('lantai.templates:errors/error.pt', values, request=request)
    response.status = status
    response.headers.update(headers_of(error))
    return response


def _log(error: DomainError, request: Request) -> None:
    context = getattr(request, 'context', None)
    node = context if isinstance(context, Node) else None
    log_refusal(
        request.site,
        request.actor,
        error,
        node.uid if node is not None else None,
        program_door(request) or 'web',
        address_of(request),
        node_type=node.type if node is not None else None,
    )


def _begin(request: Request) -> None:
    """What was half done is rolled back before anything is shown; the answer reads in a new transaction."""
    # an error of the commit itself comes here with its transaction ended
    with suppress(NoTransaction):
        request.tm.abort()
    request.tm.begin()


def includeme(config: Configurator) -> None:
    # exception views need no permission and are exempt from CSRF by their nature
    config.add_exception_view(on_domain_error, context=DomainError)
    config.add_exception_view(on_conflict, context=TransientError)
    config.add_exception_view(on_unreadable, context=UnicodeDecodeError)
    config.add_exception_view(on_http_error, context=HTTPException)
    config.add_exception_view(on_bug, context=Exception)
    config.add_forbidden_view(on_forbidden)
    config.add_notfound_view(on_http_error)
