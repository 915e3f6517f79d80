"""Upload: many files and whole folders with an outcome for each; without scripts several files of one
form.
"""

from __future__ import annotations

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Condition, Forbidden, Invalid, NotFound
from lantai.base.i18n import _
from lantai.features.ingest.taking_in import MOST_LEVELS, take_in
from lantai.features.records import rules
from lantai.features.records.lookup import find
from lantai.features.records.views.contents import milliseconds
from lantai.features.records.views.sent import plain_name, sent_files
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container
from lantai.web import notices
from lantai.web.uploads import received_body

PAGE = {'route_name': 'upload', 'permission': Permission.SEE}


@view_config(request_method='GET', renderer='lantai.templates:ingest/upload.pt', **PAGE)
def form(container, request) -> dict:
    """The page. Raises what would stop the first file, before anything is chosen."""
    _check(container, request)
    return {
        'title': request.layout.title_of(container),
        'crumbs': request.layout.crumbs(container, last_is_link=True),
        'one_url': request.path,
        'several': True,
        'folders': True,
        'back': request.layout.url_of(container),
        'dav_path': '/dav/' + '/'.join(container.segments) + '/',
    }


@view_config(request_method='POST', accept='text/html', **PAGE)
def several(container, request):
    """The files of a form, all or nothing, each a record of its own."""
    _check(container, request)
    files = sent_files(request, 'files')
    if not files:
        raise Invalid(conditions=[Condition('no-file', _('Choose at least one file'), 'files')])
    path = container.segments

    def store(act) -> int:
        target = find(act, path)
        return len([take_in(act, target, (each.name,), each.received) for each in files])

    try:
        number = request.site.committer.run(store, request.act.actor, door='web', address=request.act.address)
    finally:
        for each in files:
            each.received.discard()
    notices.tell(request, _('Stored: ${n}', mapping={'n': number}))
    return HTTPSeeOther(request.layout.url_of(container))


@view_config(request_method='POST', accept='application/json', renderer='json', **PAGE)
def one(container, request) -> dict:
    """One file as the body of a request, for the script of the page; its path makes folders in the inbox."""
    _check(container, request)
    names = [plain_name(part) for part in request.GET.get('path', '').split('/') if part.strip()]
    if not names or len(names) > MOST_LEVELS:
        raise Invalid(conditions=[Condition('bad-path', _('The path of the file cannot be used'), 'path')])
    mtime = milliseconds(request.GET.get('modified'))
    path = container.segments
    with received_body(
        request, request.site.contents, limit=request.site.settings.max_upload or None
    ) as received:
        taken = request.site.committer.run(
            lambda act: take_in(act, find(act, path), names, received, mtime),
            request.act.actor,
            door='web',
            address=request.act.address,
        )
    outcome = _('Stored') if taken.new else _('Was here already, unchanged')
    return {'outcome': request.localizer.translate(outcome), 'url': request.layout.url_at(taken.segments)}


def _check(container, request) -> None:
    if not isinstance(container, Container) or container.type not in ('inbox', 'folder', 'series', 'file'):
        raise NotFound()
    rules.check_open(container)
    if Permission.CREATE not in policy.permissions(request.actor, container):
        raise Forbidden()
