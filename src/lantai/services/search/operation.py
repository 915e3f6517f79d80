"""Running the index of a site: how far it is, keeping it up, building it anew, waiting for it."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import EventLog, event_log
from lantai.services.eventlog.record import record
from lantai.services.eventlog.sealer import seal_all
from lantai.services.search.documents import document_of
from lantai.services.search.errors import IndexUnavailable
from lantai.services.search.follower import Follower, touched
from lantai.services.search.index import SearchIndex
from lantai.services.search.passages import ReadText, wanting
from lantai.services.search.rebuild import RebuildRunning
from lantai.services.search.rebuild import rebuild as build
from lantai.services.security.actor import Actor
from lantai.services.site import Site
from lantai.store.derived import TextState

logger = logging.getLogger(__name__)

#: seconds somebody who has just changed something waits for the index
PATIENCE = 2.0
_PAUSE = 0.02
#: sealed entries looked through for changes of one's own; who is further behind waits for no index
_LOOK_BACK = 2000
#: with no more entries in the log than this an index is built in a few seconds
_SMALL = 20_000
#: seconds between two merges in quiet moments
_QUIET = 5.0

#: seconds that texts are taken in before people's changes have their turn again
_FEEDING = 0.5
#: contents asked for their text in one look
_LOOK = 200

Progress = Callable[[int, int], None]


def status(site: Site) -> dict[str, Any]:
    """`{"lag", "documents", "rebuilding"}`; lag counts log entries, those waiting to be sealed too."""
    with site.database.reading() as repository:
        log = event_log(repository)
        return site.index.status(log.size + log.waiting)


def rebuild(site: Site, actor: Actor, progress: Progress = lambda _done, _total: None) -> int:
    """A new index while everything goes on; says how many documents it has. Raises RebuildRunning."""
    site.transact(lambda act: record(act, Event.INDEX_REBUILD), actor)
    _seal(site)
    documents = build(site.index, site.database, document_of, progress, reader_of(site))
    _seal(site)
    Follower(site.index, site.database, document_of).catch_up()
    return documents


def bring_up(site: Site) -> None:
    """Everything recorded so far is sealed and in the index; one that is missing or broken is built anew."""
    _seal(site)
    try:
        Follower(site.index, site.database, document_of).catch_up()
    except IndexUnavailable:
        build(site.index, site.database, document_of, read=reader_of(site))


def _seal(site: Site) -> None:
    seal_all(site.database, site.keys, site.clock, site.folder.run)


def reader_of(site: Site) -> ReadText:
    """Gives the kept text of a content: empty when it has none, None while it is not known yet."""

    def read(key: str) -> str | None:
        facts = site.contents.texts.facts(key)
        if facts.state == TextState.DONE:
            return site.contents.texts.read(key)
        # of a content that is gone no text will come
        return '' if facts.is_final or not site.contents.path(key).exists() else None

    return read


class Attendant:
    """What a worker does for the index: `step` again and again, `idle` in quiet moments."""

    def __init__(self, site: Site) -> None:
        self._index: SearchIndex = site.index
        self._site = site
        self._follower = Follower(site.index, site.database, document_of)
        self._next_merge = 0.0
        self._read = reader_of(site)
        #: where the look for texts that have come goes on, and when it begins again
        self._fed, self._next_look = '', 0.0

    def step(self) -> int:
        """Takes in a portion of the log and says how many entries; where there is no index, builds one.

        In the background beside a server; at once for a command that is alone with few objects.
        """
        try:
            # texts only when nothing else waits: a long one takes a second
            return self._follower.step() or self._feed()
        except IndexUnavailable:
            if self._site.worker is None and self._is_small():
                build(
                    self._index,
                    self._site.database,
                    document_of,
                    self._stop_when_asked,
                    reader_of(self._site),
                )
            else:
                self._begin_rebuild()
            return 0

    def _is_small(self) -> bool:
        with self._site.database.reading() as repository:
            return event_log(repository).size <= _SMALL

    def _feed(self) -> int:
        """Takes in texts that have come, for about a second; says how many."""
        until = time.monotonic() + _FEEDING
        if not self._fed and time.monotonic() < self._next_look:
            return 0
        with self._index.reading() as connection:
            keys = wanting(connection, self._fed, _LOOK)
        taken = 0
        for key in keys:
            text = self._read(key)
            if text is not None:
                with self._index.writing(wait=False) as writer:
                    if writer is None:
                        return taken
                    with writer.batch():
                        writer.passages.take_in(key, text)
                taken += 1
            self._fed = key
            if time.monotonic() >= until:
                return taken or 1
        if len(keys) < _LOOK:
            self._fed, self._next_look = '', time.monotonic() + _FEEDING
            return taken
        return max(taken, 1)

    def feed_all(self) -> None:
        """Takes in every text there is, now (a command that is alone, and tests)."""
        self._fed, self._next_look = '', 0.0
        while self._feed() or self._fed:
            pass

    def idle(self) -> None:
        """Merges small segments now and then: many of them make a search slow."""
        if time.monotonic() >= self._next_merge:
            self._next_merge = time.monotonic() + _QUIET
            self._follower.idle()

    def _begin_rebuild(self) -> None:
        index = self._index
        index.background[:] = [thread for thread in index.background if thread.is_alive()]
        if not index.background and not index.stopping.is_set():
            logger.warning('the search index is missing or broken and is built anew')
            thread = threading.Thread(target=self._rebuild, name='lantai-index-rebuild', daemon=True)
            index.background.append(thread)
            thread.start()

    def _rebuild(self) -> None:
        try:
            documents = build(
                self._index, self._site.database, document_of, self._stop_when_asked, reader_of(self._site)
            )
        except RebuildRunning:
            # another process is at it
            return
        except _Stopped:
            return
        except Exception:
            # the edge of the thread: the next step of the follower finds no index still, and begins again
            logger.exception('the search index could not be built')
            return
        logger.warning('the search index was built with %d documents', documents)

    def _stop_when_asked(self, _done: int, _total: int) -> None:
        if self._index.stopping.is_set():
            raise _Stopped


class _Stopped(Exception):
    """The process ends; the rebuild begins again with the next one."""


def caught_up(act: Act, patience: float = PATIENCE) -> bool:
    """Waits until the index has what this person changed last; says whether it has.

    Whoever changed nothing lately does not wait. Never longer than `patience` seconds. Raises
    IndexUnavailable when there is no index to wait for.
    """
    site = act.site
    waiting, target = _own_changes(event_log(act.repository), act.actor.id, site.index.position)
    if not waiting and target is None:
        return True
    if site.worker is None:
        bring_up(site)
    else:
        site.worker.wake()
    deadline = time.monotonic() + patience
    while True:
        if waiting:
            with site.database.reading() as repository:
                log = event_log(repository)
                if all(log.consumed.get(key, 0) > number for key, number in waiting.items()):
                    waiting, target = {}, log.size
        if not waiting and site.index.position >= target:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)


def _own_changes(log: EventLog, person: str, position: int) -> tuple[dict[str, int], int | None]:
    """Queues with the number of the person's last change not sealed yet; and how far the index must be."""
    waiting: dict[str, int] = {}
    for key, queue in log.queues.items():
        start = log.consumed.get(key, 0)
        if queue.next > start:
            for number, leaf in queue.since(start):
                if _is_change(leaf, person):
                    waiting[key] = number
    target = None
    for entry in log.iterate(max(position, log.size - _LOOK_BACK), log.size):
        if _is_change(entry.leaf, person):
            target = entry.index + 1
    return waiting, target


def _is_change(leaf: bytes, person: str) -> bool:
    # most entries are somebody else's: not worth reading
    if person.encode() not in leaf:
        return False
    event = json.loads(leaf)
    return event['actor'] == person and bool(touched(event))
