"""Goes along the event log and gives every new content its text and its previews, one file at a time.

What is done is a file beside the contents, so a killed process goes on where it was: what is final is not
made again, and what was begun counts as a try. One process at a time; a file that kills its process or runs
over its limits costs its own text only.
"""

from __future__ import annotations

import base64
import fcntl
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lantai.services.eventlog.events import Event
from lantai.services.eventlog.log import event_log
from lantai.services.extraction.bounds import READER_VERSION
from lantai.services.jobs.children import (
    Child,
    ChildStopped,
    ComputationFailed,
    Raised,
    TooMuchMemory,
    TooSlow,
)
from lantai.services.jobs.housekeeping import DAY
from lantai.services.jobs.model import jobs_of
from lantai.services.jobs.registry import follower, periodic
from lantai.store.derived import TextFacts, TextState

log = logging.getLogger(__name__)

NAME = 'texts'
#: where it is kept how far the reading is; a better reader begins again
PLACE = f'{NAME}-{READER_VERSION}'
#: by name: the libraries that read files are loaded where they are read, not beside the server
EXTRACT = 'lantai.services.extraction.reading:extract'
DRAW = 'lantai.services.extraction.drawing:draw'
#: events read in one step, and files worked on in one
EVENTS, FILES = 1000, 10
#: tries of one file that ended the process reading it, or this one
MOST_ATTEMPTS = 3
#: limits of reading one file: seconds, and bytes of memory. Readers end by themselves after `bounds.SECONDS`
WALL, CPU, MEMORY = 60.0, 45.0, 1 << 30
#: seconds for a preview
DRAWING = 20.0

#: after these there may be contents that were not there before
_BRINGING = frozenset({Event.CONTENT_PUT, Event.NODE_COPY})


@dataclass(frozen=True)
class Wanted:
    """A content to be read: its key, what people call it."""

    key: str
    name: str


@follower(NAME, slow=True)
def text_follower(site: Any) -> Extraction:
    """The extraction of a site."""
    return Extraction(site)


