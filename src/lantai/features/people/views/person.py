"""The page of one person: account, roles, and what they come to."""

from dataclasses import dataclass

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.i18n import _
from lantai.features.people import roles, service
from lantai.features.people.access import rights_of
from lantai.features.people.words import DUTIES, OFFICES, QUALIFIERS, ROLES, permission_titles, role_title
from lantai.services.security import policy
from lantai.services.security.actor import Grant
from lantai.services.security.people import Person
from lantai.services.security.permissions import Administrator, Permission, Role
from lantai.web import notices
from lantai.web.i18n import LANGUAGES
from lantai.web.shown import state_title


@dataclass(frozen=True)
class RoleRow:
    """A role of one person as the page shows it."""

    role: str
    title: str
    on: str
    url: str | None
    unit: str | None


@view_config(
    route_name='person',
    request_method='GET',
    permission=Permission.SEE_PEOPLE,
    renderer='lantai.templates:people/person.pt',
)
def show(request):
    """One person."""
    return _person_page(request, person_of(request))


@view_config(
    route_name='person.reset',
    request_method='POST',
    permission=Permission.MANAGE_ACCOUNTS,
    renderer='lantai.templates:people/person.pt',
)
def reset(request):
    """A one-time password, shown once."""
    person = person_of(request)
    return one_time_page(request, person, service.reset_password(request.act, person.id))


@view_config(route_name='person.disable', request_method='POST', permission=Permission.MANAGE_ACCOUNTS)
def disable(request):
    """Closes the account, or opens it again."""
    person = person_of(request)
    disabled = request.POST.get('disabled') == 'yes'
    service.change_person(request.act, person.id, disabled=disabled)
    done = (
        _('The account is closed and signed out everywhere') if disabled else _('The account is open again')
    )
    notices.tell(request, done)
    return HTTPSeeOther(address(request, person))


@view_config(route_name='person.office', request_method='POST', permission=Permission.MANAGE_ROLES)
def change_office(request):
    """Puts the person into one of the three offices, or out of it (no `office`)."""
    person = person_of(request)
    office = request.POST.get('office', '')
    if office:
        roles.appoint_administrator(request.act, person.id, office)
    else:
        roles.dismiss_administrator(request.act, person.id)
    notices.tell(request, _('Saved'))
    return HTTPSeeOther(address(request, person))


def person_of(request) -> Person:
    """The account that the address names; raises NoSuchPerson."""
    return service.get_person(request.act, request.matchdict['id'])


def address(request, person: Person) -> str:
    """The address of a person's page."""
    return request.route_path('person', id=person.id)


def may(request, permission: Permission) -> bool:
    """Whether the reader of the page has a permission over the whole repository."""
    return permission in policy.permissions(request.actor, request.repository)


def one_time_page(request, person: Person, password: str) -> dict:
    """The person's page with a one-time password, this once."""
    request.override_renderer = 'lantai.templates:people/person.pt'
    request.response.cache_control = 'no-store'
    return _person_page(request, person, password)


def _person_page(request, person: Person, one_time: str = '') -> dict:
    act = request.act
    own = person.id == request.actor.id
    return {
        'person': person,
        'one_time': one_time,
        'unit': unit_title(request, person),
        'language': LANGUAGES.get(person.language, ''),
        'roles': [_role(request, grant) for grant in person.grants],
        'office': OFFICES[person.administrator] if person.administrator else None,
        'offices': [(each.value, OFFICES[each], DUTIES[each]) for each in Administrator],
        'rights': _rights(person),
        'may_change': may(request, Permission.MANAGE_ACCOUNTS),
        'may_give': may(request, Permission.MANAGE_ROLES) and not own,
        'own': own,
        'no_reset': service.why_not_reset(act, person),
        'no_disable': service.why_not_disable(act, person),
        'no_leave': service.why_not_leave(act, person),
        'fonds': role_places(request),
    }


def _rights(person: Person) -> list[dict]:
    """What the roles come to: for each role its row of the table, state by state."""
    return [
        {'title': ROLES[role], 'cells': [_cell(cell) for cell in rights_of(role)]}
        for role in Role
        if any(grant.role == role for grant in person.grants)
    ]


def _cell(cell) -> dict:
    clauses = [(QUALIFIERS[qualifier], permission_titles(each)) for qualifier, each in cell.clauses]
    return {'state': state_title(cell.state), 'code': cell.state, 'clauses': clauses}


def _role(request, grant: Grant) -> RoleRow:
    node = request.repository.by_uid(grant.node)
    if node is None:
        return RoleRow(grant.role, role_title(grant.role), '—', None, grant.unit)
    title = _('everything') if node.type == 'repository' else request.layout.title_of(node)
    return RoleRow(
        grant.role, role_title(grant.role), title, request.layout.url_of(node, 'roles'), grant.unit
    )


def unit_title(request, person: Person) -> str:
    """Fonds and unit of a person in words."""
    fonds = request.repository.get(person.fonds) if person.fonds else None
    if fonds is None or fonds.type != 'fonds':
        return ''
    return f'{fonds.name} {fonds.units.get(person.unit, {}).get("title", person.unit)}'


def role_places(request) -> list[tuple[str, str]]:
    """Title and address of the roles page of each fonds the person sees, and of everything."""
    visible = policy.visible(request.actor, request.repository)
    nodes = [node for node in request.repository.page(visible, limit=200).nodes if node.type == 'fonds']
    layout = request.layout
    everything = (_('everything'), layout.url_of(request.repository, 'roles'))
    return [*((layout.title_of(node), layout.url_of(node, 'roles')) for node in nodes), everything]
