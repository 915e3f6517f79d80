"""`/api/v1/transitions/<path>` and `/api/v1/tasks`: steps, and what waits for the caller."""

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.doors.api import nodes
from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.doors.api.reading import Digits, Text, Whole, between, mapping, member
from lantai.features.cases.tasks import CaseTask, case_tasks
from lantai.features.records import service
from lantai.features.records.waiting import Task, tasks_of
from lantai.services.security.permissions import Permission
from lantai.store.tree import Node
from lantai.web.conditional import parse_etags


@endpoint(
    'POST',
    '/transitions*traverse',
    'Take a step of the workflow',
    permission=Permission.SEE,
    body=mapping(
        member(Text(), 'name', required=True),
        member(Text(), 'comment', missing=''),
        member(Whole(), 'rule'),
    ),
    answers={200: Answer('The node', 'Node', headers=('ETag',))},
    problems=(403, 404, 409, 412),
    headers=('If-Match',),
)
def take_step(request: Request, given: Mapping[str, Any]) -> Response:
    """Refused with every unmet condition."""
    values = dict(given)
    tags = parse_etags(request.headers.get('If-Match'))
    node = request.context
    etag = None if tags is None or '*' in tags or node.etag in tags else next(iter(tags), '')
    service.transition(request.act, node, values.pop('name'), values.pop('comment'), etag, **values)
    return json_response(nodes.whole(request, node), headers={'ETag': node.etag})


@endpoint(
    'GET',
    '/tasks',
    'What waits for the caller',
    permission=Permission.SIGNED_IN,
    query=mapping(member(Digits(), 'limit', validator=between(1, 500), missing=100)),
    answers={200: Answer('The tasks', 'Tasks')},
)
def get_tasks(request: Request, given: Mapping[str, Any]) -> Response:
    """Records and cases, oldest first."""
    items, found = tasks_of(request.act, given['limit'])
    cases, waiting = case_tasks(request.act, given['limit'])
    tasks = [_shown(request, task.node, task) for task in found]
    tasks += [_shown(request, task.case, task) for task in waiting]
    tasks.sort(key=lambda task: (task['since'], task['uid']))
    return json_response({'total': items + cases, 'items': tasks[: given['limit']]})


def _shown(request: Request, node: Node, task: Task | CaseTask) -> dict[str, Any]:
    return {
        'uid': node.uid,
        'kind': task.kind,
        'title': node.title,
        'path': node.path,
        'since': task.since,
        'due': task.due,
        'transitions': nodes.transitions(request, node),
    }
