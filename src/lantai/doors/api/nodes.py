"""A node as JSON, whole and as a line of a list."""

from typing import Any

from pyramid.request import Request

from lantai.base.clock import rfc3339
from lantai.features.records import rules
from lantai.services.content.types import get_type
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow.engine import available
from lantai.store.tree import Container, Node
from lantai.web.problem import condition_json


def summary(request: Request, node: Node) -> dict[str, Any]:
    """A node as it stands in lists."""
    shown: dict[str, Any] = {
        'uid': node.uid,
        'type': node.type,
        'name': node.name,
        'path': node.path,
        'title': node.title or node.name,
        'state': getattr(node, 'state', None),
        'held': bool(getattr(node, 'held', False)),
        'reference_code': getattr(node, 'reference_code', None),
        'metadata': dict(getattr(node, 'metadata', {})),
        'retention': retention(node),
        'transfer': _transfer(node),
        'access': dict(getattr(node, 'access', {})),
        'created': rfc3339(node.created),
        'modified': rfc3339(node.modified),
        'etag': node.etag,
        'open': rules.takes_deposits(node) if isinstance(node, Container) else False,
        'may': may(request, node),
    }
    if node.type == 'component':
        shown.update(
            size=node.size,
            media_type=node.media_type,
            sha256=node.sha256,
            sm3=node.sm3,
            role=node.role,
            version=node.version,
        )
    if node.type == 'item':
        shown.update(unit=node.unit, creator=node.creator)
    if node.type == 'series':
        shown['scheme'] = node.scheme()
    return shown


def whole(request: Request, node: Node, *, limit: int = 50, after: str | None = None) -> dict[str, Any]:
    """A node with what may be done and one page of its children."""
    shown = summary(request, node)
    shown['transitions'] = transitions(request, node)
    shown['children'] = children(request, node, limit, after)
    if node.type == 'item':
        shown['history'] = list(node.history)
    return shown


def children(request: Request, node: Node, limit: int, after: str | None) -> dict[str, Any]:
    """One page of the children that the caller sees, and how many those are."""
    if not isinstance(node, Container):
        return {'total': 0, 'items': [], 'next': None}
    visible = policy.visible(request.actor, node)
    page = node.page(visible, after=after, limit=limit)
    return {
        'total': node.count(visible),
        'items': [summary(request, child) for child in page.nodes],
        'next': page.next,
    }


def transitions(request: Request, node: Node) -> list[dict[str, Any]]:
    """The steps the caller may take, or why not yet."""
    return [
        {
            'name': offer.name,
            'title': request.localizer.translate(offer.title),
            'allowed': offer.allowed,
            'unmet': [condition_json(reason, request.localizer) for reason in offer.unmet],
        }
        for offer in available(request.act, node)
    ]


def may(request: Request, node: Node) -> list[str]:
    """What the caller may do there, as the state of the tree has it."""
    allowed = policy.permissions(request.actor, node)
    found = []
    kind = get_type(node.type)
    fixed = _is_fixed(node)
    if isinstance(node, Container) and kind is not None and not fixed:
        for child in kind.holds:
            needed = Permission.CREATE_SERIES if child == 'series' else Permission.CREATE
            if child in ('item', 'file', 'folder', 'series') and needed in allowed:
                if child in ('series', 'folder') or rules.takes_deposits(node):
                    found.append(f'create:{child}')
    for permission in (
        Permission.EDIT,
        Permission.DELETE,
        Permission.PUT,
        Permission.READ,
        Permission.ARRANGE,
        Permission.OPEN_CLOSE,
    ):
        changes = permission != Permission.READ
        if permission in allowed and not (changes and fixed):
            found.append(str(permission))
    return found


def _is_fixed(node: Node) -> bool:
    item = rules.item_of(node)
    return item is not None and item.state not in rules.CHANGEABLE


def retention(node: Node) -> dict[str, Any]:
    """Period, end and authority: frozen on a filed item, expected on others."""
    frozen = getattr(node, 'retention', None)
    if frozen:
        return {key: frozen.get(key) for key in ('period', 'due', 'authority')}
    period = getattr(node, 'metadata', {}).get('retention_period') or None
    return {'period': period, 'due': None, 'authority': None}


def _transfer(node: Node) -> dict[str, Any]:
    clock = getattr(node, 'transfer', None) or {}
    return {'due': clock.get('due'), 'to': clock.get('to')}
