"""Use cases of filing: a batch is opened, put in order, looked at and confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.filing import fixing
from lantai.features.filing.errors import BatchChanged, BatchIsFiled, NoSuchBatch, NotForBatch
from lantai.features.filing.examination import Examination, examined
from lantai.features.filing.model import Batch, batches_of
from lantai.features.filing.ordering import natural_order
from lantai.features.filing.planning import Row, plan
from lantai.features.records.model import Fonds, Item
from lantai.features.records.waiting import FILE, tasks_of
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.jobs import service as jobs
from lantai.services.jobs.model import Job, jobs_of
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine

#: items above which a confirmation is a job
AT_ONCE = 200
#: items one batch may hold
MOST = 5000
MAX_TITLE = 200
#: the kind of job that files a large batch
JOB = 'filing.confirm'


def fonds_to_file_for(act: Act) -> list[Fonds]:
    """Return the bodies that the actor may file for."""
    found = [node for node in act.repository.values() if isinstance(node, Fonds)]
    return [fonds for fonds in found if Permission.FILE in policy.permissions(act.actor, fonds)]


def open_batch(act: Act, fonds: Fonds, title: str = '', items: Iterable[Item] = ()) -> Batch:
    """Make a batch for a body, with these items in their natural order. Raises NotFound, Forbidden,
    NotForBatch, Invalid (title)."""
    policy.require(act, Permission.FILE, fonds)
    title = _checked_title(title) or act.clock.today().isoformat()
    batch = Batch(fonds.fonds_code, title, act.actor.id, act.clock.now())
    batches_of(act.repository).add(batch)
    record(act, Event.BATCH_OPEN, fonds, batch=batch.id)
    chosen = list(items)
    if chosen:
        add_items(act, batch, chosen)
    return batch


def _checked_title(title: str) -> str:
    title = title.strip()
    if len(title) > MAX_TITLE or any(ord(character) < 32 for character in title):
        message = _('A title has at most ${n} characters and no control characters', mapping={'n': MAX_TITLE})
        raise Invalid(conditions=[Condition('bad-text', message, 'title')])
    return title


def find(act: Act, batch_id: str) -> Batch:
    """Return the batch with that id. Raises NoSuchBatch, also for who does not file for its body."""
    batch = batches_of(act.repository).by_id.get(batch_id)
    if batch is None or not may_file_for(act, batch.fonds_code):
        raise NoSuchBatch()
    return batch


def may_file_for(act: Act, fonds_code: str) -> bool:
    """Say whether the actor files for a body."""
    fonds = act.repository.get(fonds_code)
    return fonds is not None and Permission.FILE in policy.permissions(act.actor, fonds)


def open_batches(act: Act) -> list[Batch]:
    """Return the open batches of the actor's bodies, oldest first."""
    batches = batches_of(act.repository)
    return [batch for id in batches.open if may_file_for(act, (batch := batches.by_id[id]).fonds_code)]


def filed_batches(act: Act, before: str = '', limit: int = 50) -> list[Batch]:
    """Return up to `limit` filed batches of the actor's bodies, newest first, older than the batch id
    `before`."""
    batches, found = batches_of(act.repository), []
    key = before
    while len(found) < limit:
        try:
            # an id is hexadecimal text: what is just below one ends at '~' after its shortened form
            key = batches.filed.maxKey(_below(key)) if key else batches.filed.maxKey()
        except ValueError:
            break
        batch = batches.by_id[key]
        if may_file_for(act, batch.fonds_code):
            found.append(batch)
    return found


def _below(key: str) -> str:
    return key[:-1] + chr(ord(key[-1]) - 1) + '~'


def items_of(act: Act, batch: Batch) -> list[Item]:
    """Return the items of a batch that still exist, in its order."""
    found = (act.repository.by_uid(uid) for uid in batch.items)
    return [item for item in found if isinstance(item, Item)]


