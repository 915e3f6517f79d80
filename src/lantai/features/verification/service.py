"""Verifying the whole repository: at once for a command, in stretches for a job."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from lantai.base.clock import rfc3339
from lantai.base.errors import Forbidden
from lantai.features.verification import checks
from lantai.features.verification.model import verifications_of
from lantai.features.verification.report import Report
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.actor import Actor
from lantai.services.security.permissions import Permission
from lantai.services.site import Site

Progress = Callable[[int, int], None]
#: nodes looked at before the object cache is trimmed
TRIM = 500
#: problems kept with the result
KEPT = 1000
#: kinds of problems named in the event
NAMED = 30


def require(act: Act) -> None:
    """Verifying is for the auditor and for who manages the system; Forbidden for others."""
    allowed = policy.permissions(act.actor, act.repository)
    if not allowed & {Permission.READ_LOG, Permission.MANAGE_SYSTEM}:
        raise Forbidden()


def verify(site: Site, actor: Actor, progress: Progress | None = None, door: str = 'cli') -> Report:
    """Checks contents, filed records and the event log, and notes in the log how that ended.

    `progress(done, total)` counts nodes and events. Raises Forbidden. It reads one state of the database;
    what is written meanwhile is not looked at.
    """
    with site.reading(actor, door) as act:
        report = check_all(act, progress)
    site.transact(lambda act: conclude(act, report), actor, door)
    return report


def check_all(act: Act, progress: Progress | None = None) -> Report:
    """The checks of `verify`, reading only."""
    require(act)
    report = Report()
    show = progress or (lambda _done, _total: None)
    nodes, events = len(act.repository.objects), event_log(act.repository).size
    total, after = nodes + events, None
    while (after := check_stretch(act, report, after)) is not None:
        show(report.checked['nodes'], total)
    checks.check_manifests(act, report)
    checks.check_log(act, report, lambda done, _all: show(nodes + done, total))
    show(total, total)
    return report


def check_stretch(act: Act, report: Report, after: str | None, limit: int = TRIM) -> str | None:
    """Checks up to `limit` nodes after the uid `after`; answers the last one, None when none was left."""
    last = None
    nodes = act.repository.objects.items(after, None, excludemin=after is not None)
    for uid, node in islice(nodes, limit):
        checks.check_node(act, node, report)
        last = uid
    # What was looked at is not needed again; a million nodes must not stay in memory.
    act.repository._p_jar.cacheGC()
    return last


def conclude(act: Act, report: Report) -> None:
    """Notes how a verification ended, in the room's store and in the log."""
    shown = [problem.as_json() for problem in report.problems[:KEPT]]
    verifications_of(act.repository).last = {
        'time': rfc3339(act.clock.now()),
        'ok': report.ok,
        'checked': dict(report.checked),
        'problems': shown,
        'total': len(report.problems),
    }
    codes = sorted({problem.code for problem in report.problems})[:NAMED]
    record(act, Event.VERIFY, ok=report.ok, problems=len(report.problems), codes=codes)
