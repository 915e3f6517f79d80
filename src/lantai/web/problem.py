"""Errors of the domain as HTTP: one table of statuses, one JSON shape (RFC 9457)."""

from typing import Any

from pyramid.i18n import Localizer
from pyramid.request import Request
from pyramid.response import Response

from lantai.base import errors
from lantai.base.canonical import canonical_json

#: the kinds of errors; the first that fits counts
STATUS: tuple[tuple[type[errors.DomainError], int], ...] = (
    (errors.Malformed, 400),
    (errors.NotSignedIn, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.WrongState, 409),
    (errors.Gone, 410),
    (errors.Stale, 412),
    (errors.TooLarge, 413),
    (errors.UnsupportedType, 415),
    (errors.Invalid, 422),
    (errors.Locked, 423),
    (errors.Throttled, 429),
    (errors.Unavailable, 503),
    (errors.OverQuota, 507),
)
CHALLENGE = 'Basic realm="Lantai", charset="UTF-8"'


def status_of(error: errors.DomainError) -> int:
    """The HTTP status of an error; one that belongs to a protocol says its own."""
    own = getattr(error, 'status', None)
    if own is not None:
        return own
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def conditions_of(error: errors.DomainError, localizer: Localizer) -> list[dict[str, Any]]:
    """All the reasons, in the caller's language."""
    return [condition_json(condition, localizer) for condition in error.conditions]


def condition_json(condition: errors.Condition, localizer: Localizer) -> dict[str, Any]:
    """One reason as the contract's `{"code", "message", "field"?}`."""
    shown = {'code': condition.code, 'message': localizer.translate(condition.message)}
    if condition.field:
        shown['field'] = condition.field
    return shown


def headers_of(error: errors.DomainError) -> dict[str, str]:
    """The headers that belong to an error."""
    headers = {}
    if isinstance(error, errors.NotSignedIn):
        headers['WWW-Authenticate'] = CHALLENGE
    retry_after = getattr(error, 'retry_after', None)
    if retry_after is not None:
        headers['Retry-After'] = str(int(retry_after))
    return headers


def problem(error: errors.DomainError, request: Request) -> dict[str, Any]:
    """The body of `application/problem+json`."""
    localizer = request.localizer
    shown: dict[str, Any] = {
        'type': f'urn:lantai:{error.name}',
        'title': localizer.translate(error.title),
        'status': status_of(error),
        'detail': localizer.translate(error.detail),
    }
    if error.conditions:
        shown['conditions'] = conditions_of(error, localizer)
    return shown


def problem_response(error: errors.DomainError, request: Request) -> Response:
    """The whole answer of the JSON door."""
    response = Response(
        canonical_json(problem(error, request)),
        status=status_of(error),
        content_type='application/problem+json',
    )
    response.charset = None
    response.headers.update(headers_of(error))
    return response
