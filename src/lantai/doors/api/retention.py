"""`/api/v1/retention/due`: what is past its retention, or due for transfer."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.doors.api.people import Day
from lantai.doors.api.reading import Digits, Text, between, mapping, member, one_of
from lantai.features.retention import service
from lantai.services.security.permissions import Permission


@endpoint(
    'GET',
    '/retention/due',
    'Filed records past their retention and not held, longest overdue first',
    permission=Permission.SIGNED_IN,
    query=mapping(
        member(Day(), 'on'),
        member(Text(), 'transfer', validator=one_of('true', 'false'), missing='false'),
        member(Digits(), 'limit', validator=between(1, 500), missing=100),
        member(Text(), 'cursor', missing=''),
    ),
    answers={200: Answer('What is due', 'Due')},
)
def get_due(request: Request, given: Mapping[str, Any]) -> Response:
    """`held` counts those on hold; with `transfer` what is due for the state archives instead."""
    day = given.get('on') or request.site.clock.today()
    report = service.due_report(request.act, day, transfer=given['transfer'] == 'true')
    rest = [row for row in report.rows if f'{row["due"]} {row["uid"]}' > given['cursor']]
    page = rest[: given['limit']]
    last = f'{page[-1]["due"]} {page[-1]["uid"]}' if len(rest) > len(page) else None
    return json_response({'total': len(report.rows), 'held': report.held, 'items': page, 'next': last})
