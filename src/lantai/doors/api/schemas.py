"""The shapes of answers, as JSON Schema, by the names the endpoints use."""

from typing import Any

_TEXT = {'type': 'string'}
_TEXT_OR_NONE = {'type': ['string', 'null']}
_WHOLE = {'type': 'integer'}
_FLAG = {'type': 'boolean'}
_FREE = {'type': 'object'}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {'type': 'object', 'properties': {**required, **optional}, 'required': sorted(required)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {'type': 'array', 'items': of}


def _of(name: str) -> dict[str, Any]:
    return {'$ref': f'#/components/schemas/{name}'}


_SUMMARY = {
    'uid': _TEXT,
    'type': _TEXT,
    'name': _TEXT,
    'path': _TEXT,
    'title': _TEXT,
    'state': _TEXT_OR_NONE,
    'held': _FLAG,
    'reference_code': _TEXT_OR_NONE,
    'metadata': _FREE,
    'retention': _object({'period': _TEXT_OR_NONE, 'due': _TEXT_OR_NONE, 'authority': _TEXT_OR_NONE}),
    'transfer': _object({'due': _TEXT_OR_NONE, 'to': _TEXT_OR_NONE}),
    'access': _FREE,
    'created': {'type': 'string', 'format': 'date-time'},
    'modified': {'type': 'string', 'format': 'date-time'},
    'etag': _TEXT,
    'open': _FLAG,
    'may': _list(_TEXT),
}
_HASHES = _list({'type': 'string', 'pattern': '^[0-9a-f]{64}$'})

SCHEMAS: dict[str, Any] = {
    'Condition': _object({'code': _TEXT, 'message': _TEXT}, field=_TEXT),
    'Problem': _object(
        {'type': _TEXT, 'title': _TEXT, 'status': _WHOLE, 'detail': _TEXT}, conditions=_list(_of('Condition'))
    ),
    'Transition': _object(
        {'name': _TEXT, 'title': _TEXT, 'allowed': _FLAG, 'unmet': _list(_of('Condition'))}
    ),
    'Summary': _object(_SUMMARY),
    'Node': _object(
        {
            **_SUMMARY,
            'transitions': _list(_of('Transition')),
            'children': _object({'total': _WHOLE, 'items': _list(_of('Summary')), 'next': _TEXT_OR_NONE}),
        }
    ),
    'Task': _object(
        {
            'uid': _TEXT,
            'kind': _TEXT,
            'title': _TEXT,
            'path': _TEXT,
            'since': _TEXT,
            'due': _TEXT_OR_NONE,
            'transitions': _list(_of('Transition')),
        }
    ),
    'Tasks': _object({'total': _WHOLE, 'items': _list(_of('Task'))}),
    'Found': _object(
        {
            'total': _WHOLE,
            'items': _list(_of('Summary')),
            'facets': _FREE,
            'next': _TEXT_OR_NONE,
            'lag': _WHOLE,
        },
        more=_FLAG,
    ),
    'Catalogue': _object({'total': _WHOLE, 'items': _list(_FREE)}),
    'Me': _object(
        {
            'id': _TEXT,
            'name': _TEXT,
            'fonds': _TEXT,
            'unit': _TEXT,
            'roles': _list(_FREE),
            'may': _list(_TEXT),
        }
    ),
    'Tokens': _object({'items': _list(_FREE)}),
    'NewToken': _object({'id': _TEXT, 'token': _TEXT}),
    'Job': _object(
        {
            'id': _TEXT,
            'state': _TEXT,
            'done': _WHOLE,
            'skipped': _WHOLE,
            'failed': _WHOLE,
            'total': {'type': ['integer', 'null']},
            'report': _list(_FREE),
        }
    ),
    'LogHead': _object(
        {
            'size': _WHOLE,
            'root': _TEXT,
            'time': _TEXT,
            'note': _TEXT,
            'signature': _TEXT,
            'algorithm': _TEXT,
            'key_id': _TEXT,
        }
    ),
    'LogEntries': _object(
        {
            'total': _WHOLE,
            'entries': _list(_object({'index': _WHOLE, 'leaf': _TEXT, 'event': _FREE})),
            'next': {'type': ['integer', 'null']},
        }
    ),
    'Inclusion': _object({'index': _WHOLE, 'size': _WHOLE, 'leaf_hash': _TEXT, 'path': _HASHES}),
    'Consistency': _object({'from': _WHOLE, 'to': _WHOLE, 'path': _HASHES}),
    'PublicKey': _object({'key_id': _TEXT, 'algorithm': _TEXT, 'pem': _TEXT}),
    'CaseSummary': _object(
        {'id': _TEXT, 'kind': _TEXT, 'title': _TEXT, 'state': _TEXT, 'total': _WHOLE, 'fonds': _TEXT}
    ),
    'Cases': _object({'total': _WHOLE, 'items': _list(_of('CaseSummary')), 'next': _TEXT_OR_NONE}),
    'Case': _object(
        {
            'id': _TEXT,
            'kind': _TEXT,
            'title': _TEXT,
            'state': _TEXT,
            'items': _object({'total': _WHOLE, 'items': _list(_FREE), 'next': _TEXT_OR_NONE}),
            'list_root': _TEXT,
            'actions': _list(_of('Transition')),
            'history': _list(_FREE),
        },
        cases=_list(_FREE),
        documents=_list(_TEXT),
        not_before=_TEXT_OR_NONE,
        origin=_TEXT_OR_NONE,
    ),
    'CaseDocument': _object({'name': _TEXT, 'value': _FREE, 'signature': _FREE}),
    'Hold': _object(
        {
            'id': _TEXT,
            'title': _TEXT,
            'reason': _TEXT,
            'placed': _TEXT,
            'released': _TEXT_OR_NONE,
            'items': _list(_FREE),
        }
    ),
    'Holds': _object({'total': _WHOLE, 'items': _list(_of('Hold'))}),
    'Due': _object(
        {
            'total': _WHOLE,
            'held': _WHOLE,
            'items': _list(
                _object({'uid': _TEXT, 'path': _TEXT, 'title': _TEXT, 'period': _TEXT, 'due': _TEXT})
            ),
            'next': _TEXT_OR_NONE,
        }
    ),
    'Description': _FREE,
}
