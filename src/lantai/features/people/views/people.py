"""The list of people, and the form of an account."""

from dataclasses import replace

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.people import service
from lantai.features.people.errors import OwnAccount, PersonExists
from lantai.features.people.schema import person_form
from lantai.features.people.views.person import (
    address,
    may,
    one_time_page,
    person_of,
    role_places,
    unit_title,
)
from lantai.features.people.words import ROLES, role_title
from lantai.services.security import policy
from lantai.services.security.people import Person, people_of
from lantai.services.security.permissions import Permission, Role
from lantai.web import forms, notices
from lantai.web.forms import Input, Typed
from lantai.web.i18n import LANGUAGES

PER_PAGE = 100
FORM = {'permission': Permission.MANAGE_ACCOUNTS, 'renderer': 'lantai.templates:people/edit.pt'}


@view_config(
    route_name='people',
    request_method='GET',
    permission=Permission.SEE_PEOPLE,
    renderer='lantai.templates:people/list.pt',
)
def listing(request):
    """Accounts in order of their names for signing in, a page at a time; `q` narrows to id and name."""
    asked = request.GET.get('q', '').strip()
    after = request.GET.get('after')
    found = service.find_people(request.act, asked, after=after, limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    return {
        'rows': [_row(request, person) for person in shown],
        'asked': asked,
        'next': shown[-1].id if len(found) > PER_PAGE else None,
        'after': after,
        'total': len(people_of(request.repository)),
        'may_create': may(request, Permission.MANAGE_ACCOUNTS),
        'fonds': role_places(request) if may(request, Permission.MANAGE_ROLES) else [],
    }


@view_config(route_name='person.new', request_method='GET', **FORM)
def new(request):
    """The empty form."""
    return _form(request, Typed(), None)


@view_config(route_name='person.new', request_method='POST', **FORM)
def create(request):
    """Makes the account and shows its one-time password, once."""
    values, typed = forms.validated(person_form(new=True), request.POST)
    if not typed.errors:
        fonds, _slash, unit = values['place'].partition('/')
        try:
            password = service.create_person(
                request.act,
                values['id'],
                name=values['name'],
                fonds=fonds,
                unit=unit,
                language=values['language'],
            )
        except Invalid as error:
            typed.add(map(_at_place, error.conditions), ('id', 'name', 'place', 'language'))
        except PersonExists as error:
            typed.errors['id'] = [error.title]
        else:
            person = service.get_person(request.act, values['id'])
            return one_time_page(request, person, password)
    request.response.status_int = 422
    return _form(request, typed, None)


@view_config(route_name='person.edit', request_method='GET', **FORM)
def edit(request):
    """The form with the account as it is."""
    person = person_of(request)
    values = {'name': person.name, 'place': place_of(person), 'language': person.language}
    return _form(request, Typed(values), person)


@view_config(route_name='person.edit', request_method='POST', **FORM)
def save(request):
    """Changes the account, or shows the form again with what is wrong."""
    person = person_of(request)
    values, typed = forms.validated(person_form(new=False), request.POST)
    if not typed.errors:
        fonds, _slash, unit = values['place'].partition('/')
        try:
            service.change_person(
                request.act,
                person.id,
                name=values['name'],
                fonds=fonds,
                unit=unit,
                language=values['language'],
            )
        except Invalid as error:
            typed.add(map(_at_place, error.conditions), ('name', 'place', 'language'))
        except OwnAccount as error:
            typed.errors['place'] = [error.title]
        else:
            notices.tell(request, _('Saved'))
            return HTTPSeeOther(address(request, person))
    request.response.status_int = 422
    return _form(request, typed, person)


def place_of(person: Person) -> str:
    """Fonds and unit as the one value the form chooses."""
    return f'{person.fonds}/{person.unit}' if person.fonds else ''


def _at_place(condition: Condition) -> Condition:
    """Fonds and unit are one field on the page."""
    return replace(condition, field='place') if condition.field in ('fonds', 'unit') else condition


def _row(request, person: Person) -> dict:
    titles = [ROLES[role] for role in Role if any(grant.role == role for grant in person.grants)]
    return {
        'id': person.id,
        'name': person.name or person.id,
        'url': address(request, person),
        'unit': unit_title(request, person),
        'roles': titles,
        'office': role_title(person.administrator) if person.administrator else None,
        'disabled': person.disabled,
        'waiting': person.must_change_password,
    }


def _form(request, typed: Typed, person: Person | None) -> dict:
    values, errors = typed.values, typed.errors

    def wrong(name: str) -> tuple[str, ...]:
        return tuple(errors.get(name, ()))

    languages = [('', _('as the browser asks')), *LANGUAGES.items()]
    inputs = [
        Input('name', _('Full name'), value=values.get('name', ''), errors=wrong('name'), most=60),
        forms.choice(
            'place', _('Own unit'), values.get('place', ''), _places(request), errors=wrong('place')
        ),
        forms.choice(
            'language', _('Language'), values.get('language', ''), languages, errors=wrong('language')
        ),
    ]
    if person is None:
        help = _('Letters and figures, with . _ or - between them. It is never changed and never used again.')
        title = _('Name for signing in')
        inputs.insert(
            0, Input('id', title, value=values.get('id', ''), errors=wrong('id'), most=40, help=help)
        )
    return {
        'person': person,
        'inputs': inputs,
        'general': typed.general,
        'cancel': address(request, person) if person is not None else request.route_path('people'),
    }


def _places(request) -> list[tuple[str, str]]:
    """Every open unit of every fonds; no unit for administrators who belong nowhere."""
    found = [('', '—')]
    visible = policy.visible(request.actor, request.repository)
    for fonds in request.repository.page(visible, limit=200).nodes:
        if fonds.type == 'fonds':
            units = sorted(fonds.units.items())
            found += [
                (f'{fonds.name}/{code}', f'{fonds.name} {unit["title"]} {code}')
                for code, unit in units
                if not unit['closed']
            ]
    return found
