"""The switch between the languages: kept with the account, and in a cookie for whoever has not signed in."""

from __future__ import annotations

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from lantai.base.errors import Malformed
from lantai.base.i18n import _
from lantai.features.people import signing_in
from lantai.web.i18n import COOKIE, LANGUAGES
from lantai.web.security import safe_next

SECONDS_KEPT = 365 * 24 * 3600


@view_config(route_name='language', request_method='POST', permission=NO_PERMISSION_REQUIRED)
def switch(request) -> HTTPSeeOther:
    """Takes the language and goes back to the page it was asked on. Raises Malformed for a strange one."""
    language = request.POST.get('language')
    if language not in LANGUAGES:
        raise Malformed(_('This language is not known'))
    if request.actor is not None:
        signing_in.change_own_language(request.act, language)
    answer = HTTPSeeOther(safe_next(request.POST.get('back')))
    secure = request.scheme == 'https' or request.site.settings.secure_cookies
    answer.set_cookie(COOKIE, language, max_age=SECONDS_KEPT, samesite='Lax', secure=secure)
    return answer
