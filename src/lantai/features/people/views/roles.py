"""Who has access to a node and why; roles on it, given and taken back after a look at what that means."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.features.people import roles, service
from lantai.features.people.access import Access, who_may
from lantai.features.people.errors import NoSuchPerson
from lantai.features.people.schema import role_form
from lantai.features.people.words import ROLES, permission_titles, role_title, scope_title
from lantai.services.security import policy
from lantai.services.security.actor import Grant
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node
from lantai.web import forms, notices
from lantai.web.forms import Input, Typed


@dataclass(frozen=True)
class Preview:
    """A role about to be given or taken back, and what everybody could do afterwards."""

    taking: bool
    person: str
    name: str
    role: str
    title: str
    unit: str
    own: bool
    rows: list[dict]


@view_config(
    route_name='roles',
    request_method='GET',
    permission=Permission.SEE,
    renderer='lantai.templates:people/roles.pt',
)
def show(node: Node, request):
    """Everybody with access; with a role asked for, what giving it or taking it back would do."""
    typed, preview = Typed(forms.typed(request.GET)), None
    if request.GET.get('role') and _may_give(request, node):
        typed, preview = _preview(request, node)
    return _page(request, node, typed, preview)


@view_config(route_name='roles.grant', request_method='POST', permission=Permission.MANAGE_ROLES)
def grant(node: Node, request):
    """Gives the role that was looked at."""
    post = request.POST
    roles.grant_role(
        request.act, post.get('person', ''), post.get('role', ''), node, post.get('unit') or None
    )
    notices.tell(request, _('The role is given; it holds at once'))
    return HTTPSeeOther(request.layout.url_of(node, 'roles'))


@view_config(route_name='roles.revoke', request_method='POST', permission=Permission.MANAGE_ROLES)
def revoke(node: Node, request):
    """Takes the role back that was looked at."""
    post = request.POST
    roles.revoke_role(
        request.act, post.get('person', ''), post.get('role', ''), node, post.get('unit') or None
    )
    notices.tell(request, _('The role is taken back; it holds no longer'))
    return HTTPSeeOther(request.layout.url_of(node, 'roles'))


def _may_give(request, node: Node) -> bool:
    return Permission.MANAGE_ROLES in policy.permissions(request.actor, node)


def _preview(request, node: Node) -> tuple[Typed, Preview | None]:
    values, typed = forms.validated(role_form(), request.GET)
    if typed.errors:
        return typed, None
    taking = request.GET.get('take') == 'yes'
    try:
        person = service.get_person(request.act, values['person'])
        grant = roles.checked_grant(node, values['role'], values['unit'] or None)
    except NoSuchPerson as error:
        typed.errors['person'] = [error.title]
        return typed, None
    except Invalid as error:
        return typed.add(error.conditions, ('person', 'role', 'unit')), None
    change = {'taken' if taking else 'given': (person.id, grant)}
    before = {access.person: access for access in who_may(request.act, node)}
    after = who_may(request.act, node, **change)
    units = _unit_titles(node)
    rows = [_row(access, units, before.get(access.person)) for access in after]
    gone = [access for id, access in before.items() if id not in {each.person for each in after}]
    rows += [{**_row(access, units, access), 'change': 'gone'} for access in gone]
    return typed, Preview(
        taking,
        person.id,
        person.name or person.id,
        grant.role,
        role_title(grant.role),
        grant.unit or '',
        person.id == request.actor.id,
        rows,
    )


def _page(request, node: Node, typed: Typed, preview: Preview | None) -> dict:
    layout, may_give = request.layout, _may_give(request, node)
    return {
        'node': node,
        'title': _('everything') if node.type == 'repository' else layout.title_of(node),
        'crumbs': layout.crumbs(
            node, last_is_link=Permission.READ in policy.permissions(request.actor, node)
        ),
        'rows': [] if preview else _rows(request, node),
        'given': [
            _given(request, node, id, grant) for id, grant in people_of(request.repository).on_node(node)
        ],
        'inputs': _inputs(node, typed) if may_give and node.type in roles.ROLES_ON else [],
        'may_give': may_give,
        'preview': preview,
        'page': layout.url_of(node, 'roles'),
        'grant': layout.url_of(node, 'roles.grant'),
        'revoke': layout.url_of(node, 'roles.revoke'),
    }


def _rows(request, node: Node) -> list[dict]:
    units = _unit_titles(node)
    return [_row(access, units) for access in who_may(request.act, node)]


def _unit_titles(node: Node) -> dict[str, str]:
    """Titles of the units of the body that a node belongs to, by code."""
    fonds = policy.repository_of_node(node).get(node.subject()[5]) if node.subject()[5] else None
    return {code: unit['title'] for code, unit in fonds.units.items()} if fonds is not None else {}


def _row(access: Access, units: Mapping[str, str], before: Access | None = None) -> dict:
    """A person's access; `change` says new or other where a preview compares it with `before`."""
    if before is None:
        change = 'new'
    else:
        same = (before.permissions, before.reads) == (access.permissions, access.reads)
        change = '' if same else 'other'
    return {
        'id': access.person,
        'name': access.name,
        'unit': f'{access.fonds} {access.unit}'.strip(),
        'grounds': [_ground(ground) for ground in access.grounds],
        'permissions': permission_titles(each for each in Permission if each in access.permissions),
        'reads': [scope_title(scope, units) for scope in access.reads],
        'change': change,
    }


def _ground(ground) -> dict:
    return {
        'title': role_title(ground.role),
        'unit': ground.unit,
        'from': (ground.title or ground.path) if ground.inherited else None,
    }


def _given(request, node: Node, id: str, grant: Grant) -> dict:
    person = people_of(request.repository).get(id)
    query = {'person': id, 'role': grant.role, 'unit': grant.unit, 'take': 'yes'}
    return {
        'id': id,
        'name': person.name or id,
        'title': role_title(grant.role),
        'unit': grant.unit,
        'own': id == request.actor.id,
        'take': request.layout.url_of(node, 'roles', **query),
    }


def _inputs(node: Node, typed: Typed) -> list[Input]:
    values = typed.values

    def wrong(name: str) -> tuple[str, ...]:
        return tuple(typed.errors.get(name, ()))

    people = Input(
        'person', _('Name for signing in'), value=values.get('person', ''), errors=wrong('person'), most=40
    )
    titles = [(role.value, title) for role, title in ROLES.items()]
    inputs = [people, forms.choice('role', _('Role'), values.get('role', ''), titles, errors=wrong('role'))]
    fonds = [each for each in node.ancestors() if each.type == 'fonds']
    if fonds:
        units = [(code, f'{unit["title"]} {code}') for code, unit in sorted(fonds[0].units.items())]
        pairs = [('', _('every unit')), *units]
        help = _('With a unit named, the role holds for that unit in every year and period below.')
        inputs.append(
            forms.choice('unit', _('For'), values.get('unit', ''), pairs, errors=wrong('unit'), help=help)
        )
    return inputs
