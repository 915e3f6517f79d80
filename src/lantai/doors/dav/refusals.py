"""A refusal as WebDAV tells it: a `DAV:error` body with one condition for programs and a sentence for people.

The sentence stands there in Chinese and in English: the program that shows it rarely says what it prefers.
"""

from pyramid.request import Request
from pyramid.response import Response

from lantai.base.errors import DomainError
from lantai.doors.dav.multistatus import text
from lantai.web.i18n import translate
from lantai.web.problem import headers_of, status_of

#: how languages are called in XML
_LANGUAGES = {'zh_CN': 'zh-CN', 'en': 'en'}
#: names of ours that RFC 4918 and RFC 4331 have as well
_STANDARD = frozenset({'quota-not-exceeded', 'propfind-finite-depth'})
#: what the tree forbids for good, where the JSON door says "not in this state"
_NEVER_HERE = frozenset({'does-not-belong'})


def answer(error: DomainError, request: Request) -> Response:
    """The whole answer; registered as the way this door shows errors."""
    response = Response(body(error), status=status(error), content_type='application/xml', charset='utf-8')
    response.headers.update(headers_of(error))
    if response.status_int == 405:
        response.headers['Allow'] = ALLOW
    if request.method == 'HEAD':
        response.content_length = len(response.body)
    return response


def status(error: DomainError) -> int:
    """403 for what will never be, where other doors say 409 (webdav-clients.md B2)."""
    if getattr(error, 'final', False) or error.name in _NEVER_HERE:
        return 403
    return status_of(error)


def condition(error: DomainError) -> str:
    """The condition element of an error."""
    name = getattr(error, 'condition', None) or (error.name if error.name in _STANDARD else None)
    if name is None:
        return f'<L:{error.name} xmlns:L="urn:x-lantai"/>'
    hrefs = ''.join(f'<D:href>{text(href)}</D:href>' for href in getattr(error, 'hrefs', ()))
    return f'<D:{name}>{hrefs}</D:{name}>' if hrefs else f'<D:{name}/>'


def body(error: DomainError) -> bytes:
    """The XML of a refusal: its condition for programs, its sentence in both languages for people."""
    sentences = ''.join(
        f'<L:text xml:lang="{tag}">{text(sentence(error, language))}</L:text>'
        for language, tag in _LANGUAGES.items()
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<D:error xmlns:D="DAV:" xmlns:L="urn:x-lantai">{condition(error)}{sentences}</D:error>\n'
    ).encode()


def sentence(error: DomainError, language: str) -> str:
    """What a person is told: the detail, and every reason there is."""
    parts = [error.detail, *(reason.message for reason in error.conditions)]
    return ' '.join(dict.fromkeys(translate(part, language) for part in parts))


ALLOW = 'OPTIONS, PROPFIND, PROPPATCH, GET, HEAD, PUT, DELETE, MKCOL, COPY, MOVE, LOCK, UNLOCK'
