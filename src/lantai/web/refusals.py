"""Refusals that a page shows itself, one among several or beside what was typed: logged all the same."""

from __future__ import annotations

from lantai.base.errors import DomainError
from lantai.services.eventlog.refusals import log_refusal
from lantai.store.tree import Node
from lantai.web.security import address_of


def note_refusal(request, error: DomainError, node: Node | None) -> None:
    """Has a refusal logged once the request is over: in its own transaction, and never in the way of the
    request's.
    """
    if not error.logged:
        return
    site, actor, address = request.site, request.actor, address_of(request)
    uid, kind = (node.uid, node.type) if node is not None else (None, None)

    def log(_request) -> None:
        log_refusal(site, actor, error, uid, 'web', address, node_type=kind)

    request.add_finished_callback(log)
