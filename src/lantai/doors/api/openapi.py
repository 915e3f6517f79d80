"""`/api/v1/openapi.json`: made from the same declarations as the routes, so it cannot be untrue of them."""

import re
from collections.abc import Mapping
from typing import Any

import colander
from pyramid.request import Request
from pyramid.response import Response

from lantai import __version__
from lantai.doors.api.endpoint import PREFIX, Answer, Endpoint, endpoint, endpoints, json_response
from lantai.doors.api.schemas import SCHEMAS
from lantai.services.security.permissions import Permission

#: what every endpoint may answer: not signed in, no such page, throttled, storage away
ALWAYS = (400, 401, 404, 422, 429, 503)
_TITLES = {
    400: 'Malformed',
    401: 'Not signed in',
    403: 'Not allowed',
    404: 'Not there, or hidden',
    405: 'No such method',
    409: 'Not in this state',
    410: 'The content is gone',
    412: 'Somebody else was quicker',
    413: 'Too large',
    415: 'Not this kind of content',
    422: 'Well formed but not acceptable',
    423: 'Locked',
    429: 'Too many attempts',
    503: 'Not available now',
    507: 'No space left',
}


@endpoint(
    'GET',
    '/openapi.json',
    'This description',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('OpenAPI 3.1', 'Description')},
)
def get_openapi(_request: Request, _given: Mapping[str, Any]) -> Response:
    """OpenAPI 3.1 of every endpoint."""
    return json_response(describe())


def describe() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for declared in endpoints():
        paths.setdefault(path_of(declared), {})[declared.method.lower()] = _operation(declared)
    return {
        'openapi': '3.1.0',
        'info': {'title': 'Lantai', 'version': __version__},
        'servers': [{'url': PREFIX}],
        'security': [{'basic': []}, {'bearer': []}],
        'paths': paths,
        'components': {
            'schemas': SCHEMAS,
            'securitySchemes': {
                'basic': {'type': 'http', 'scheme': 'basic'},
                'bearer': {'type': 'http', 'scheme': 'bearer'},
            },
        },
    }


def path_of(declared: Endpoint) -> str:
    """Pyramid's pattern in OpenAPI's words: the rest of the path is one parameter."""
    path = re.sub(r'/?\*(traverse|names)$', '/{path}', declared.pattern)
    return path


def _operation(declared: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        'operationId': declared.name,
        'summary': declared.summary,
        'description': (declared.function.__doc__ or '').strip(),
        'parameters': [
            *_path_parameters(declared),
            *_query_parameters(declared),
            *_header_parameters(declared),
        ],
        'responses': _responses(declared),
    }
    if declared.body is not None:
        operation['requestBody'] = {
            'required': True,
            'content': {'application/json': {'schema': json_schema(declared.body)}},
        }
    elif declared.body_type:
        operation['requestBody'] = {'required': True, 'content': {declared.body_type: {'schema': {}}}}
    return operation


def _path_parameters(declared: Endpoint) -> list[dict[str, Any]]:
    return [
        {'name': name, 'in': 'path', 'required': True, 'schema': {'type': 'string', 'minLength': 1}}
        for name in re.findall(r'\{(\w+)\}', path_of(declared))
    ]


def _query_parameters(declared: Endpoint) -> list[dict[str, Any]]:
    return [
        {'name': child.name, 'in': 'query', 'required': child.required, 'schema': json_schema(child)}
        for child in (declared.query.children if declared.query is not None else ())
    ]


def _header_parameters(declared: Endpoint) -> list[dict[str, Any]]:
    return [
        {'name': name, 'in': 'header', 'required': False, 'schema': {'type': 'string'}}
        for name in declared.headers
    ]


def _responses(declared: Endpoint) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, answer in declared.answers.items():
        responses[str(status)] = shown = {'description': answer.description}
        if answer.schema:
            shown['content'] = {
                answer.media_type: {'schema': {'$ref': f'#/components/schemas/{answer.schema}'}}
            }
        elif answer.media_type != 'application/json':
            shown['content'] = {answer.media_type: {}}
        for media_type in answer.also:
            shown.setdefault('content', {})[media_type] = {}
        if answer.headers:
            shown['headers'] = {name: {'schema': {'type': 'string'}} for name in answer.headers}
    reads = (413, 415) if declared.body is not None else ()
    for status in sorted({*ALWAYS, *declared.problems, *reads} - set(declared.answers)):
        responses[str(status)] = {
            'description': _TITLES[status],
            'content': {'application/problem+json': {'schema': {'$ref': '#/components/schemas/Problem'}}},
        }
    return responses


def json_schema(node: colander.SchemaNode) -> dict[str, Any]:
    """The JSON Schema of what a colander schema accepts."""
    if isinstance(node.typ, colander.Mapping):
        shown: dict[str, Any] = {
            'type': 'object',
            'properties': {child.name: _nullable(child) for child in node.children},
            'additionalProperties': False,
        }
        required = [child.name for child in node.children if child.required]
        return {**shown, 'required': required} if required else shown
    shown = {'type': node.typ.json_type}
    validator = node.validator
    if isinstance(validator, colander.Range):
        shown.update(minimum=validator.min, maximum=validator.max)
    elif hasattr(validator, 'choices'):
        shown['enum'] = list(validator.choices)
    return shown


def _nullable(node: colander.SchemaNode) -> dict[str, Any]:
    shown = json_schema(node)
    if node.required:
        return shown
    if 'enum' in shown:
        shown['enum'] = [*shown['enum'], None]
    return {**shown, 'type': [shown['type'], 'null']}
