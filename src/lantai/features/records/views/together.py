"""A step for all that match a filter, not only for what is on this page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.features.records import together
from lantai.features.records.model import Item
from lantai.features.records.views import offers, stepping
from lantai.features.records.views.approvals import tasks_for
from lantai.features.records.views.listing import asked
from lantai.features.records.views.matching import matching
from lantai.services.search.errors import IndexUnavailable
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.store.tree import Container
from lantai.web import forms, notices
from lantai.web.security import safe_next

#: with words in the filter the records are looked at one by one to count them: no more than these
COUNTED = 200
#: no step for more than these, whoever asks
MOST = 20_000


@dataclass(frozen=True)
class ForAll:
    """A button that takes a step for all that match."""

    name: str
    title: str
    number: int
    url: str


def for_all(request, container: Container, query: dict[str, Any]) -> list[ForAll]:
    """The steps for all that match, where that is more than one and the number is known."""
    found = []
    kept = {name: query[name] for name in ('state', 'words')}
    for name, title, permission in offers.BULK:
        if not query['words']:
            number = _counted(request, container, query['state'], name, permission)
        else:
            number = _looked_at(request, container, query, name, permission)
        if 1 < number <= MOST:
            found.append(ForAll(name, title, number, request.layout.url_of(container, 'all-steps', **kept)))
    return found


def _fits(request, container: Container, name: str, permission: Permission) -> Callable[[tuple], bool]:
    sources = request.site.workflows['item'].transitions[name].sources
    seen = policy.visible(request.actor, container)

    def fits(key: tuple) -> bool:
        return (
            key[0] == 'item'
            and key[1] in sources
            and seen(key)
            and permission in policy.permissions_as(request.actor, container, key)
        )

    return fits


def _counted(request, container: Container, state: str, name: str, permission: Permission) -> int:
    fits = _fits(request, container, name, permission)
    counts = container.counts().items()
    return sum(number for key, number in counts if (not state or key[1] == state) and fits(key))


def _looked_at(
    request, container: Container, query: dict[str, Any], name: str, permission: Permission
) -> int:
    fits = _fits(request, container, name, permission)
    try:
        nodes = list(islice(matching(request, container, query), COUNTED + 1))
    except IndexUnavailable:
        return 0
    return sum(fits(node.class_key()) for node in nodes) if len(nodes) <= COUNTED else 0


@view_config(
    route_name='all-steps',
    permission=Permission.SEE,
    request_method='POST',
    renderer='lantai.templates:records/outcomes.pt',
)
def of_container(container: Container, request):
    """The step for everything in a container that matches its filter."""
    name = request.POST.get('all', '')
    permission = next((each for step, _title, each in offers.BULK if step == name), None)
    if permission is None or not isinstance(container, Container):
        raise NotFound()
    fits = _fits(request, container, name, permission)
    nodes = matching(request, container, asked(request))
    return _take(request, (node for node in nodes if fits(node.class_key())), name)


@view_config(
    route_name='all-waiting',
    permission=Permission.SIGNED_IN,
    request_method='POST',
    renderer='lantai.templates:records/outcomes.pt',
)
def of_queue(request):
    """The step for everything that waits in one queue of this person."""
    queue = request.GET.get('queue', '')
    return _take(
        request, (task.node for task in tasks_for(request) if task.kind == queue), request.POST.get('all', '')
    )


def _take(request, items: Iterable[Item], name: str):
    form = {'name': name, 'comment': request.POST.get('comment', '')}
    values, answer = forms.validated(stepping.StepForm(), form)
    back = safe_next(request.POST.get('back'))
    uids = [item.uid for item in islice(items, MOST)]
    if answer.errors or not uids:
        problem = next((each for messages in answer.errors.values() for each in messages), None)
        notices.tell(request, problem or _('Nothing here can take this step'), 'warn')
        return HTTPSeeOther(back)
    if len(uids) > together.DIRECT:
        job = together.ask(request.act, uids, values['name'], values['comment'])
        return HTTPSeeOther(request.route_path('job', id=job.id))
    return stepping.take(request, uids, values, back)
