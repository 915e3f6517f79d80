"""The classification scheme with the series there are for it, opening a year, and the archiving scope."""

from __future__ import annotations

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Invalid
from lantai.base.i18n import _
from lantai.features.classification import service
from lantai.features.classification.model import Category, body_of
from lantai.features.classification.views.controls import frame
from lantai.features.records.model import Fonds
from lantai.services.content.fields import period_in_words
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.web import forms, notices
from lantai.web.forms import Input, Typed

RENDERER = 'lantai.templates:classification/scheme.pt'
LEVELS = {
    'class': _('Second-level category'),
    'year': _('Year'),
    'period': _('Retention period'),
    'unit': _('Unit'),
}
RULES = {'归档': _('To be filed'), '不归档': _('Not to be filed'), '按专门规定': _('By rules of its own')}


@view_config(
    route_name='scheme', context=Fonds, request_method='GET', permission=Permission.SEE, renderer=RENDERER
)
def show(fonds: Fonds, request) -> dict:
    """The categories, by which levels each is arranged, and the form that opens a year."""
    return _page(request, fonds, Typed({'year': str(request.act.clock.today().year)}))


@view_config(
    route_name='scheme',
    context=Fonds,
    request_method='POST',
    permission=Permission.CREATE_SERIES,
    renderer=RENDERER,
)
def open_year(fonds: Fonds, request):
    """Makes and opens every series the scheme has for a year."""
    typed = Typed(forms.typed(request.POST))
    try:
        opened = service.open_year(request.act, fonds, typed.values.get('year', '').strip())
    except Invalid as error:
        request.response.status_int = 422
        return _page(request, fonds, typed.add(error.conditions, ('year',)))
    notices.tell(request, _('${n} series of the year take deposits now', mapping={'n': len(opened)}))
    return HTTPSeeOther(request.layout.url_of(fonds, 'scheme'))


@view_config(
    route_name='scope',
    context=Fonds,
    request_method='GET',
    permission=Permission.SEE,
    renderer='lantai.templates:classification/scope.pt',
)
def scope(fonds: Fonds, request) -> dict:
    """What is filed, what is not, and what follows rules of its own."""
    rules = body_of(request.repository, fonds.fonds_code).scope
    rows = [
        {
            'no': rule.no,
            'rule': RULES[rule.rule],
            'origin': rule.origin,
            'scope': rule.scope,
            'reason': rule.reason,
        }
        for rule in rules
    ]
    return {**frame(request, fonds), 'rows': rows}


def _page(request, fonds: Fonds, typed: Typed) -> dict:
    may = Permission.CREATE_SERIES in policy.permissions(request.actor, fonds)
    year = Input(
        'year',
        _('Year'),
        value=typed.values.get('year', ''),
        errors=tuple(typed.errors.get('year', ())),
        help=_('A series for every category, retention period and open unit of that year is made and opened'),
        short=True,
    )
    scheme = body_of(request.repository, fonds.fonds_code).scheme
    return {
        **frame(request, fonds),
        'rows': [_row(request, fonds, category) for category in scheme],
        'general': typed.general,
        'inputs': [year] if may and scheme else [],
    }


def _row(request, fonds: Fonds, category: Category) -> dict:
    series = fonds.get(category.code)
    seen = series is not None and policy.sees(request.actor, series)
    return {
        'code': category.code,
        'title': category.title,
        'url': request.layout.url_of(series) if seen else None,
        'levels': [LEVELS[level] for level in category.levels],
        'periods': [period_in_words(period) for period in category.periods],
        'classes': [
            (each.code, each.title, period_in_words(each.period) if each.period else '')
            for each in category.classes
        ],
    }
