"""Signing in and out, without any script; a one-time password is changed on the same page."""

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from lantai.base.errors import Invalid, Throttled
from lantai.base.i18n import _
from lantai.features.people import signing_in
from lantai.features.people.schema import login_form, new_password_form
from lantai.services.security.actor import Actor
from lantai.services.security.credentials import WrongCredentials
from lantai.services.security.passwords import MINIMUM_LENGTH
from lantai.services.security.people import people_of
from lantai.services.security.sessions import Session
from lantai.web import forms, notices
from lantai.web.cookies import end_session_cookie, start_session_cookie
from lantai.web.forms import Typed
from lantai.web.requests import act_as
from lantai.web.security import note_wrong_login, safe_next, session_of

#: who acts while nobody is signed in yet
NOBODY = Actor(id='')
PAGE = {
    'route_name': 'login',
    'permission': NO_PERMISSION_REQUIRED,
    'renderer': 'lantai.templates:people/login.pt',
}


@view_config(request_method='GET', **PAGE)
def form(request):
    """The form; who is signed in already goes on to where they wanted."""
    if request.actor is not None:
        return HTTPSeeOther(safe_next(request.GET.get('next')))
    return _page(request, Typed())


@view_config(request_method='POST', **PAGE)
def sign_in(request):
    """Starts a session, or shows the form again with what is wrong."""
    if _pending(request) is not None and 'new' in request.POST:
        return _choose_password(request)
    values, typed = forms.validated(login_form(), request.POST)
    if typed.errors:
        return _page(request, typed, status=422)
    act = act_as(request, NOBODY)
    agent = request.user_agent or ''
    try:
        signed = signing_in.sign_in(
            act, values['name'], values['password'], agent=agent, former=session_of(request)
        )
    except WrongCredentials as error:
        note_wrong_login(request, error)
        typed.general.append(
            _('The name or the password is wrong. Mind capital letters and the input method.')
        )
        return _page(request, typed, status=401)
    except Throttled as error:
        request.response.headers['Retry-After'] = str(error.retry_after)
        typed.general.append(throttled_message(error))
        return _page(request, typed, status=429)
    start_session_cookie(request, signed.cookie)
    return HTTPSeeOther(_own_address(request) if signed.must_change else safe_next(request.POST.get('next')))


@view_config(route_name='logout', request_method='POST', permission=NO_PERMISSION_REQUIRED)
def sign_out(request):
    """Ends the session; without one there is nothing to end."""
    session = session_of(request)
    if session is not None:
        person = people_of(request.repository).get(session.person)
        signing_in.sign_out(act_as(request, person.actor()), session)
    end_session_cookie(request)
    notices.tell(request, _('You are signed out'), 'plain')
    return HTTPSeeOther(request.route_path('login'))


def throttled_message(error: Throttled) -> str:
    """How long to wait, in words."""
    if error.retry_after < 60:
        return _(
            'Too many wrong passwords from here. Try again in ${n} seconds.', mapping={'n': error.retry_after}
        )
    minutes = -(-error.retry_after // 60)
    return _('Too many wrong passwords from here. Try again in ${n} minutes.', mapping={'n': minutes})


def _choose_password(request):
    session = session_of(request)
    values, typed = forms.validated(new_password_form(present=False), request.POST)
    if not typed.errors:
        person = people_of(request.repository).get(session.person)
        try:
            cookie = signing_in.choose_password(act_as(request, person.actor()), session, values['new'])
        except Invalid as error:
            typed.add(error.conditions, ('new', 'again'))
        else:
            start_session_cookie(request, cookie)
            return HTTPSeeOther(safe_next(request.POST.get('next')))
    return _page(request, typed, status=422)


def _pending(request) -> Session | None:
    """The session of somebody who has a password to choose before anything else."""
    return session_of(request) if request.actor is None else None


def _own_address(request) -> str:
    """This page again, with where to go afterwards."""
    wanted = safe_next(request.POST.get('next'))
    return request.route_path('login', _query={'next': wanted} if wanted != '/' else None)


def _page(request, typed: Typed, status: int = 200) -> dict:
    request.response.status_int = status
    # neither a proxy nor the browser's own store keeps a page with somebody's name in it
    request.response.cache_control = 'no-store'
    pending = _pending(request)
    return {
        'choosing': pending is not None,
        'person': pending.person if pending is not None else '',
        'name': typed.values.get('name', ''),
        'errors': typed.errors,
        'general': typed.general,
        'next': safe_next(request.params.get('next')),
        'minimum': MINIMUM_LENGTH,
    }
