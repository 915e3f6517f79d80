"""Cookies of the pages: not for scripts, not for other sites, not for plain HTTP where there is HTTPS."""

from __future__ import annotations

from pyramid.request import Request

#: the cookie of a session, and the one that ties the login form to the browser it was sent to
SESSION_COOKIE, FORM_COOKIE = 'lantai_session', 'lantai_form'


def cookie_header(request: Request, name: str, value: str | None) -> str:
    """The value of a Set-Cookie header; None takes the cookie back."""
    parts = [f'{name}={value or ""}', 'Path=/', 'HttpOnly', 'SameSite=Lax']
    if value is None:
        parts.append('Max-Age=0')
    if request.scheme == 'https' or request.site.settings.secure_cookies:
        parts.append('Secure')
    return '; '.join(parts)


def send_cookie(request: Request, name: str, value: str | None) -> None:
    """Send a cookie, or take it back, with the answer to come."""
    header = cookie_header(request, name, value)
    request.add_response_callback(lambda _request, response: response.headers.add('Set-Cookie', header))


def start_session_cookie(request: Request, token: str) -> None:
    """Send the cookie of a session just started; the one of the login form has done its work."""
    send_cookie(request, SESSION_COOKIE, token)
    send_cookie(request, FORM_COOKIE, None)


def end_session_cookie(request: Request) -> None:
    """Take the session's cookie back."""
    send_cookie(request, SESSION_COOKIE, None)
