"""`/api/v1/catalogue/<path>`: the catalogue of filed items (归档文件目录)."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.doors.api.reading import Text, mapping, member, one_of
from lantai.features.filing import catalogue
from lantai.services.security.permissions import Permission

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


@endpoint(
    'GET',
    '/catalogue*traverse',
    'The catalogue of the filed items below a node, in order of code',
    permission=Permission.SEE,
    query=mapping(member(Text(), 'format', validator=one_of('json', 'xlsx'), missing='json')),
    answers={200: Answer('The catalogue', 'Catalogue', also=(XLSX,))},
    problems=(404,),
)
def get_catalogue(request: Request, given: Mapping[str, Any]) -> Response:
    """As JSON or as a spreadsheet."""
    rows = list(catalogue.rows(request.act, request.context))
    if given['format'] == 'json':
        return json_response({'total': len(rows), 'items': [row.as_json() for row in rows]})
    response = Response(catalogue.as_xlsx(rows, request.localizer.translate), content_type=XLSX)
    response.charset = None
    response.headers['Content-Disposition'] = 'attachment; filename="catalogue.xlsx"'
    return response
