"""SM3 digests of filed components: too slow for a request, so made afterwards by following the event log."""

from __future__ import annotations

import fcntl
import logging
import os
from typing import Any

from lantai.base.digests import sm3_of_file
from lantai.base.errors import NotFound
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.jobs.children import Child, ChildStopped, ComputationFailed
from lantai.services.jobs.model import jobs_of

log = logging.getLogger(__name__)

NAME = 'sm3'
#: events looked at in one step
EVENTS = 1000
#: bytes a second that SM3 reaches at the very least
SLOWEST = 5 << 20


class Digests:
    """Gives every filed component its SM3, one item a step; knows by number how far it is."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self._child = Child()

    def close(self) -> None:
        """Ends the computing process."""
        self._child.close()

    def step(self) -> int:
        """Goes on to the next filed item; answers how many events that was. 0 when nothing waits, or when
        another process is at it."""
        run = self.site.folder.run
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(run / 'digests.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        else:
            return self._step()
        finally:
            os.close(descriptor)

    def _step(self) -> int:
        begin, end, wanted = self._next()
        if begin == end:
            return 0
        found = {uid: sm3 for uid, version, key, size in wanted if (sm3 := self._sm3(key, size)) is not None}
        versions = {uid: version for uid, version, _key, _size in wanted}

        def change(repository: Any, _manager: Any) -> None:
            for uid, sm3 in found.items():
                component = repository.by_uid(uid)
                if component is not None and component.version == versions[uid]:
                    component.sm3 = sm3
            jobs_of(repository).place(NAME).next = end

        self.site.database.transact(change)
        return end - begin

    def _next(self) -> tuple[int, int, list[tuple[str, int, str, int]]]:
        """From which event to which, and the components of the one item filed by the last of them."""
        with self.site.database.reading() as repository:
            place = jobs_of(repository).places.get(NAME)
            begin = end = 0 if place is None else place.next
            for entry in event_log(repository).entries(begin, EVENTS):
                end = entry.index + 1
                event = entry.event
                if event['act'] == Event.FILING or event.get('to') == 'filed':
                    item = repository.by_uid(event['object'])
                    wanted = [
                        (component.uid, component.version, component.content_key, component.size)
                        for component in getattr(item, 'components', ())
                        # what was destroyed since has no content any more
                        if component.sm3 is None and getattr(item, 'state', '') != 'destroyed'
                    ]
                    if wanted:
                        return begin, end, wanted
        return begin, end, []

    def _sm3(self, key: str, size: int) -> str | None:
        try:
            self.site.contents.size(key)
            path = str(self.site.contents.path(key))
            return self._child.compute(sm3_of_file, path, wall=60 + size / SLOWEST, cpu=60 + size / SLOWEST)
        except ChildStopped:
            raise
        except (NotFound, ComputationFailed):
            # A content that cannot be read is for `verify` to name; the others are not kept waiting by it.
            log.exception('no SM3 of content %s', key)
            return None
