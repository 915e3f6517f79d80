"""The single checks: a content against its digest, a node against its place, a filed record against its
manifest, the log against itself and against what it says was filed."""

from __future__ import annotations

import json
from typing import Any

from lantai.base.digests import sha256_hex, sha256_of_file
from lantai.features.cases.model import Case, cases_of
from lantai.features.filing.manifest import verify_manifest
from lantai.features.filing.model import batches_of
from lantai.features.records.model import WORKING, Component, Item
from lantai.features.verification.report import Problem, Report
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import Head, LogDamaged, event_log
from lantai.services.eventlog.verify import Progress, verify_log
from lantai.services.signing.signature import Signature
from lantai.store.tree import Node

#: states in which a record has no content any more
WITHOUT_CONTENT = ('destroyed', 'transferred')
#: the state in which none may be left
ERASED = 'destroyed'


def check_node(act: Act, node: Node, report: Report) -> None:
    """Everything about one node."""
    report.count('nodes')
    check_place(act, node, report)
    if isinstance(node, Component):
        check_content(act, node, report)
    elif isinstance(node, Item) and node.state not in WORKING:
        check_filed(act, node, report)


def check_place(act: Act, node: Node, report: Report) -> None:
    """Whether the node is where it says it is."""
    parent = node.__parent__
    if node is act.repository:
        return
    if isinstance(node, Case):
        # a case stands under its fonds for the sake of rights, and in its own room
        if cases_of(act.repository).by_id.get(node.uid) is not node:
            report.problems.append(Problem('node-lost', node.path, node.uid, 'it is not among the cases'))
        return
    if parent is None or parent.get(node.name) is not node or act.repository.by_uid(parent.uid) is not parent:
        report.problems.append(
            Problem('node-lost', node.path, node.uid, 'it is not in the container it names')
        )


def check_content(act: Act, component: Component, report: Report) -> None:
    """The bytes of a component against size and SHA-256, read in pieces."""
    if component.item.state == ERASED:
        return check_erased(act, component, report)
    if component.version == 0 or component.item.state in WITHOUT_CONTENT:
        return

    def wrong(code: str, detail: str) -> None:
        report.problems.append(Problem(code, component.path, component.uid, detail))

    path = act.site.contents.path(component.content_key)
    report.count('contents')
    try:
        size = path.stat().st_size
        if size != component.size:
            code = 'content-short' if size < component.size else 'content-long'
            return wrong(code, f'{size} bytes instead of {component.size}')
        digest = sha256_of_file(path)
    except FileNotFoundError:
        return wrong('content-missing', 'the content file does not exist')
    except OSError as error:
        return wrong('content-unreadable', f'the content file cannot be read: {error.strerror}')
    report.count('bytes', size)
    if digest != component.sha256:
        wrong('content-different', f'SHA-256 is {digest} instead of {component.sha256}')


def check_erased(act: Act, component: Component, report: Report) -> None:
    """Of a destroyed record no version of any content is left, nor anything made from one."""
    left = act.site.contents.everything_of(component.uid)
    if left:
        detail = f'of a destroyed content {len(left)} files are still there'
        report.problems.append(Problem('content-not-erased', component.path, component.uid, detail))


def check_filed(act: Act, item: Item, report: Report) -> None:
    """A filed record against its signed manifest. (Its contents are checked with its components.)"""
    report.count('filed')
    for problem in verify_manifest(act, item, contents=False):
        report.problems.append(Problem(problem.code, item.path, item.uid, problem.detail))


def check_manifests(act: Act, report: Report) -> None:
    """Whether every record that was ever signed is still there."""
    for uid in batches_of(act.repository).manifests:
        if not isinstance(act.repository.by_uid(uid), Item):
            report.problems.append(
                Problem('filed-record-missing', '', uid, 'a signed manifest, but no record of this uid')
            )


def check_log(act: Act, report: Report, progress: Progress | None = None) -> None:
    """The whole event log, and every filing it tells of against the manifest kept."""
    log = event_log(act.repository)
    found = verify_log(log, act.site.keys, signature_of, progress)
    report.count('events', found.events)
    report.count('heads', found.heads)
    for problem in found.problems:
        place = 'log' if problem.index is None else f'log#{problem.index}'
        report.problems.append(Problem(problem.code, place, '', problem.detail))
    try:
        _check_filings(act, report)
    except LogDamaged:
        # Named above already, with its number; what lies behind the gap cannot be told.
        return


def signature_of(head: Head) -> Signature:
    """The signature value of a head."""
    return Signature(head.algorithm, head.key_id, head.signature)


def _check_filings(act: Act, report: Report) -> None:
    """The digest of each manifest stands in the log: so no manifest can be replaced by another signed one."""
    manifests = batches_of(act.repository).manifests
    marker = json.dumps(Event.FILING.value).encode()
    differing: dict[str, int] = {}
    for entry in event_log(act.repository).iterate():
        if marker not in entry.leaf:
            continue
        event = _event(entry)
        uid, logged = event.get('object'), event.get('manifest')
        if event.get('act') != Event.FILING or not isinstance(uid, str) or not logged:
            continue
        stored = manifests.get(uid)
        # A record may have been filed twice; the last filing counts.
        differing.pop(uid, None)
        if stored is not None and sha256_hex(stored.text) != logged:
            differing[uid] = entry.index
    for uid, index in differing.items():
        node = act.repository.by_uid(uid)
        path = '' if node is None else node.path
        report.problems.append(
            Problem(
                'manifest-replaced', path, uid, f'it is not the manifest that event {index} of the log names'
            )
        )


def _event(entry: Any) -> dict[str, Any]:
    try:
        return entry.event
    except ValueError:
        return {}  # reported with the log itself
