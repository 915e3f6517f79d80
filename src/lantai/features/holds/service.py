"""Placing and releasing holds: the archivist's, with a reason; both are events and stand in the history."""

from collections.abc import Callable, Iterator, Sequence

from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.holds.errors import AlreadyReleased, CannotBeHeld, UnknownHold
from lantai.features.holds.model import Hold, holds_of
from lantai.features.records.model import File, Item, Series
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.store.tree import Node

MAX_TITLE, MAX_REASON = 200, 2000
#: states of items whose content is no longer here
GONE = ('destroyed', 'transferred')

#: told when something has come under a hold: the act, the hold, the nodes
Follower = Callable[[Act, Hold, Sequence[Node]], None]
_followers: list[Follower] = []


def hold_follower(function: Follower) -> Follower:
    """Registers a room that must act when a hold is placed: a waiting destruction sets its items aside."""
    if function not in _followers:
        _followers.append(function)
    return function


def place(act: Act, title: str, reason: str, nodes: Sequence[Node]) -> Hold:
    """Puts nodes of one fonds, and all below them, on hold.

    Raises Invalid, CannotBeHeld naming each, NotFound and Forbidden.
    """
    _check_words(title, reason, nodes)
    for node in nodes:
        policy.require(act, Permission.SEE, node)
    unfit = [node for node in nodes if not _can_be_held(node)]
    fonds = {node.fonds_code for node in nodes if isinstance(node, Item | File | Series)}
    if unfit or len(fonds) > 1:
        named = unfit or list(nodes)
        raise CannotBeHeld(
            conditions=[
                Condition(
                    'cannot-be-held', _('“${path}” cannot be held', mapping={'path': node.path}), 'items'
                )
                for node in named
            ]
        )
    (code,) = fonds
    policy.require(act, Permission.HOLD, act.repository[code])
    hold = Hold(code, title.strip(), reason.strip(), act.actor.id, act.clock.now())
    hold.nodes = tuple(dict.fromkeys(node.uid for node in nodes))
    holds = holds_of(act.repository)
    holds.by_id[hold.id] = hold
    holds.in_force.insert(hold.id)
    for node in nodes:
        if hold.id not in node.holds:
            _set(act, node, (*node.holds, hold.id), 'hold', reason)
            record(act, Event.HOLD_PLACE, node, hold=hold.id)
    for follower in _followers:
        follower(act, hold, nodes)
    return hold


def _check_words(title: str, reason: str, nodes: Sequence[Node]) -> None:
    wrong = []
    for field, text, most in (('title', title, MAX_TITLE), ('reason', reason, MAX_REASON)):
        if not text.strip():
            wrong.append(Condition('required', _('This is needed'), field))
        elif len(text) > most:
            wrong.append(Condition('too-long', _('At most ${n} characters', mapping={'n': most}), field))
    if not nodes:
        wrong.append(Condition('required', _('Name at least one record'), 'items'))
    if wrong:
        raise Invalid(conditions=wrong)


def _can_be_held(node: Node) -> bool:
    return isinstance(node, File | Series) or (
        isinstance(node, Item) and bool(node.fonds_code) and node.state not in GONE
    )


def _set(act: Act, node: Node, holds: tuple[str, ...], what: str, comment: str) -> None:
    node.holds = holds
    if isinstance(node, Item):
        engine.note_history(act, node, what, comment)
    node.touch(act.clock)


def release(act: Act, hold: Hold, reason: str = '') -> None:
    """Ends a hold; other holds on the same records stay. Raises AlreadyReleased, Forbidden."""
    _require_seen(act, hold)
    policy.require(act, Permission.HOLD, act.repository[hold.fonds_code])
    if hold.released is not None:
        raise AlreadyReleased()
    hold.released, hold.releaser, hold.release_reason = act.clock.now(), act.actor.id, reason.strip()
    holds_of(act.repository).in_force.remove(hold.id)
    for uid in hold.nodes:
        node = act.repository.by_uid(uid)
        if node is not None:
            _set(act, node, tuple(other for other in node.holds if other != hold.id), 'release', reason)
            record(act, Event.HOLD_RELEASE, node, hold=hold.id)


def find(act: Act, hold_id: str) -> Hold:
    """The hold of that id; raises UnknownHold, also for who may not see it."""
    hold = holds_of(act.repository).by_id.get(hold_id)
    if hold is None:
        raise UnknownHold()
    _require_seen(act, hold)
    return hold


def _require_seen(act: Act, hold: Hold) -> None:
    if not _sees(act, hold.fonds_code):
        raise UnknownHold()


def _sees(act: Act, fonds_code: str) -> bool:
    fonds = act.repository.get(fonds_code)
    return fonds is not None and Permission.SEE_HOLDS in policy.permissions(act.actor, fonds)


def seen_holds(act: Act, *, released: bool = False) -> Iterator[Hold]:
    """The holds in force that the actor may see, newest first; with `released` those ended too."""
    holds = holds_of(act.repository)
    for hold_id in reversed(list(holds.by_id if released else holds.in_force)):
        hold = holds.by_id[hold_id]
        if _sees(act, hold.fonds_code):
            yield hold


def may_hold(act: Act, node: Node) -> bool:
    """Whether the actor may put that node on hold."""
    if not _can_be_held(node):
        return False
    fonds = act.repository.get(node.fonds_code)
    return fonds is not None and Permission.HOLD in policy.permissions(act.actor, fonds)


def reasons_against(node: Node) -> list[Condition]:
    """The holds on a node or on what it lies in, as conditions: for every guard of a disposal."""
    held = [uid for ancestor in node.ancestors() for uid in getattr(ancestor, 'holds', ())]
    if not held:
        return []
    return [Condition('held', _('“${path}” is on hold', mapping={'path': node.path}), 'items')]
