"""One's own account: language, password, application passwords, tokens, sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Invalid, NotFound, Throttled
from lantai.base.i18n import _
from lantai.features.people import signing_in, tokens
from lantai.features.people.errors import TooManyTokens
from lantai.features.people.schema import new_password_form, token_form
from lantai.features.people.views.login import throttled_message
from lantai.features.people.words import role_title
from lantai.services.security.passwords import MINIMUM_LENGTH
from lantai.services.security.permissions import Permission
from lantai.services.security.tokens import Token, TokenKind
from lantai.web import forms, notices
from lantai.web.cookies import start_session_cookie
from lantai.web.forms import Typed
from lantai.web.i18n import LANGUAGES
from lantai.web.security import session_of

PAGE = {'permission': Permission.SIGNED_IN, 'renderer': 'lantai.templates:people/account.pt'}
KINDS = (TokenKind.APPLICATION, TokenKind.API)


@dataclass(frozen=True)
class SessionRow:
    """A session as the page shows it."""

    id: str
    agent: str
    address: str
    started: datetime
    used: datetime
    here: bool


@dataclass(frozen=True)
class TokenRow:
    """A token as the page shows it; never its secret."""

    id: str
    label: str
    created: str
    last_used: str
    expires: str
    expired: bool


@view_config(route_name='account', request_method='GET', **PAGE)
def show(request):
    """The page."""
    return _page(request)


@view_config(route_name='account.password', request_method='POST', **PAGE)
def change_password(request):
    """Changes the password, or shows the page again with what is wrong."""
    values, typed = forms.validated(new_password_form(present=True), request.POST)
    if not typed.errors:
        try:
            cookie = signing_in.change_own_password(
                request.act, session_of(request), values['present'], values['new']
            )
        except Invalid as error:
            typed.add(error.conditions, ('present', 'new', 'again'))
        except Throttled as error:
            typed.errors['present'] = [throttled_message(error)]
        else:
            start_session_cookie(request, cookie)
            notices.tell(request, _('Your password is changed. You are signed out everywhere else.'))
            return HTTPSeeOther(request.route_path('account'))
    request.response.status_int = 422
    return _page(request, password=typed)


@view_config(route_name='account.tokens', request_method='POST', **PAGE)
def create_token(request):
    """Makes a token and shows it, once: this answer is not kept by anybody."""
    values, typed = forms.validated(token_form(), request.POST)
    kind = TokenKind.API if typed.values.get('kind') == TokenKind.API else TokenKind.APPLICATION
    if not typed.errors:
        try:
            _id, text = tokens.create_token(request.act, values['label'], values['expires'], kind)
        except Invalid as error:
            typed.add(error.conditions, ('label', 'expires'))
        except TooManyTokens as error:
            typed.general.append(error.detail)
        else:
            return _page(request, made=(kind, text))
    request.response.status_int = 422
    return _page(request, token=(kind, typed))


@view_config(route_name='account.revoke', request_method='POST', permission=Permission.SIGNED_IN)
def revoke(request):
    """Takes a token back."""
    id = request.POST.get('id', '')
    _try(request, lambda: tokens.revoke_token(request.act, id), _('It opens nothing any more'))
    return HTTPSeeOther(request.route_path('account'))


@view_config(route_name='account.end', request_method='POST', permission=Permission.SIGNED_IN)
def end(request):
    """Ends a session elsewhere."""
    id = request.POST.get('id', '')
    _try(request, lambda: signing_in.end_session(request.act, id), _('That session is ended'))
    return HTTPSeeOther(request.route_path('account'))


def _try(request, change, done: str) -> None:
    """What is gone already was wanted gone: a second click is no error."""
    try:
        change()
    except NotFound:
        notices.tell(request, _('It was gone already'), 'plain')
    else:
        notices.tell(request, done)


def _page(
    request,
    *,
    password: Typed | None = None,
    token: tuple[TokenKind, Typed] | None = None,
    made: tuple[TokenKind, str] | None = None,
) -> dict:
    request.response.cache_control = 'no-store'
    actor = request.actor
    return {
        'roles': [_role(request, grant) for grant in actor.grants],
        'office': role_title(actor.administrator) if actor.administrator else None,
        'languages': [(code, title, code == request.locale_name) for code, title in LANGUAGES.items()],
        'password_errors': (password or Typed()).errors,
        'token_kind': token[0] if token else None,
        'token': token[1] if token else Typed(),
        'made': made,
        'tokens': {kind: _tokens(request, kind) for kind in KINDS},
        'sessions': [_session(request, each) for each in signing_in.own_sessions(request.act)],
        'dav_address': request.application_url + '/dav/',
        'minimum': MINIMUM_LENGTH,
    }


def _role(request, grant) -> dict:
    node = request.repository.by_uid(grant.node)
    return {
        'title': role_title(grant.role),
        'on': request.layout.title_of(node) if node is not None else '—',
        'unit': grant.unit,
    }


def _tokens(request, kind: TokenKind) -> list[TokenRow]:
    return [_token(request, each) for each in tokens.own_tokens(request.act, kind)]


def _token(request, token: Token) -> TokenRow:
    day = request.layout.day
    return TokenRow(
        token.id,
        token.label,
        day(token.created),
        day(token.last_used),
        day(token.expires),
        token.expired(request.act.clock.today()),
    )


def _session(request, session) -> SessionRow:
    here = session_of(request)
    return SessionRow(
        session.id,
        browser_in_words(session.agent),
        session.address,
        datetime.fromtimestamp(session.started, UTC),
        datetime.fromtimestamp(session.used, UTC),
        here is not None and here.id == session.id,
    )


def browser_in_words(agent: str) -> str:
    """Browser and system of a User-Agent, as people know them; the text itself when it says neither."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), '')
    system = next((name for mark, name in _SYSTEMS if mark in agent), '')
    return ' · '.join(filter(None, (browser, system))) or agent[:60] or '—'


_BROWSERS = (
    ('Edg/', 'Edge'),
    ('OPR/', 'Opera'),
    ('MicroMessenger', '微信'),
    ('QQBrowser', 'QQ'),
    ('Firefox/', 'Firefox'),
    ('Chrome/', 'Chrome'),
    ('Safari/', 'Safari'),
)
_SYSTEMS = (
    ('Windows', 'Windows'),
    ('Android', 'Android'),
    ('iPhone', 'iOS'),
    ('iPad', 'iPadOS'),
    ('Mac OS X', 'macOS'),
    ('Linux', 'Linux'),
)
