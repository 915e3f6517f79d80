"""`/api/v1/holds`: holds (暂停处置)."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.base.clock import rfc3339
from lantai.doors.api.cases import Texts
from lantai.doors.api.endpoint import PREFIX, Answer, endpoint, json_response
from lantai.doors.api.reading import Text, mapping, member
from lantai.features.holds import service
from lantai.features.holds.model import Hold
from lantai.features.records.lookup import by_path_or_uid
from lantai.services.security.permissions import Permission


@endpoint(
    'GET',
    '/holds',
    'The holds in force that the caller may see',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The holds', 'Holds')},
)
def get_holds(request: Request, _given: Mapping[str, Any]) -> Response:
    """Newest first."""
    holds = [_shown(request, hold) for hold in service.seen_holds(request.act)]
    return json_response({'total': len(holds), 'items': holds})


@endpoint(
    'POST',
    '/holds',
    'Put records on hold',
    permission=Permission.SIGNED_IN,
    body=mapping(
        member(Text(), 'title', required=True),
        member(Text(), 'reason', required=True),
        member(Texts(), 'items', required=True),
    ),
    answers={201: Answer('The hold', 'Hold', headers=('Location',))},
    problems=(403, 404, 409),
)
def place_hold(request: Request, given: Mapping[str, Any]) -> Response:
    """Records, volumes or series by path or uid; all below is held too."""
    nodes = [by_path_or_uid(request.act, text) for text in dict.fromkeys(given['items'])]
    hold = service.place(request.act, given['title'], given['reason'], nodes)
    return json_response(_shown(request, hold), 201, {'Location': f'{PREFIX}/holds/{hold.id}'})


@endpoint(
    'GET',
    '/holds/{id}',
    'A hold',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The hold', 'Hold')},
    problems=(404,),
)
def get_hold(request: Request, _given: Mapping[str, Any]) -> Response:
    """Also one that was released."""
    return json_response(_shown(request, service.find(request.act, request.matchdict['id'])))


@endpoint(
    'DELETE',
    '/holds/{id}',
    'Release a hold',
    permission=Permission.SIGNED_IN,
    answers={204: Answer('It is released')},
    problems=(403, 404, 409),
)
def release_hold(request: Request, _given: Mapping[str, Any]) -> Response:
    """Other holds on the same records stay."""
    service.release(request.act, service.find(request.act, request.matchdict['id']))
    return Response(status=204)


def _shown(request: Request, hold: Hold) -> dict[str, Any]:
    nodes = [request.repository.by_uid(uid) for uid in hold.nodes]
    return {
        'id': hold.id,
        'title': hold.title,
        'reason': hold.reason,
        'fonds': hold.fonds_code,
        'maker': hold.maker,
        'placed': rfc3339(hold.placed),
        'released': rfc3339(hold.released) if hold.released else None,
        'items': [
            {'uid': node.uid, 'path': node.path, 'title': node.title} for node in nodes if node is not None
        ],
    }
