"""What is done with the records of a folder: filled in, described, joined, placed, submitted, deleted,
split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.features.ingest import arranging
from lantai.features.ingest.arranging import Outcome
from lantai.features.ingest.views.folder import COMMON
from lantai.features.records.lookup import by_uid
from lantai.features.records.model import Component, Folder, Inbox, Item
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.web import forms, notices
from lantai.web.refusals import note_refusal
from lantai.web.security import safe_next

AT_ONCE = 500
_TITLES = {
    'fill': _('Save what was filled in'),
    'submit-complete': _('Submit'),
    'submit': _('Submit'),
    'settle': _('Put in the proposed series'),
    'delete': _('Delete'),
    'describe': _('Describe together'),
}
OUTCOMES = 'lantai.templates:records/outcomes.pt'


@view_config(
    route_name='arrange', context=Folder, permission=Permission.SEE, request_method='POST', renderer=OUTCOMES
)
@view_config(
    route_name='arrange', context=Inbox, permission=Permission.SEE, request_method='POST', renderer=OUTCOMES
)
def arrange(folder: Folder | Inbox, request):
    """One of the acts on the records selected; what is not possible for some is told for each."""
    name = request.POST.get('do')
    acts: dict[str, Callable] = {
        'fill': _fill,
        'submit-complete': _submit_complete,
        'submit': _submit,
        'settle': _settle,
        'delete': _delete,
        'join': _join,
        'describe': _describe,
    }
    if name not in acts:
        raise NotFound()
    return acts[name](request, folder)


def _fill(request, folder):
    """The elements typed into the table, `fill.<uid>.<element>`."""
    typed: dict[str, dict[str, str]] = {}
    for name, value in forms.typed(request.POST).items():
        prefix, _dot, rest = name.partition('.')
        uid, _dot, element = rest.partition('.')
        if prefix == 'fill' and value.strip():
            typed.setdefault(uid, {})[element] = value
    items = {uid: (_item(request, folder, uid), values) for uid, values in list(typed.items())[:AT_ONCE]}
    return _told(request, folder, arranging.fill(request.act, items), _('Saved'))


def _submit_complete(request, folder):
    """Every record of the page that can be submitted as it is."""
    items = []
    for uid in request.POST.getall('complete')[:AT_ONCE]:
        item = _item(request, folder, uid)
        if any(offer.name == 'submit' and offer.allowed for offer in engine.available(request.act, item)):
            items.append(item)
    return _told(request, folder, arranging.submit(request.act, items), _('Submitted for review'))


def _submit(request, folder):
    items = _selected(request, folder)
    return _told(request, folder, arranging.submit(request.act, items), _('Submitted for review'))


def _settle(request, folder):
    return _told(
        request, folder, arranging.settle(request.act, _selected(request, folder)), _('Put in their place')
    )


def _delete(request, folder):
    return _told(request, folder, arranging.delete(request.act, _selected(request, folder)), _('Deleted'))


def _join(request, folder):
    """The first one selected, or the one named, takes the files of the others."""
    items = _selected(request, folder)
    main = next((item for item in items if item.uid == request.POST.get('main')), items[0] if items else None)
    if main is None:
        return _told(request, folder, [], '')
    arranging.join(request.act, main, items)
    notices.tell(request, _('Joined into one record'))
    return HTTPSeeOther(request.layout.url_of(main))


def _describe(request, folder):
    """The same values for all selected; elements left empty stay as they are in each."""
    values = {
        name: request.POST[f'all.{name}'] for name in COMMON if request.POST.get(f'all.{name}', '').strip()
    }
    items = _selected(request, folder)
    outcomes = arranging.describe(request.act, items, values) if values else []
    return _told(request, folder, outcomes, _('Saved'))


def _selected(request, folder) -> list[Item]:
    return [_item(request, folder, uid) for uid in dict.fromkeys(request.POST.getall('uid')[:AT_ONCE])]


def _item(request, folder, uid: str) -> Item:
    item = by_uid(request.act, uid)
    if not isinstance(item, Item) or item.__parent__ is not folder:
        raise NotFound()
    return item


def _told(request, folder, outcomes: Iterable[Outcome], message: str):
    """Back to the folder when all went well; else what did not, and why."""
    outcomes = list(outcomes)
    back = safe_next(request.POST.get('back'))
    failed = [each for each in outcomes if not each.done]
    for each in failed:
        note_refusal(request, each.error, request.repository.by_uid(each.uid))
    if not failed:
        done = _('${what}: ${n}', mapping={'what': message, 'n': len(outcomes)})
        notices.tell(
            request, done if outcomes else _('Select at least one record'), 'good' if outcomes else 'warn'
        )
        return HTTPSeeOther(back if back != '/' else request.layout.url_of(folder))
    return {
        'title': _TITLES[request.POST['do']],
        'failed': [
            {'title': each.title, 'url': _url(request, each.uid), 'reasons': each.reasons} for each in failed
        ],
        'done': len(outcomes) - len(failed),
        'total': len(outcomes),
        'back': back,
    }


def _url(request, uid: str) -> str:
    node = request.repository.by_uid(uid)
    return request.layout.url_of(node) if node is not None else ''


@view_config(route_name='split', context=Component, permission=Permission.SEE, request_method='POST')
def split(component: Component, request) -> HTTPSeeOther:
    """Makes a record of its own of one file."""
    apart = arranging.split(request.act, component)
    notices.tell(request, _('Split off'))
    return HTTPSeeOther(request.layout.url_of(apart))