class Extraction:
    """Makes texts and previews; knows by number how far it is."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self._child = Child(MEMORY)

    def close(self) -> None:
        """Ends the reading process."""
        self._child.close()

    def idle(self) -> None:
        """Nothing is to be done while nothing waits."""

    def step(self) -> int:
        """Goes on by some files; answers how many events that was. 0 when nothing waits, or when another
        process is at it."""
        run = self.site.folder.run
        run.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(run / 'texts.lock', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        else:
            return self._step()
        finally:
            os.close(descriptor)

    def _step(self) -> int:
        if not self.site.contents.texts.is_begun:
            self._keep_place(0)
            self.site.contents.texts.begin()
        begin, end, wanted = self._next()
        if begin == end:
            return 0
        for each in wanted:
            self.make(each)

        self._keep_place(end)
        return end - begin

    def _keep_place(self, number: int) -> None:
        def change(repository: Any, _manager: Any) -> None:
            jobs_of(repository).place(PLACE).next = number

        self.site.database.transact(change)

    def _next(self) -> tuple[int, int, list[Wanted]]:
        """From which event to which, and what came in with them."""
        with self.site.database.reading() as repository:
            place = jobs_of(repository).places.get(PLACE)
            begin = end = 0 if place is None else place.next
            wanted: dict[str, Wanted] = {}
            for entry in event_log(repository).entries(begin, EVENTS):
                if len(wanted) >= FILES:
                    break
                end = entry.index + 1
                if entry.event['act'] in _BRINGING:
                    for each in _contents(repository.by_uid(entry.event['object'])):
                        if not self._is_made(each.key):
                            wanted[each.key] = each
            return begin, end, list(wanted.values())

    def _is_made(self, key: str) -> bool:
        facts = self.site.contents.texts.facts(key)
        return facts.is_final and facts.reader == READER_VERSION

    def make(self, wanted: Wanted) -> None:
        """Makes the text and the previews of one content. Raises ChildStopped when the program ends."""
        contents = self.site.contents
        path = contents.path(wanted.key)
        if path.exists():
            self._draw(wanted.key, str(path))
        while path.exists() and not self._is_made(wanted.key):
            before = contents.texts.facts(wanted.key)
            attempts = before.attempts if before.state == TextState.TRYING else 0
            if attempts >= MOST_ATTEMPTS:
                contents.texts.keep(wanted.key, _failed(before.reason or 'crashed', attempts))
                break
            self._try(wanted, str(path), TextFacts(TextState.TRYING, before.reason, attempts + 1))
        if not path.exists():
            # removed while it was read: what was made of it goes too
            contents.texts.forget(wanted.key)
            contents.previews.forget(wanted.key)

    def _try(self, wanted: Wanted, path: str, facts: TextFacts) -> None:
        texts = self.site.contents.texts
        # noted first: a file that ends this very process is not tried for ever
        texts.keep(wanted.key, facts)
        try:
            found = self._child.compute(EXTRACT, path, wanted.name, wall=WALL, cpu=CPU)
        except ChildStopped:
            # no fault of the file
            texts.keep(wanted.key, TextFacts(TextState.TRYING, facts.reason, facts.attempts - 1))
            raise
        except (Raised, TooSlow, TooMuchMemory) as error:
            # it would be so again
            log.warning('no text of content %s: %s', wanted.key, error.name)
            texts.keep(wanted.key, _failed(_reason(error), facts.attempts))
        except ComputationFailed as error:
            log.warning('no text of content %s: %s', wanted.key, error.name)
            texts.keep(wanted.key, TextFacts(TextState.TRYING, 'crashed', facts.attempts))
        else:
            text = found['text']
            kept = TextFacts(
                TextState(found['state']),
                found['reason'],
                facts.attempts,
                len(text),
                found['cut'],
                READER_VERSION,
            )
            texts.keep(wanted.key, kept, text)

    def _draw(self, key: str, path: str) -> None:
        previews = self.site.contents.previews
        if previews.holds(key):
            return
        try:
            pictures = self._child.compute(DRAW, path, wall=DRAWING, cpu=DRAWING)
        except ChildStopped:
            raise
        except ComputationFailed as error:
            # a list without this picture is a list all the same
            log.warning('no preview of content %s: %s', key, error.name)
            return
        for size, picture in pictures.items():
            previews.keep(key, size, base64.b64decode(picture))


def _reason(error: ComputationFailed) -> str:
    if isinstance(error, TooSlow):
        return 'too-slow'
    return 'too-large' if isinstance(error, TooMuchMemory) else 'damaged'


def _failed(reason: str, attempts: int) -> TextFacts:
    return TextFacts(TextState.FAILED, reason, attempts, reader=READER_VERSION)


def _contents(node: Any) -> Iterator[Wanted]:
    """The contents of a component, or of all components below a node."""
    if node is None:
        return
    if getattr(node, 'content_key', None):
        yield Wanted(node.content_key, node.name)
        return
    for child in node.values():
        yield from _contents(child)


def forget(site: Any, keys: Any) -> None:
    """Removes, now, the texts and the previews of these contents. The index forgets them by being rebuilt."""
    for key in keys:
        site.contents.texts.forget(key)
        site.contents.previews.forget(key)


def holds_text_of(site: Any, key: str) -> bool:
    """Whether a text or a preview of a content lies in the data folder still."""
    contents = site.contents
    return any(path.exists() for path in (*contents.texts.paths(key), *contents.previews.paths(key)))


@periodic('sweep-texts', DAY)
def sweep_texts(site: Any) -> None:
    """Removes what was made of contents that are gone."""
    removed = site.contents.sweep_derived()
    if removed:
        log.info('removed %s texts and previews of contents that are gone', removed)
