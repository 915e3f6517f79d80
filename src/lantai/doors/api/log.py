"""`/api/v1/log/...`: signed head, entries and proofs (RFC 9162), for whoever wants to check."""

import base64
from collections.abc import Mapping
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from lantai.base import merkle
from lantai.base.errors import Condition, Invalid, Unavailable
from lantai.base.i18n import _
from lantai.doors.api.endpoint import Answer, endpoint, json_response
from lantai.doors.api.reading import Digits, between, mapping, member
from lantai.services.eventlog.log import EventLog, Head, event_log
from lantai.services.security.permissions import Permission

_NUMBER = between(0, 10**15)


@endpoint(
    'GET',
    '/log/head',
    'The newest signed head',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The head', 'LogHead')},
    problems=(503,),
)
def get_head(request: Request, _given: Mapping[str, Any]) -> Response:
    """Size, root and the exact text that was signed."""
    head = _head(event_log(request.repository))
    return json_response(
        {
            'size': head.size,
            'root': head.root.hex(),
            'time': head.time,
            'note': head.note,
            'signature': head.signature
            if isinstance(head.signature, str)
            else base64.b64encode(head.signature).decode('ascii'),
            'algorithm': head.algorithm,
            'key_id': head.key_id,
        }
    )


@endpoint(
    'GET',
    '/log/entries',
    'Events by number',
    permission=Permission.READ_LOG,
    query=mapping(
        member(Digits(), 'start', validator=_NUMBER, missing=0),
        member(Digits(), 'limit', validator=between(1, 1000), missing=100),
    ),
    answers={200: Answer('The events', 'LogEntries')},
    problems=(404,),
)
def get_entries(request: Request, given: Mapping[str, Any]) -> Response:
    """`leaf` is base64 of the exact bytes that were hashed."""
    log = event_log(request.repository)
    entries = log.entries(given['start'], given['limit'])
    end = given['start'] + len(entries)
    return json_response(
        {
            'total': log.size,
            'entries': [
                {
                    'index': entry.index,
                    'leaf': base64.b64encode(entry.leaf).decode('ascii'),
                    'event': entry.event,
                }
                for entry in entries
            ],
            'next': end if entries and end < log.size else None,
        }
    )


@endpoint(
    'GET',
    '/log/inclusion',
    'Proof that an event is in the log',
    permission=Permission.SIGNED_IN,
    query=mapping(
        member(Digits(), 'index', required=True, validator=_NUMBER),
        member(Digits(), 'size', validator=_NUMBER),
    ),
    answers={200: Answer('The proof', 'Inclusion')},
    problems=(503,),
)
def get_inclusion(request: Request, given: Mapping[str, Any]) -> Response:
    """For the tree of `size` events, the newest without it."""
    log = event_log(request.repository)
    index, size = given['index'], given.get('size', _head(log).size)
    path = _proof('index', lambda: log.inclusion(index, size))
    return json_response(
        {
            'index': index,
            'size': size,
            'leaf_hash': merkle.leaf_hash(log.leaf(index)).hex(),
            'path': [step.hex() for step in path],
        }
    )


@endpoint(
    'GET',
    '/log/consistency',
    'Proof that the log only grew',
    permission=Permission.SIGNED_IN,
    query=mapping(
        member(Digits(), 'from', required=True, validator=_NUMBER), member(Digits(), 'to', validator=_NUMBER)
    ),
    answers={200: Answer('The proof', 'Consistency')},
    problems=(503,),
)
def get_consistency(request: Request, given: Mapping[str, Any]) -> Response:
    """Between two sizes."""
    log = event_log(request.repository)
    old, new = given['from'], given.get('to', _head(log).size)
    path = _proof('from', lambda: log.consistency(old, new))
    return json_response({'from': old, 'to': new, 'path': [step.hex() for step in path]})


@endpoint(
    'GET',
    '/log/key',
    'The public key of the newest head',
    permission=Permission.SIGNED_IN,
    answers={200: Answer('The key', 'PublicKey')},
    problems=(503,),
)
def get_key(request: Request, _given: Mapping[str, Any]) -> Response:
    """In PEM, for any tool that knows Ed25519."""
    log = event_log(request.repository)
    head = _head(log)
    return json_response({'key_id': head.key_id, 'algorithm': head.algorithm, 'pem': log.keys[head.key_id]})


def _head(log: EventLog) -> Head:
    if log.head is None:
        raise Unavailable(_('Nothing was sealed yet'), retry_after=2)
    return log.head


def _proof(field: str, make: Any) -> list[bytes]:
    try:
        return make()
    except (ValueError, IndexError) as error:
        raise Invalid(
            conditions=[Condition('out-of-range', _('The log has no such size or number'), field)]
        ) from error
