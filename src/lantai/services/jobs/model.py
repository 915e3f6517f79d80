"""What is stored of a job. Its runner writes the job, people write its `wishes`: so they never conflict."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from lantai.base.ids import new_uid
from lantai.store.tree import Repository

ROOM = 'jobs'
#: lines of a report that are kept; what is beyond is counted
MOST_LINES = 10_000


class State(StrEnum):
    """Where a job is. The last three are final."""

    WAITING = 'waiting'
    RUNNING = 'running'
    DONE = 'done'
    FAILED = 'failed'
    CANCELLED = 'cancelled'


FINAL = frozenset({State.DONE, State.FAILED, State.CANCELLED})


class Wishes(Persistent):
    """What people want of a job."""

    cancelled = False
    #: whether its maker has seen how it ended
    read = False


class Job(Persistent):
    """One piece of long work. Counts: done + skipped + failed = total once it is finished."""

    state: str = State.WAITING.value
    done = 0
    skipped = 0
    failed = 0
    #: None until the work has been counted
    total: int | None = None
    #: where the next step goes on: a plain value, always replaced
    cursor: Any = None
    begun = False
    #: what happened to single objects: one line each
    more_lines = 0
    #: the runner that has it in hand, and how often one died over it without a step done
    runner: str | None = None
    crashes = 0
    started: datetime | None = None
    finished: datetime | None = None

    def __init__(self, kind: str, params: dict[str, Any], creator: str, created: datetime) -> None:
        self.id = new_uid()
        self.kind = kind
        self.params = params
        self.creator = creator
        self.created = created
        self.lines = LOBTree()
        self.wishes = Wishes()

    def __repr__(self) -> str:
        return f'<Job {self.kind} {self.id} {self.state}>'

    @property
    def is_finished(self) -> bool:
        return self.state in FINAL

    @property
    def counted(self) -> int:
        """How many objects it is through with."""
        return self.done + self.skipped + self.failed

    def count(self, done: int = 0, skipped: int = 0) -> None:
        """Counts objects that were done, or left out because nothing was to be done."""
        self.done += done
        self.skipped += skipped

    def fail(self, code: str, message: str, *, uid: str = '', path: str = '') -> None:
        """Counts an object that failed, and says why."""
        self.failed += 1
        self.say(code, message, uid=uid, path=path)

    def say(self, code: str, message: str, *, uid: str = '', path: str = '') -> None:
        """Adds a line to the report: a stable code, a translatable message, the object."""
        if len(self.lines) >= MOST_LINES:
            self.more_lines += 1
            return
        number = self.lines.maxKey() + 1 if self.lines else 0
        mapping = getattr(message, 'mapping', None) or {}
        self.lines[number] = {
            'code': code,
            # The words and what fills them apart: a line is read in the reader's language, years later too.
            'message': str(message),
            'mapping': {str(key): str(value) for key, value in mapping.items()},
            'uid': uid,
            'path': path,
        }


class Jobs(Persistent):
    """All jobs (`repository.room('jobs')`), and how far the followers of the log are."""

    def __init__(self) -> None:
        self.by_id = OOBTree()
        #: ids of jobs that are not finished
        self.open = OOTreeSet()
        #: creator -> ids
        self.by_creator = OOBTree()
        #: name of a follower -> Place
        self.places = OOBTree()

    def add(self, job: Job) -> None:
        """Takes a new job in."""
        self.by_id[job.id] = job
        self.open.insert(job.id)
        if job.creator not in self.by_creator:
            self.by_creator[job.creator] = OOTreeSet()
        self.by_creator[job.creator].insert(job.id)

    def place(self, follower: str) -> Place:
        """How far a follower is; begins at the beginning of the log."""
        if follower not in self.places:
            self.places[follower] = Place()
        return self.places[follower]


class Place(Persistent):
    """The number of the next event a follower has not taken in."""

    next = 0


def jobs_of(repository: Repository) -> Jobs:
    """The jobs of a repository."""
    return repository.room(ROOM)


def install(repository: Repository) -> None:
    """Puts the room `jobs` into a repository; leaves one that is there as it is."""
    if ROOM not in repository.rooms:
        repository.rooms[ROOM] = Jobs()
