"""What is known of a file beside its description: its text, its real format, its preview."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.digests import sha256_hex
from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.features.records import naming
from lantai.features.records.model import Component, Item
from lantai.features.records.reading import GONE, is_restricted
from lantai.services.extraction.words import word_of
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.derived import Previews, TextState
from lantai.web import notices
from lantai.web.content import Content, content_response


@dataclass(frozen=True)
class About:
    """What the page of an item says of one file."""

    #: what became of its text, and whether that is worse than it should be
    text: str
    text_failed: bool
    #: what it is, where its name says otherwise; and the address that names it by what it is
    mismatch: str
    rename_url: str | None
    rename_title: str
    preview_url: str | None


def about(request, component: Component, readable: bool, changeable: bool) -> About:
    """What is known of a file, for somebody who may read it or not, change it or not."""
    facts = request.site.contents.texts.facts(component.content_key)
    real = naming.contradiction(component)
    proper = naming.proper_name(component) if real is not None else ''
    kind = proper.rpartition('.')[2].upper()
    return About(
        text='' if component.item.state in GONE else word_of(facts),
        text_failed=facts.state == TextState.FAILED,
        mismatch=_mismatch(kind, real['name']) if real is not None else '',
        rename_url=request.layout.url_of(component, 'as-format') if changeable and proper else None,
        rename_title=_('Treat as ${format}', mapping={'format': kind}) if proper else '',
        preview_url=preview_url(request, component, 'large') if readable else None,
    )


def _mismatch(kind: str, name: str) -> str:
    if not (kind or name):
        return _('The content is not what the ending of the name says')
    return _(
        'The content is ${format}; the ending of the name says otherwise', mapping={'format': kind or name}
    )


def format_facts(component: Component) -> list[tuple[str, str]]:
    """The format as PRONOM identifies it, with its number, and whether it is one to be kept for good."""
    known = component.format or {}
    if known.get('version') != component.version or not known.get('puid'):
        return []
    archival = _('Archival format') if known.get('archival') else _('Not an archival format')
    return [(_('PRONOM'), known['puid']), (_('For keeping'), archival)]


def preview_url(request, component: Component | None, size: str) -> str | None:
    """The address of a preview, where there is one. What is restricted has none: each reading is an event."""
    if component is None or component.item.state in GONE or is_restricted(component.item):
        return None
    if not request.site.contents.previews.holds(component.content_key, size):
        return None
    # another content, another address: a browser may keep each
    return request.layout.url_of(component, 'preview', size=size, v=component.version)


def thumb_of(request, item: Item) -> str | None:
    """The address of the small picture of an item's first file, for whoever may read it."""
    if Permission.READ not in policy.permissions(request.actor, item):
        return None
    return preview_url(request, next(iter(item.components), None), 'small')


@view_config(
    route_name='preview', context=Component, permission=Permission.READ, request_method=('GET', 'HEAD')
)
def preview(component: Component, request) -> Any:
    """A picture of a file, `?size=small` or `large`. Raises NotFound where there is none."""
    size = request.GET.get('size', 'small')
    previews = request.site.contents.previews
    if size not in Previews.SIZES or preview_url(request, component, size) is None:
        raise NotFound()
    try:
        stream = previews.path(component.content_key, size).open('rb')
    except FileNotFoundError as error:
        raise NotFound() from error
    with stream:
        data = stream.read()
    content = Content(
        io.BytesIO(data), len(data), sha256_hex(data), 'image/jpeg', 'preview.jpg', component.received
    )
    return content_response(request, content, in_place=True)


@view_config(route_name='as-format', context=Component, permission=Permission.PUT, request_method='POST')
def treat_as_format(component: Component, request) -> HTTPSeeOther:
    """Names a file by what it is. Raises NothingContradicts, and what renaming raises."""
    item = component.item
    name = naming.name_by_content(request.act, component)
    notices.tell(request, _('It is called ${name} now', mapping={'name': name}))
    return HTTPSeeOther(request.layout.url_of(item, file=name) + '#files')
