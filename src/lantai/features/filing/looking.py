"""What came in is looked at in the background: format, readability, virus. So a page knows before anybody
files.

Goes along the event log by number. A component keeps a summary of what was found; it is no part of what
anybody described, so neither its tag nor its time changes. Filed ones are left alone: theirs is fixed.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from typing import Any

from lantai.features.filing.examination import Examination, examined
from lantai.features.records.model import WORKING, Component, Item
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.formats.identify import extension_of
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.registry import follower
from lantai.services.site import Site

NAME = 'looking'
#: events read in one step, and files looked at in one
EVENTS, FILES = 1000, 10


#: after these a file may be there that was not, or have another ending
_BRINGING = frozenset({Event.CONTENT_PUT, Event.NODE_COPY, Event.NODE_RENAME, Event.NODE_MOVE})


@dataclass(frozen=True)
class _Found:
    uid: str
    version: int
    examination: Examination


@follower(NAME, slow=True)
class Looking:
    """Looks at what came in; knows by number how far it is."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def step(self) -> int:
        """Goes on by some files; answers how many events that was. 0 when nothing waits, or when another
        process is at it."""
        run = self._site.folder.run
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(run / 'looking.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        else:
            return look(self._site)
        finally:
            os.close(descriptor)

    def idle(self) -> None:
        """Nothing is to be done while nothing waits."""


def look_at_new_files(site: Site) -> None:
    """Looks at all that waits, now."""
    while look(site):
        pass


def look(site: Site) -> int:
    """Go on by up to `EVENTS` events of the log; return how many. 0 when nothing waits."""
    begin, end, found = _next(site)
    if begin == end:
        return 0

    def keep(repository: Any, _manager: Any) -> None:
        for each in found:
            component = repository.by_uid(each.uid)
            if _is_wanted(component) and component.version == each.version:
                component.format = each.examination.summary(each.version)
        jobs_of(repository).place(NAME).next = end

    site.database.transact(keep)
    return end - begin


def _next(site: Site) -> tuple[int, int, list[_Found]]:
    """From which event to which, and what was found of the files that came in with them."""
    with site.reading() as act:
        place = jobs_of(act.repository).places.get(NAME)
        begin = end = 0 if place is None else place.next
        components: dict[str, Component] = {}
        for entry in event_log(act.repository).entries(begin, EVENTS):
            if len(components) == FILES:
                break
            end = entry.index + 1
            if entry.event['act'] in _BRINGING:
                node = act.repository.by_uid(entry.event['object'])
                for component in node.values() if isinstance(node, Item) else (node,):
                    if _is_wanted(component) and not _is_seen(component):
                        components[component.uid] = component
        seen = examined(act, components.values())
        found = [
            _Found(uid, component.version, seen[component.content_key])
            for uid, component in components.items()
        ]
        return begin, end, found


def _is_seen(component: Component) -> bool:
    """Whether it was looked at as it is now, under the ending it has now."""
    about = component.format or {}
    ending = extension_of(component.name)
    return about.get('version') == component.version and about.get('extension', ending) == ending


def _is_wanted(node: object) -> bool:
    return isinstance(node, Component) and node.item is not None and node.item.state in WORKING
