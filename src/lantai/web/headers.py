"""Headers of every page: nothing is loaded from elsewhere, nothing runs but the project's own files."""

from __future__ import annotations

from pyramid.events import NewResponse

CONTENT_SECURITY_POLICY = '; '.join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def protect_pages(event: NewResponse) -> None:
    """Adds the policy to pages; contents handed out bring their own, and keep it."""
    headers = event.response.headers
    headers.setdefault('X-Content-Type-Options', 'nosniff')
    if event.response.content_type != 'text/html':
        return
    headers.setdefault('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    headers.setdefault('Referrer-Policy', 'same-origin')
    headers.setdefault('Cross-Origin-Opener-Policy', 'same-origin')
    # A page shows what one person may see now: it is kept nowhere, not even for the button "back" after
    # signing out.
    headers.setdefault('Cache-Control', 'no-store')


def includeme(config) -> None:
    config.add_subscriber(protect_pages, NewResponse)
