"""PROPPATCH: properties are set and removed in order, all or none."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime

from pyramid.response import Response

from lantai.base.errors import DomainError, Malformed, NotFound
from lantai.doors.dav.call import Call
from lantai.doors.dav.gate import Gate
from lantai.doors.dav.methods.propfind import multistatus_response
from lantai.doors.dav.multistatus import document, element, propstat, response
from lantai.doors.dav.properties import PROTECTED, WIN, D, dead_properties, described_by
from lantai.doors.dav.refusals import condition, status
from lantai.doors.dav.resources import Resource, find
from lantai.doors.dav.scratch import Place, place_of, scratch_of
from lantai.doors.dav.xmlbody import Instruction, parse_proppatch
from lantai.features.records import service
from lantai.features.records.annotations import annotate, check_annotatable
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.web.conditional import parse_date
from lantai.web.uploads import parse_mtime

#: set by clients that keep the times of files: seconds since 1970
LASTMODIFIED = D + 'lastmodified'
_WIN_MODIFIED = WIN + 'Win32LastModifiedTime'
_PROTECTED_CONDITION = '<D:cannot-modify-protected-property/>'


@dataclass
class Plan:
    """What the steps come to: all properties afterwards, the time of the file, and what cannot be."""

    properties: dict[str, str]
    mtime: datetime | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


def proppatch(call: Call) -> Response:
    """PROPPATCH: 207; all of the steps or none."""
    steps = parse_proppatch(call.xml())
    place = place_of(call.request.act, call.path)
    if place is not None:
        return _multistatus(*_patch_scratch(call, place, steps))
    return _multistatus(*call.write(lambda act: patch(call, act, steps)))


def _multistatus(href: str, propstats: str) -> Response:
    return multistatus_response(document([response(href, propstats)]))


def patch(call: Call, act: Act, steps: tuple[Instruction, ...]) -> tuple[str, str]:
    """The change itself, in the committing transaction; gives the address and the propstats."""
    gate = Gate(call, act)
    found = find(act, call.path)
    gate.check(found)
    gate.may_change(found.node)
    href = call.href(found.path, found.is_collection)
    elements = call.site.schemas['document'].fields if isinstance(found.node, Item) else ()
    planned = plan(dead_properties(found), steps, elements)
    if planned.refused:
        return href, _refusal(steps, planned.refused, 403, _PROTECTED_CONDITION)
    return href, _apply(act, found, steps, planned)


def plan(before: dict[str, str], steps: tuple[Instruction, ...], elements: Container[str] = ()) -> Plan:
    """What the steps, one after the other, make of the properties and the description there are."""
    planned = Plan(dict(before))
    for step in steps:
        if step.name in PROTECTED:
            planned.refused.add(step.name)
        elif key := described_by(step.name, elements):
            planned.metadata[key] = step.text
        elif step.name == LASTMODIFIED:
            planned.mtime = parse_mtime(step.text) or planned.mtime
        elif step.xml is None:
            planned.properties.pop(step.name, None)
        else:
            planned.properties[step.name] = step.xml
            if step.name == _WIN_MODIFIED:
                planned.mtime = parse_date(step.text) or planned.mtime
    return planned


def _apply(act: Act, found: Resource, steps: tuple[Instruction, ...], planned: Plan) -> str:
    # two use cases, and the answer is given all the same when the second one refuses
    savepoint = act.manager.savepoint() if planned.metadata else None
    try:
        check_annotatable(act, found.node)
        if planned.properties != dead_properties(found) or planned.mtime or not planned.metadata:
            annotate(act, found.node, planned.properties, planned.mtime)
        if planned.metadata:
            service.edit(act, found.node, {'metadata': planned.metadata})
    except (NotFound, Malformed):
        raise
    except DomainError as error:
        if savepoint is not None:
            savepoint.rollback()
        return _refusal(steps, {step.name for step in steps}, status(error), condition(error))
    return propstat(''.join(element(name) for name in _names(steps)), 200)


def _refusal(steps: tuple[Instruction, ...], refused: set[str], code: int, reason: str) -> str:
    parts = propstat(''.join(element(name) for name in _names(steps) if name in refused), code, reason)
    others = [name for name in _names(steps) if name not in refused]
    return parts + (propstat(''.join(element(name) for name in others), 424) if others else '')


def _names(steps: tuple[Instruction, ...]) -> list[str]:
    return list(dict.fromkeys(step.name for step in steps))


def _patch_scratch(call: Call, place: Place, steps: tuple[Instruction, ...]) -> tuple[str, str]:
    scratch = scratch_of(call.site)
    entry = scratch.get(place)
    if entry is None:
        raise NotFound()
    gate = Gate(call, call.request.act)
    gate.check_if()
    gate.may_change_scratch(place)
    href = call.href(call.path, entry.collection)
    planned = plan(entry.dead, steps)
    if planned.refused:
        return href, _refusal(steps, planned.refused, 403, _PROTECTED_CONDITION)
    if not entry.collection:
        scratch.put(place, entry.content, dead=planned.properties)
    return href, propstat(''.join(element(name) for name in _names(steps)), 200)
