"""`/api/v1/jobs/<id>`: how long work goes."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.services.jobs import service
from lantai.services.security.permissions import Permission


@endpoint(
    'GET',
    '/jobs/{id}',
    'Long work',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The job', 'Job')},
    problems=(404,),
)
def get_job(request: Request, _given: Mapping[str, Any]) -> Response:
    """One's own, or any for who manages the system."""
    job = service.by_id(request.act, request.matchdict['id'])
    return json_response(service.as_json(request.act, job, request.localizer.translate))
