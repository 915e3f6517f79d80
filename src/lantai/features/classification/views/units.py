"""The units of a body: the list, and one form to add and to change."""

from __future__ import annotations

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.features.classification import units
from lantai.features.classification.errors import CodeTaken, UnknownUnit
from lantai.features.classification.profile import Unit
from lantai.features.classification.views.controls import frame
from lantai.features.records.model import Fonds
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web import forms, notices
from lantai.web.forms import Input, Typed

RENDERER = 'lantai.templates:classification/units.pt'


@view_config(
    route_name='units', context=Fonds, request_method='GET', permission=Permission.SEE, renderer=RENDERER
)
def show(fonds: Fonds, request) -> dict:
    """The units, with the form of one of them where `change` names it."""
    code = request.GET.get('change', '')
    if not code:
        return _page(request, fonds, Typed(), None)
    unit = next((unit for unit in units.units_of(fonds) if unit.code == code), None)
    if unit is None:
        raise UnknownUnit()
    values = {'code': unit.code, 'title': unit.title, 'aliases': '；'.join(unit.aliases)}
    return _page(request, fonds, Typed(values), unit)


@view_config(
    route_name='units',
    context=Fonds,
    request_method='POST',
    permission=Permission.MANAGE_UNITS,
    renderer=RENDERER,
)
def save(fonds: Fonds, request):
    """Adds or changes a unit; what is wrong stands at its field."""
    typed = Typed(forms.typed(request.POST))
    changed = typed.values.get('change', '')
    given = (typed.values.get('title', ''), typed.values.get('aliases', ''))
    try:
        if changed:
            units.change_unit(request.act, fonds, changed, *given)
        else:
            units.add_unit(request.act, fonds, typed.values.get('code', ''), *given)
    except (Invalid, CodeTaken) as error:
        request.response.status_int = 422
        typed.add(error.conditions, ('code', 'title', 'aliases'))
        return _page(request, fonds, typed, Unit(changed, given[0]) if changed else None)
    notices.tell(request, _('Saved'))
    return HTTPSeeOther(request.layout.url_of(fonds, 'units'))


@view_config(
    route_name='unit.close', context=Fonds, request_method='POST', permission=Permission.MANAGE_UNITS
)
def close(fonds: Fonds, request):
    """Closes a unit that was dissolved, or opens a closed one again."""
    code = request.POST.get('code', '')
    if request.POST.get('again'):
        units.reopen_unit(request.act, fonds, code)
        notices.tell(request, _('The unit is open again'))
    else:
        units.close_unit(request.act, fonds, code)
        notices.tell(request, _('The unit is closed; its records stay as they are'))
    return HTTPSeeOther(request.layout.url_of(fonds, 'units'))


def _page(request, fonds: Fonds, typed: Typed, changing: Unit | None) -> dict:
    layout = request.layout
    may = Permission.MANAGE_UNITS in policy.permissions(request.actor, fonds)
    return {
        **frame(request, fonds),
        'rows': [
            {
                'code': unit.code,
                'title': unit.title,
                'aliases': '；'.join(unit.aliases),
                'closed': unit.closed,
                'change': layout.url_of(fonds, 'units', change=unit.code) + '#form',
            }
            for unit in units.units_of(fonds)
        ],
        'may': may,
        'changing': changing.code if changing else '',
        'general': typed.general,
        'inputs': _inputs(typed, changing) if may else [],
        'close': layout.url_of(fonds, 'unit.close'),
    }


def _inputs(typed: Typed, changing: Unit | None) -> list[Input]:
    def field(name: str, label: str, most: int, help: str = '', short: bool = False) -> Input:
        errors = tuple(typed.errors.get(name, ()))
        return Input(
            name, label, value=typed.values.get(name, ''), most=most, help=help, errors=errors, short=short
        )

    code_help = _(
        'Stands in reference codes for ever and is never changed: capitals, digits or Chinese characters'
    )
    found = [
        field('title', _('Name of the unit'), 60),
        field('aliases', _('Other names'), 200, _('Several are parted by a semicolon')),
    ]
    return found if changing else [field('code', _('Unit code'), 20, code_help, short=True), *found]
