"""What has just been done, told on the page that follows.

A notice travels in a short-lived cookie of its own, so that no session has to be written for it. What comes
back is untrusted text: it is shown as text, and only the four known kinds and the catalogue's own messages
are used.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from translationstring import TranslationString

from lantai.base.i18n import DOMAIN

COOKIE = 'lantai_notice'
KINDS = ('good', 'warn', 'bad', 'plain')
_MOST_BYTES = 3000
_KEY = 'lantai.notices'


@dataclass(frozen=True)
class Notice:
    """A sentence, and whether it is good news."""

    kind: str
    message: str


def tell(request, message: str, kind: str = 'good') -> None:
    """Says `message` (translatable) on the page that follows a redirect."""
    if kind not in KINDS:
        raise ValueError(f'no kind of notice is called {kind}')
    waiting = request.__dict__.setdefault(_KEY, [])
    waiting.append(
        {
            'k': kind,
            'm': str(message),
            'v': dict(getattr(message, 'mapping', None) or {}),
            't': isinstance(message, TranslationString),
        }
    )
    text = base64.urlsafe_b64encode(json.dumps(waiting, default=str).encode()).decode('ascii')
    if len(text) > _MOST_BYTES:
        waiting.pop()
        return

    def send(request, response) -> None:
        secure = request.scheme == 'https'
        response.set_cookie(COOKIE, text, max_age=60, httponly=True, samesite='Lax', secure=secure)

    request.add_response_callback(send)


def take(request) -> list[Notice]:
    """The notices waiting for this page; they are gone afterwards."""
    text = request.cookies.get(COOKIE)
    if not text:
        return []
    request.add_response_callback(lambda request, response: response.delete_cookie(COOKIE))
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode('ascii')))
        return [_notice(each) for each in found if each['k'] in KINDS]
    except (ValueError, binascii.Error, TypeError, KeyError, AttributeError):
        return []  # not ours, or cut off: there is nothing to tell


def _notice(each: dict) -> Notice:
    message = str(each['m'])
    if each['t']:
        mapping = {str(name): str(value) for name, value in each['v'].items()}
        message = TranslationString(message, domain=DOMAIN, mapping=mapping)
    return Notice(each['k'], message)
