"""归档文件目录 of a node: page, A4 print, spreadsheet."""

from __future__ import annotations

from itertools import islice

import colander
from pyramid.response import Response
from pyramid.view import view_config

from lantai.base.errors import NotFound
from lantai.base.i18n import _
from lantai.features.filing import catalogue
from lantai.features.records.model import File, Fonds, Series
from lantai.services.security.permissions import Permission
from lantai.web import forms

#: rows on one page; the printed catalogue has all of them
ROWS = 120
XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class CatalogueForm(colander.MappingSchema):
    """What part of the catalogue, and in which form."""

    year = colander.SchemaNode(colander.Integer(), missing=None, validator=colander.Range(1900, 2199))
    period = colander.SchemaNode(colander.String(), missing='', validator=colander.Regex(r'Y|D[1-9]\d{0,3}'))
    unit = colander.SchemaNode(colander.String(), missing='', validator=colander.Length(max=40))
    after = colander.SchemaNode(colander.Integer(), missing=0, validator=colander.Range(0))
    format = colander.SchemaNode(
        colander.String(), missing='', validator=colander.OneOf(['', 'print', 'xlsx'])
    )


def _page(context, request):
    values, answer = forms.validated(CatalogueForm(), request.GET)
    if answer.errors:
        values = {'year': None, 'period': '', 'unit': '', 'after': 0, 'format': ''}
    asked = {name: values[name] for name in ('year', 'period', 'unit')}
    rows = catalogue.rows(request.act, context, **asked)
    if values['format'] == 'xlsx':
        return spreadsheet(request, context, rows)
    printed = values['format'] == 'print'
    found = list(rows if printed else islice(rows, values['after'], values['after'] + ROWS + 1))
    more = not printed and len(found) > ROWS
    layout = request.layout
    fonds = next(node for node in context.ancestors() if isinstance(node, Fonds))
    return {
        'title': layout.title_of(context),
        'body': fonds.title,
        'crumbs': layout.crumbs(context, last_is_link=True),
        'rows': [
            (entry, layout.url_at(entry.path.strip('/').split('/')))
            for entry in found[: ROWS if more else None]
        ],
        'printed': printed,
        'asked': asked,
        'errors': answer.errors,
        'units': [(code, unit['title']) for code, unit in fonds.units.items()],
        'next': layout.url_of(context, 'catalogue', after=values['after'] + ROWS, **asked) if more else None,
        'previous': layout.url_of(context, 'catalogue', after=max(0, values['after'] - ROWS), **asked)
        if values['after']
        else None,
        'print_url': layout.url_of(context, 'catalogue', format='print', **asked),
        'xlsx_url': layout.url_of(context, 'catalogue', format='xlsx', **asked),
        'here': layout.url_of(context, 'catalogue'),
    }


@view_config(
    route_name='catalogue',
    context=Fonds,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:filing/catalogue.pt',
)
@view_config(
    route_name='catalogue',
    context=Series,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:filing/catalogue.pt',
)
@view_config(
    route_name='catalogue',
    context=File,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:filing/catalogue.pt',
)
def page(context, request):
    """The catalogue of what is filed below a fonds, series or volume, as far as this person may see it."""
    return _page(context, request)


@view_config(route_name='catalogue', permission=Permission.SEE, request_method='GET')
def nothing(_context, _request):
    """Anything else has no catalogue. Raises NotFound."""
    raise NotFound()


def spreadsheet(request, context, rows) -> Response:
    """The same as XLSX, named after the node."""
    name = '-'.join(context.segments)
    response = Response(catalogue.as_xlsx(rows, request.localizer.translate), content_type=XLSX)
    response.charset = None
    title = request.localizer.translate(_('Catalogue of filed records'))
    response.content_disposition = _attachment(f'{name}-{title}.xlsx')
    return response


def _attachment(name: str) -> str:
    from urllib.parse import quote

    return f'attachment; filename="catalogue.xlsx"; filename*=UTF-8\'\'{quote(name, safe="")}'