def waiting_items(act: Act, fonds_code: str, limit: int = 1000) -> list[Item]:
    """Return the approved items of a body that wait for the actor and are on no batch, longest waiting
    first."""
    on_batches = batches_of(act.repository).of_item
    _total, tasks = tasks_of(act, limit, (FILE,))
    return [
        task.node for task in tasks if task.node.fonds_code == fonds_code and task.node.uid not in on_batches
    ]


def add_items(act: Act, batch: Batch, items: Sequence[Item]) -> None:
    """Put items on an open batch, each at its natural place among the others' order.

    Raises BatchIsFiled, NotForBatch with a reason for each item that cannot be on it.
    """
    _check_open(act, batch)
    batches = batches_of(act.repository)
    wrong = [condition for item in items for condition in _unfit(act, batch, item)]
    new = [item for item in dict.fromkeys(items) if item.uid not in batch.items]
    if len(batch.items) + len(new) > MOST:
        wrong.append(
            Condition('too-many', _('No more than ${n} records on one batch', mapping={'n': MOST}), 'items')
        )
    if wrong:
        raise NotForBatch(conditions=wrong)
    if new:
        batches.set_items(batch, (*batch.items, *(item.uid for item in natural_order(act, new))))
        record(act, Event.BATCH_CHANGE, batch=batch.id, added=len(new))


def _unfit(act: Act, batch: Batch, item: Item) -> Iterator[Condition]:
    if not policy.sees(act.actor, item):
        yield Condition('not-found', _('There is nothing here, or nothing that you may see'), 'items')
        return
    title = {'title': item.title}
    if item.fonds_code != batch.fonds_code:
        yield Condition('other-fonds', _('“${title}” belongs to another body', mapping=title), item.uid)
    if item.state != 'approved' or Permission.FILE not in policy.permissions(act.actor, item):
        yield Condition('not-approved', _('“${title}” is not waiting to be filed', mapping=title), item.uid)
    if batches_of(act.repository).of_item.get(item.uid, batch.id) != batch.id:
        yield Condition('on-another-batch', _('“${title}” is on another batch', mapping=title), item.uid)


def _check_open(act: Act, batch: Batch) -> None:
    if batch.state != 'open':
        raise BatchIsFiled()
    if job_of(act, batch) is not None:
        raise BatchChanged(_('The batch is being filed at this moment'))


def job_of(act: Act, batch: Batch) -> Job | None:
    """Return the job that is filing a batch at this moment, or None."""
    job = jobs_of(act.repository).by_id.get(batch.job) if batch.job else None
    return None if job is None or job.is_finished else job


def propose_order(act: Act, batch: Batch) -> None:
    """Put a batch into its natural order: by series, row of the schedule, date, document number, title."""
    _check_open(act, batch)
    ordered = tuple(item.uid for item in natural_order(act, items_of(act, batch)))
    _set_order(act, batch, ordered)


def reorder(act: Act, batch: Batch, uids: Sequence[str]) -> None:
    """Put a batch into this order. Raises BatchIsFiled, Invalid unless the uids are exactly those on it."""
    _check_open(act, batch)
    if sorted(uids) != sorted(batch.items):
        message = _('The order must name every record of the batch once')
        raise Invalid(conditions=[Condition('bad-order', message, 'items')])
    _set_order(act, batch, tuple(uids))


def step(act: Act, batch: Batch, uid: str, places: int) -> None:
    """Move one item up (negative) or down by so many places. Raises BatchIsFiled, Invalid for one not on
    it."""
    _check_open(act, batch)
    if uid not in batch.items:
        raise Invalid(conditions=[Condition('not-on-batch', _('This record is not on the batch'), 'items')])
    order = list(batch.items)
    place = order.index(uid)
    order.insert(max(0, min(len(order) - 1, place + places)), order.pop(place))
    _set_order(act, batch, tuple(order))


