"""What the files of a record really are, found out in child processes before anything is changed.

A finding is bound to the bytes it was made of: the content's key, which names one version of one component,
and the digest the child computed. Filing compares both with the component again, inside its transaction.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.base.digests import sha256_of_file
from lantai.features.records.model import Component
from lantai.services.act import Act
from lantai.services.formats.examine import examine
from lantai.services.formats.identify import preferred_extension
from lantai.services.formats.results import Result, Verdict, failed, not_run
from lantai.services.formats.virus import scan
from lantai.services.jobs.children import Child, ChildStopped, ComputationFailed, Crashed, Raised
from lantai.services.site import Site

log = logging.getLogger(__name__)

#: seconds a finding is good for: bytes may rot, scanners learn
FRESH = 900
#: findings remembered in one process
REMEMBERED = 5000
#: seconds of computing one file may take: a base, and more for every 10 MB
BASE_SECONDS, SECONDS_PER_10_MB = 60.0, 5.0

#: children that look at files at the same time
CHILDREN = 2


@dataclass(frozen=True)
class Examination:
    """What was found of one version of one component."""

    content_key: str
    sha256: str
    size: int
    format: dict[str, Any]
    readable: Verdict
    virus: Verdict

    @property
    def mismatch(self) -> bool:
        """Whether the file is something else than its name says."""
        return bool(self.format.get('mismatch'))

    @property
    def format_name(self) -> str:
        """The name of the format, empty when it is not known."""
        found = self.format.get('format') or {}
        return ' '.join(filter(None, (found.get('name'), found.get('version'))))

    @property
    def puid(self) -> str:
        """PRONOM's number of the format, empty when it is not known."""
        return (self.format.get('format') or {}).get('puid', '')

    def summary(self, version: int) -> dict[str, Any]:
        """Return what a component keeps of it (`Component.format`)."""
        found = self.format.get('format') or {}
        return {
            'version': version,
            'puid': self.puid,
            'name': self.format_name,
            'media_type': found.get('media_type', ''),
            'archival': bool(found.get('archival')),
            'basis': self.format.get('basis', ''),
            'mismatch': self.mismatch,
            # the ending it was judged by, and the one it should have
            'extension': self.format.get('extension', ''),
            'proper': preferred_extension(found.get('extensions') or ()),
            'readable': str(self.readable.result),
            'pages': self.readable.facts.get('pages'),
        }


class _Memory:
    """The findings of this process, the oldest forgotten first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[str, str, str], tuple[float, Examination]] = OrderedDict()

    def get(self, key: tuple[str, str, str]) -> Examination | None:
        with self._lock:
            when, found = self._found.get(key, (0.0, None))
        return found if found is not None and time.monotonic() - when < FRESH else None

    def put(self, key: tuple[str, str, str], found: Examination) -> None:
        with self._lock:
            self._found[key] = (time.monotonic(), found)
            self._found.move_to_end(key)
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)


_memory = _Memory()


def known(site: Site, component: Component) -> Examination | None:
    """Return what was found of a component lately, without looking at it now."""
    return _memory.get(_key(site, component))


def examined(
    act: Act, components: Iterable[Component], seconds: float | None = None
) -> dict[str, Examination]:
    """Return a finding for every component, by content key; what is not known is looked at in a child
    process.

    With `seconds` no further file is begun after so many; then some may be missing from the answer. Changes
    nothing, raises nothing about a file: one that is missing, breaks its reader or takes too long gets a
    finding that says so.
    """
    found: dict[str, Examination] = {}
    until = None if seconds is None else time.monotonic() + seconds
    for component in components:
        key = _key(act.site, component)
        result = _memory.get(key)
        if result is None:
            if until is not None and time.monotonic() >= until:
                continue
            result = _look(act.site, component)
            if _lasts(result):
                _memory.put(key, result)
        found[component.content_key] = result
    return found


def _lasts(found: Examination) -> bool:
    """Whether a finding is about the bytes: a file that is not there (yet), a child or a scanner that is
    busy may be otherwise the next moment."""
    passing = ('content-missing', 'scanner-unavailable', 'scanner-refused')
    reader = found.readable.result == Result.NOT_RUN and not found.format
    return found.readable.reason not in passing and found.virus.reason not in passing and not reader


def _key(site: Site, component: Component) -> tuple[str, str, str]:
    return component.content_key, component.name, site.settings.clamd


def _look(site: Site, component: Component) -> Examination:
    path = site.contents.path(component.content_key)
    seconds = BASE_SECONDS + SECONDS_PER_10_MB * (component.size / 10_000_000)
    key = component.content_key
    try:
        values = _children.compute(str(path), component.name, site.settings.clamd, seconds)
    except ComputationFailed as error:
        if isinstance(error, ChildStopped):
            raise
        return _without_reader(path, key, site.settings.clamd, error)
    verdicts = Verdict.from_dict(values['readable']), Verdict.from_dict(values['virus'])
    return Examination(key, values['sha256'], values['size'], values['format'], *verdicts)


def _without_reader(path: Path, key: str, scanner: str, error: ComputationFailed) -> Examination:
    """What can be said of a file that its reader did not come to an end with. The digest is never left
    out."""
    if not path.exists():
        return Examination(key, '', 0, {}, failed('content-missing'), not_run('content-missing'))
    # A file that crashes its reader is broken; one that is too much for this machine may be sound.
    verdict = failed('reader-stopped') if isinstance(error, Crashed | Raised) else not_run(error.name)
    return Examination(key, sha256_of_file(path), path.stat().st_size, {}, verdict, scan(path, scanner))


class _Children:
    """A few children kept for the next file: starting one and loading the signatures takes a second."""

    def __init__(self, number: int) -> None:
        self._free: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _number in range(number):
            self._free.put(None)

    def compute(self, path: str, name: str, scanner: str, seconds: float) -> dict[str, Any]:
        """Return what `examine` finds. Raises ComputationFailed."""
        child = self._free.get()
        try:
            if child is not None:
                try:
                    return child.compute(examine, path, name, scanner, wall=seconds, cpu=seconds)
                except ChildStopped:
                    # Another site of this process was closed and with it all children; this one goes on.
                    log.debug('a child for examining files was stopped and is started again')
            child = Child()
            return child.compute(examine, path, name, scanner, wall=seconds, cpu=seconds)
        finally:
            self._free.put(child)

    def close(self) -> None:
        """End those that wait for work: the program is over."""
        while not self._free.empty():
            child = self._free.get_nowait()
            if child is not None:
                child.close()


_children = _Children(CHILDREN)
atexit.register(_children.close)


def digest_agrees(component: Component, found: Examination) -> bool:
    """Say whether the stored bytes are those the component says it has."""
    return found.content_key == component.content_key and found.sha256 == component.sha256


def is_failure(verdict: Verdict) -> bool:
    """Say whether a check was made and failed."""
    return verdict.result == Result.FAIL
