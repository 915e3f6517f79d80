"""Declaring an endpoint once: its route, its input, its answers, and with these its description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import colander
from pyramid.request import Request
from pyramid.response import Response

from lantai.base.canonical import canonical_json
from lantai.services.security.permissions import Permission

PREFIX = '/api/v1'


@dataclass(frozen=True)
class Answer:
    """What an endpoint gives: a description, and the name of its schema or its media type."""

    description: str
    schema: str = ''
    media_type: str = 'application/json'
    headers: tuple[str, ...] = ()
    #: media types it may have besides, where the query asks for them
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """One method at one address. `pattern` is Pyramid's, below the prefix."""

    method: str
    pattern: str
    name: str
    summary: str
    function: Callable[[Request, Mapping[str, Any]], Response]
    permission: Permission
    answers: dict[int, Answer]
    problems: tuple[int, ...]
    query: colander.SchemaNode | None = None
    body: colander.SchemaNode | None = None
    #: media type of a body that is not JSON
    body_type: str = ''
    headers: tuple[str, ...] = field(default=())


_endpoints: dict[tuple[str, str], Endpoint] = {}


def endpoint(
    method: str,
    pattern: str,
    summary: str,
    *,
    permission: Permission,
    answers: dict[int, Answer],
    problems: tuple[int, ...] = (),
    query: colander.SchemaNode | None = None,
    body: colander.SchemaNode | None = None,
    body_type: str = '',
    headers: tuple[str, ...] = (),
) -> Callable[[Callable], Callable]:
    """Declares the decorated function as the endpoint; a second claim to it is refused."""

    def declare(function: Callable) -> Callable:
        key = (method, pattern)
        if key in _endpoints and _endpoints[key].function is not function:
            raise ValueError(f'{method} {pattern} is declared twice')
        _endpoints[key] = Endpoint(
            method,
            pattern,
            function.__name__,
            summary,
            function,
            permission,
            answers,
            problems,
            query,
            body,
            body_type,
            headers,
        )
        return function

    return declare


def endpoints() -> tuple[Endpoint, ...]:
    """All that were declared, in order."""
    return tuple(_endpoints.values())


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as JSON."""
    response = Response(canonical_json(value), status=status, content_type='application/json')
    response.charset = None
    response.headers.update(headers or {})
    return response
