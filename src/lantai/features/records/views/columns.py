"""The columns of lists that a person chooses beside those that every list has; kept with the account."""

from __future__ import annotations

from collections.abc import Callable

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.features.records.model import Item
from lantai.features.records.views.described import OPENNESS
from lantai.features.records.views.rows import person_name
from lantai.services.content.fields import period_in_words
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node
from lantai.web.security import safe_next

#: column -> its title, in the order in which lists show them
TITLES = {
    'document_number': _('Document number'),
    'author': _('Author'),
    'unit': _('Unit'),
    'maker': _('Maker'),
    'modified': _('Modified'),
    'period': _('Retention period'),
    'openness': _('Openness'),
}


def chosen(request) -> list[str]:
    """The columns of this person, in the order of lists; of what an older version knew, what there is."""
    person = people_of(request.repository).get(request.actor.id)
    return [name for name in TITLES if person is not None and name in person.columns]


def cells(request, node: Node, names: list[str]) -> list[str]:
    """The values of chosen columns; empty for what is no record."""
    return [_VALUES[name](request, node) if isinstance(node, Item) else '' for name in names]


def shown(request, uids: list[str]) -> dict:
    """What the template of a list gets: titles, cells by uid, and the choice."""
    names = chosen(request)
    nodes = [request.repository.by_uid(uid) for uid in uids] if names else []
    return {
        'columns': [TITLES[name] for name in names],
        'extras': {node.uid: cells(request, node, names) for node in nodes},
        'choice': [(name, title, name in names) for name, title in TITLES.items()],
    }


@view_config(route_name='columns', permission=Permission.SIGNED_IN, request_method='POST')
def choose(request) -> HTTPSeeOther:
    """Keeps the choice; names that are no columns are left out."""
    person = people_of(request.repository).get(request.actor.id)
    wanted = set(request.POST.getall('column'))
    names = tuple(name for name in TITLES if name in wanted)
    if person is not None and person.columns != names:
        person.columns = names
    return HTTPSeeOther(safe_next(request.POST.get('back')))


def _unit(_request, item: Item) -> str:
    fonds = next((node for node in item.ancestors() if node.type == 'fonds'), None)
    return fonds.units[item.unit]['title'] if fonds is not None and item.unit in fonds.units else item.unit


def _period(request, item: Item) -> str:
    code = item.metadata.get('retention_period')
    return request.layout.text(period_in_words(code)) if code else ''


def _field(name: str) -> Callable[..., str]:
    def value(request, item: Item) -> str:
        given = item.metadata.get(name)
        return str(request.site.schemas['document'].fields[name].shown(given)) if given else ''

    return value


_VALUES: dict[str, Callable[..., str]] = {
    'document_number': _field('document_number'),
    'author': _field('author'),
    'unit': _unit,
    'maker': lambda request, item: person_name(request, item.creator),
    'modified': lambda request, item: request.layout.day(item.modified),
    'period': _period,
    'openness': lambda request, item: request.layout.text(
        OPENNESS.get(item.access.get('openness', ''), item.access.get('openness', ''))
    ),
}
