"""Arranging drafts: several joined into one record, a file split off, several described or placed at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lantai.base.errors import DomainError
from lantai.features.ingest.errors import LastFile, NothingProposed, NothingToJoin, OnlyDraftsAreArranged
from lantai.features.ingest.proposing import propose
from lantai.features.records import places, rules, service
from lantai.features.records.model import Component, Item
from lantai.services.act import Act
from lantai.services.content import factory
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.tree import Node


@dataclass(frozen=True)
class Outcome:
    """What became of one record of several: done, or every reason why not."""

    uid: str
    title: str
    done: bool
    reasons: tuple[str, ...] = ()
    error: DomainError | None = None


def join(act: Act, main: Item, others: Iterable[Item]) -> Item:
    """Makes one record of several: `main` keeps its identity and description and takes the others' files.

    Its history names what was joined. All are drafts in one place. Raises NothingToJoin,
    OnlyDraftsAreArranged, NotFound, Forbidden, ContainerClosed; then nothing changed.
    """
    others = [each for each in others if each is not main]
    if not others or any(each.__parent__ is not main.__parent__ for each in others):
        raise NothingToJoin()
    for each in (main, *others):
        _check_arrangeable(act, each)
    titles = tuple(each.title for each in others)
    uids = tuple(each.uid for each in others)
    for each in others:
        for component in each.components:
            _hand_over(act, component, main)
        factory.erase(act, each)
    main.joined = (*main.joined, *uids)
    engine.note_history(act, main, 'join', titles=titles, uids=uids)
    main.touch(act.clock)
    record(act, Event.ITEM_JOIN, main, joined=list(uids))
    return main


def split(act: Act, component: Component) -> Item:
    """Makes a record of its own of one file, beside the one it was in; both histories say so.

    Raises LastFile, OnlyDraftsAreArranged, NotFound, Forbidden, ContainerClosed.
    """
    item = component.item
    _check_arrangeable(act, item)
    if item.count() < 2:
        raise LastFile()
    parent = item.__parent__
    name = component.name if component.name not in parent else service.free_name(parent, component.name)
    apart = service.create(act, parent, 'item', name=name)
    apart.unit, apart.fonds_code = item.unit, item.fonds_code
    apart.derived_from = item.uid
    apart.touch(act.clock)
    item.remove(component)
    component.place = 0
    factory.place(apart, component, name)
    component.touch(act.clock)
    for each in (item, apart):
        engine.note_history(act, each, 'split', name=component.name, source=item.uid, target=apart.uid)
    item.touch(act.clock)
    record(act, Event.ITEM_SPLIT, apart, source=item.uid, component=component.uid)
    return apart


def _check_arrangeable(act: Act, item: Item) -> None:
    rules.check_change(act, Permission.ARRANGE, item)
    rules.check_open(item.__parent__)
    if item.state != 'draft':
        raise OnlyDraftsAreArranged()


def _hand_over(act: Act, component: Component, target: Item) -> None:
    """The file with its identity and bytes; only its place, and its name where that is taken, change."""
    component.item.remove(component)
    name = component.name if component.name not in target else service.free_name(target, component.name)
    component.place = 1 + max((other.place for other in target.values()), default=-1)
    factory.place(target, component, name)
    component.touch(act.clock)


def describe(act: Act, items: Iterable[Item], metadata: Mapping[str, Any]) -> list[Outcome]:
    """Gives several records the same values; what is not given stays as it is in each."""
    return each_apart(act, items, lambda item: service.edit(act, item, {'metadata': dict(metadata)}))


def fill(act: Act, items: Mapping[str, tuple[Item, Mapping[str, str]]]) -> list[Outcome]:
    """Gives each record the values typed for it; by uid: the record and its values."""
    values = {uid: dict(typed) for uid, (_item, typed) in items.items()}
    return each_apart(
        act,
        (item for item, _typed in items.values()),
        lambda item: service.edit(act, item, {'metadata': values[item.uid]}),
    )


def settle(act: Act, items: Iterable[Item]) -> list[Outcome]:
    """Moves each record to the series proposed for it; without a proposal it stays."""

    def move(item: Item) -> Node:
        proposal = propose(act, item)
        if proposal.series is None:
            raise NothingProposed(proposal.ground)
        name = (
            item.name if item.name not in proposal.series else service.free_name(proposal.series, item.name)
        )
        return places.move(act, item, proposal.series, name)

    return each_apart(act, items, move)


def submit(act: Act, items: Iterable[Item], comment: str = '') -> list[Outcome]:
    """Submits each record that is complete; the others stay, with their reasons."""
    return each_apart(act, items, lambda item: service.transition(act, item, 'submit', comment))


def delete(act: Act, items: Iterable[Item]) -> list[Outcome]:
    """Withdraws each draft."""
    return each_apart(act, items, lambda item: places.delete(act, item))


def each_apart(act: Act, items: Iterable[Item], change: Callable[[Item], object]) -> list[Outcome]:
    """Runs `change` for each record in a savepoint of its own: one that is refused takes no other with it."""
    outcomes = []
    for item in items:
        uid, title = item.uid, item.title
        savepoint = act.manager.savepoint()
        try:
            change(item)
        except DomainError as error:
            savepoint.rollback()
            reasons = tuple(each.message for each in error.conditions) or (error.detail,)
            outcomes.append(Outcome(uid, title, False, reasons, error))
        else:
            outcomes.append(Outcome(uid, title, True))
    return outcomes
