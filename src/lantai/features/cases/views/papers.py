"""The papers of a case: reports, registers, certificates. As pages for A4, PDF, XLSX and signed JSON."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from pyramid.response import Response
from pyramid.view import view_config

from lantai.base.clock import parse_rfc3339
from lantai.features.cases import documents, service
from lantai.features.cases.model import Case
from lantai.features.cases.printing import plain
from lantai.features.cases.views.kinds import page_of
from lantai.features.cases.views.shown import KINDS
from lantai.services.security.permissions import Permission

#: times as papers keep them; people read those of their own zone
_TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ')
#: what does not break in the middle: codes and dates
_CODE = re.compile(r'[A-Z0-9][\w·.-]{5,40}')
TYPES = {
    'pdf': 'application/pdf',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'json': 'application/json',
}


@view_config(
    route_name='case.document',
    permission=Permission.SIGNED_IN,
    request_method='GET',
    renderer='lantai.templates:cases/form.pt',
)
def paper(request):
    """A paper that the case has; `?format=` is pdf, xlsx or json. Raises UnknownCase, UnknownDocument."""
    case = service.find(request.act, request.matchdict['id'])
    name, wanted = request.matchdict['document'], request.GET.get('format', '')
    download = page_of(request, case.type).downloads.get(name)
    if download is not None:
        return download(request, case)
    if wanted:
        return _file(request, case, name, wanted)
    form, translate = documents.form_of(case, name), request.localizer.translate

    def cell(value) -> str:
        text = plain(value, translate)
        return _TIME.sub(lambda found: request.layout.moment(parse_rfc3339(found[0])), text)

    def url(**query: str) -> str:
        return request.route_path('case.document', id=case.uid, document=name, _query=query or None)

    return {
        'case': case,
        'kind_title': KINDS[case.type],
        'place_route': 'transfers' if case.type == 'transfer' else 'cases',
        'title': cell(form.title),
        'facts': [(cell(label), cell(value)) for label, value in form.facts],
        'headings': [(cell(heading), part) for heading, part in form.columns],
        'rows': [
            [(text := cell(value), 'nowrap' if _CODE.fullmatch(text) else '') for value in row]
            for row in form.rows
        ],
        'remarks': [cell(remark) for remark in form.remarks],
        'signatures': [(cell(label), cell(value)) for label, value in form.signatures],
        'case_url': request.route_path('case', id=case.uid),
        'formats': [(wanted.upper(), url(format=wanted)) for wanted in TYPES],
    }


def _file(request, case: Case, name: str, wanted: str) -> Response:
    """The same as a file."""
    if wanted not in TYPES:
        raise documents.UnknownDocument()
    if wanted == 'json':
        stored = documents.document_of(case, name)
        body = json.dumps(stored, ensure_ascii=False, sort_keys=True, indent=1).encode()
    else:
        body = documents.printed(case, name, wanted, request.localizer.translate)
    response = Response(body, content_type=TYPES[wanted])
    response.charset = None
    title = quote(f'{case.title}-{name}.{wanted}', safe='')
    response.content_disposition = f"attachment; filename=\"{name}.{wanted}\"; filename*=UTF-8''{title}"
    return response
