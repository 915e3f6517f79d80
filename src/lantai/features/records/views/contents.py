"""The files of an item: handing them out, adding, replacing."""

from __future__ import annotations

from datetime import UTC, datetime

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Condition, Gone, Invalid, NotFound
from lantai.base.i18n import _
from lantai.base.names import check_name
from lantai.features.records import deposit, rules, service
from lantai.features.records.lookup import by_uid
from lantai.features.records.model import Component, Item
from lantai.features.records.reading import GONE
from lantai.features.records.views.sent import plain_name, sent_files
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web import notices
from lantai.web.content import Content, content_response
from lantai.web.uploads import parse_mtime, received_body


@view_config(
    route_name='content', context=Component, permission=Permission.SEE, request_method=('GET', 'HEAD')
)
@view_config(route_name='content', context=Item, permission=Permission.SEE, request_method=('GET', 'HEAD'))
def download(node: Component | Item, request):
    """The bytes as they came; `?show` lets the browser show what is harmless. Raises Gone, NotFound."""
    component = node if isinstance(node, Component) else node.single
    if component is None:
        raise NotFound()
    if component.item.state in GONE:
        raise Gone()
    # whoever sees what was destroyed is told so; nobody may read that any more
    policy.require(request.act, Permission.READ, component)
    return content_response(request, content_of(request, component), in_place='show' in request.GET)


def content_of(request, component: Component) -> Content:
    """What the answer needs, as plain values and an open file."""
    return Content(
        stream=request.site.contents.open(component.content_key),
        size=component.size,
        sha256=component.sha256,
        media_type=component.media_type,
        name=component.name,
        modified=component.received,
    )


@view_config(
    route_name='attach',
    context=Item,
    permission=Permission.PUT,
    request_method='GET',
    renderer='lantai.templates:records/attach.pt',
)
def attach_form(item: Item, request) -> dict:
    """The page to add files. Raises what would stop it before anything is chosen."""
    rules.check_change(request.act, Permission.PUT, item)
    return _page(request, item, item.title, several=True)


@view_config(
    route_name='attach', context=Item, permission=Permission.PUT, request_method='POST', accept='text/html'
)
def attach(item: Item, request):
    """Files of a form, all or nothing."""
    files = sent_files(request, 'files')
    if not files:
        raise Invalid(conditions=[Condition('no-file', _('Choose at least one file'), 'files')])
    uid = item.uid

    def store(act) -> int:
        target = by_uid(act, uid)
        for each in files:
            deposit.put(act, target, each.name, each.received)
        return len(files)

    _committed(request, store, files)
    return HTTPSeeOther(request.layout.url_of(item) + '#files')


@view_config(
    route_name='attach',
    context=Item,
    permission=Permission.PUT,
    request_method='POST',
    accept='application/json',
    renderer='json',
)
def attach_one(item: Item, request) -> dict:
    """One file as the body of a request, for the script of the page."""
    name = check_name(plain_name(request.GET.get('path', '')))
    mtime = milliseconds(request.GET.get('modified'))
    uid = item.uid
    with received_body(
        request, request.site.contents, limit=request.site.settings.max_upload or None
    ) as received:
        created = request.site.committer.run(
            lambda act: deposit.put(act, by_uid(act, uid), name, received, client_mtime=mtime).created,
            request.act.actor,
            door='web',
            address=request.act.address,
        )
    outcome = _('Stored') if created else _('Replaced')
    return {'outcome': request.localizer.translate(outcome), 'url': request.layout.url_of(item, file=name)}


@view_config(
    route_name='replace',
    context=Component,
    permission=Permission.PUT,
    request_method='GET',
    renderer='lantai.templates:records/attach.pt',
)
def replace_form(component: Component, request) -> dict:
    """The page to put another content in the place of a file."""
    rules.check_change(request.act, Permission.PUT, component)
    return _page(request, component, component.name, several=False)


@view_config(route_name='replace', context=Component, permission=Permission.PUT, request_method='POST')
def replace(component: Component, request):
    """New content; the file keeps its name. The former bytes go away with the commit."""
    files = sent_files(request, 'files')
    if len(files) != 1:
        for each in files:
            each.received.discard()
        raise Invalid(conditions=[Condition('no-file', _('Choose one file'), 'files')])
    uid = component.uid
    _committed(request, lambda act: deposit.replace(act, by_uid(act, uid), files[0].received), files)
    return HTTPSeeOther(request.layout.url_of(component.item, file=component.name) + '#files')


@view_config(route_name='role', context=Component, permission=Permission.EDIT, request_method='POST')
def set_role(component: Component, request):
    """What a file is in its record: main text, final draft, attachment, processing sheet."""
    service.edit(request.act, component, {'role': request.POST.get('role', '')})
    return HTTPSeeOther(request.layout.url_of(component.item, file=component.name) + '#files')


def _committed(request, change, files) -> None:
    try:
        request.site.committer.run(change, request.act.actor, door='web', address=request.act.address)
    finally:
        for each in files:
            each.received.discard()
    notices.tell(request, _('Stored'))


def _page(request, node, title: str, several: bool) -> dict:
    item = node if isinstance(node, Item) else node.item
    return {
        'title': title,
        'crumbs': request.layout.crumbs(item, last_is_link=True),
        'several': several,
        'one_url': request.path if several else None,
        'back': request.layout.url_of(item) + '#files',
    }


def milliseconds(text: str | None) -> datetime | None:
    """A file's time as scripts tell it: milliseconds since 1970."""
    moment = parse_mtime(text[:-3] if text and text.isascii() and text.isdigit() and len(text) > 3 else None)
    return moment.astimezone(UTC) if moment is not None else None
