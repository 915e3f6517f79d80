"""`/api/v1/me` and `/api/v1/tokens`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import colander
from pyramid.request import Request
from pyramid.response import Response

from lantai.base.i18n import _
from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.doors.api.reading import Text, mapping, member
from lantai.features.people.tokens import create_token, own_tokens, revoke_token
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.security.tokens import TokenKind


class Day(Text):
    """A date as ISO 8601 text."""

    def deserialize(self, node: colander.SchemaNode, value: Any) -> Any:
        text = super().deserialize(node, value)
        if text is colander.null:
            return text
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise colander.Invalid(node, _('This is a date such as 2026-03-02')) from None


@endpoint(
    'GET', '/me', 'Who I am', permission=Permission.SIGNED_IN, answers={200: Answer('The caller', 'Me')}
)
def get_me(request: Request, _given: Mapping[str, Any]) -> Response:
    """The caller, the roles given, and what may be done with the whole repository."""
    actor = request.actor
    repository = request.repository
    roles = []
    for grant in actor.grants:
        node = repository.by_uid(grant.node)
        if node is not None:
            roles.append({'role': grant.role, 'on': node.path, 'unit': grant.unit})
    return json_response(
        {
            'id': actor.id,
            'name': actor.name,
            'fonds': actor.fonds,
            'unit': actor.unit,
            'language': actor.language,
            'administrator': actor.administrator or None,
            'roles': roles,
            'may': sorted(policy.permissions(actor, repository)),
        }
    )


@endpoint(
    'GET',
    '/tokens',
    'My tokens',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The tokens', 'Tokens')},
)
def get_tokens(request: Request, _given: Mapping[str, Any]) -> Response:
    """Without their secrets."""
    return json_response(
        {
            'items': [
                {
                    'id': token.id,
                    'label': token.label,
                    'created': token.created.isoformat(),
                    'expires': token.expires.isoformat() if token.expires else None,
                    'last_used': token.last_used.isoformat() if token.last_used else None,
                }
                for token in own_tokens(request.act, TokenKind.API)
            ]
        }
    )


@endpoint(
    'POST',
    '/tokens',
    'Make a token',
    permission=Permission.SIGNED_IN,
    body=mapping(member(Text(), 'label', required=True), member(Day(), 'expires')),
    answers={201: Answer('The token, shown once', 'NewToken')},
    problems=(404, 409),
)
def make_token(request: Request, given: Mapping[str, Any]) -> Response:
    """The text of the token is not kept and cannot be shown again."""
    id, text = create_token(request.act, given['label'], given.get('expires'))
    return json_response({'id': id, 'token': text}, 201)


@endpoint(
    'DELETE',
    '/tokens/{id}',
    'Take a token back',
    permission=Permission.SIGNED_IN,
    answers={204: Answer('It opens nothing any more')},
    problems=(404,),
)
def delete_token(request: Request, _given: Mapping[str, Any]) -> Response:
    """One's own, or anybody's for who manages accounts."""
    revoke_token(request.act, request.matchdict['id'])
    return Response(status=204)