def _set_order(act: Act, batch: Batch, order: tuple[str, ...]) -> None:
    if order != batch.items:
        batches_of(act.repository).set_items(batch, order)
        record(act, Event.BATCH_CHANGE, batch=batch.id, ordered=len(order))


def remove(act: Act, batch: Batch, uids: Iterable[str]) -> None:
    """Take items off an open batch; they stay approved. Raises BatchIsFiled."""
    _check_open(act, batch)
    gone = set(uids).intersection(batch.items)
    if gone:
        batches_of(act.repository).set_items(batch, tuple(uid for uid in batch.items if uid not in gone))
        record(act, Event.BATCH_CHANGE, batch=batch.id, removed=len(gone))


def drop(act: Act, batch: Batch) -> None:
    """Dissolve an open batch; its items stay approved. Raises BatchIsFiled."""
    _check_open(act, batch)
    batches_of(act.repository).drop(batch)
    record(act, Event.BATCH_DROP, batch=batch.id)


@dataclass(frozen=True)
class Preview:
    """What confirming would do, row by row. `unseen`: files not looked at yet, so nothing is said about
    them."""

    rows: list[Row]
    unseen: int

    @property
    def ready(self) -> bool:
        """Whether everything was looked at and nothing stops it."""
        return bool(self.rows) and not self.unseen and not any(row.stops for row in self.rows)


def preview(act: Act, items: Sequence[Item], batch_id: str = '', seconds: float | None = None) -> Preview:
    """Return what filing these items in this order would do, with every finding. Changes nothing.

    With `seconds` files are looked at only for so long; the next preview goes on with the rest.
    """
    components = [component for item in items for component in item.components]
    found = examined(act, components, seconds)
    unseen = len(components) - len(found)
    return Preview(plan(act, items, found, batch_id, whole=not unseen), unseen)


def confirm(
    act: Act,
    batch: Batch,
    *,
    revision: int | None = None,
    comment: str = '',
    examinations: Mapping[str, Examination] | None = None,
) -> list[Row]:
    """File everything on the batch, all or nothing, and return the rows with the codes that were given.

    `revision`: that of the batch which was looked at. `examinations`: findings about the files made before
    the transaction; without them the files are looked at now. Raises BatchIsFiled, BatchChanged,
    BatchRefused.
    """
    _check_open(act, batch)
    return confirm_now(act, batch, revision=revision, comment=comment, examinations=examinations)


def confirm_now(
    act: Act,
    batch: Batch,
    *,
    revision: int | None = None,
    comment: str = '',
    examinations: Mapping[str, Examination] | None = None,
) -> list[Row]:
    """As `confirm`, for the job that has the batch in hand."""
    if batch.state != 'open':
        raise BatchIsFiled()
    if revision is not None and revision != batch.revision:
        raise BatchChanged()
    items = [act.repository.by_uid(uid) for uid in batch.items]
    if any(item is None for item in items):
        raise BatchChanged(_('A record of the batch does not exist any more; take it off'))
    for item in items:
        policy.require(act, Permission.SEE, item)
        if item.state == 'approved':
            policy.require(act, Permission.FILE, item)
    if examinations is None:
        examinations = examined(act, [component for item in items for component in item.components])
    rows = fixing.fix(act, batch, items, examinations)
    for row in rows:
        engine.change_state(act, row.item, 'filed', 'file', comment, batch=batch.id, code=row.code_text)
    return rows


def confirm_later(act: Act, batch: Batch, *, revision: int | None = None, comment: str = '') -> Job:
    """Have a job file a large batch; return the job. Until it ends nobody changes the batch.

    Raises BatchIsFiled, BatchChanged.
    """
    _check_open(act, batch)
    if revision is not None and revision != batch.revision:
        raise BatchChanged()
    params = {'batch': batch.id, 'revision': batch.revision, 'comment': comment}
    job = jobs.create(act, JOB, params)
    batch.job = job.id
    return job
