"""CSRF tokens bound to a cookie: nothing is stored, and a new cookie (at every sign-in) is a new token."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from pyramid.interfaces import ICSRFStoragePolicy
from pyramid.request import Request, RequestLocalCache
from zope.interface import implementer

from lantai.services.security.sessions import csrf_token
from lantai.web.cookies import FORM_COOKIE, SESSION_COOKIE, send_cookie
from lantai.web.security import session_of


@implementer(ICSRFStoragePolicy)
class CookieBoundCSRF:
    """Made from the session's cookie; before there is a session, from a cookie made for the login form."""

    def __init__(self) -> None:
        self._made = RequestLocalCache()

    def get_csrf_token(self, request: Request) -> str:
        """The token for the forms of this answer."""
        secret = self._secret(request)
        if not secret:
            secret = secrets.token_urlsafe(32)
            self._made.set(request, secret)
            send_cookie(request, FORM_COOKIE, secret)
        return csrf_token(secret)

    def new_csrf_token(self, request: Request) -> str:
        """The same token: it changes with its cookie."""
        return self.get_csrf_token(request)

    def check_csrf_token(self, request: Request, supplied_token: str) -> bool:
        """Whether a form came from a page of this server in this browser."""
        secret = self._secret(request)
        if not secret:
            return False
        supplied = supplied_token.encode('utf-8', 'surrogatepass')
        return hmac.compare_digest(csrf_token(secret).encode(), supplied)

    def _secret(self, request: Request) -> str:
        if session_of(request) is not None:
            return request.cookies[SESSION_COOKIE]
        return self._made.get(request, '') or request.cookies.get(FORM_COOKIE, '')


def includeme(config: Any) -> None:
    config.set_csrf_storage_policy(CookieBoundCSRF())
