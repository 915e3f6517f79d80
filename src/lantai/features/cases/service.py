"""Use cases of all kinds of cases: open, find, list, act. What an action means is its kind's own room."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lantai.base.canonical import canonical_json
from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.cases import rules
from lantai.features.cases.errors import AnotherPersonNeeded, ListRefused, UnknownCase
from lantai.features.cases.model import Case, cases_of
from lantai.features.records.model import Item
from lantai.services.act import Act
from lantai.services.content.types import get_type
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.workflow import engine
from lantai.store.tree import Container, Node

MAX_TITLE = 200

#: opens a case of one kind from a title and records; raises what stands against it
Opener = Callable[[Act, str, Sequence[Node]], Case]
_openers: dict[str, Opener] = {}


def opener(kind: str) -> Callable[[Opener], Opener]:
    """Registers how a case of that kind is opened by hand."""

    def register(function: Opener) -> Opener:
        earlier = _openers.setdefault(kind, function)
        if earlier is not function:
            raise ValueError(f'{kind} is opened in two ways')
        return function

    return register


def open_case(act: Act, kind: str, title: str, nodes: Sequence[Node]) -> Case:
    """Opens a case by hand; raises Invalid for no such kind, and what the kind raises."""
    if kind not in _openers:
        raise Invalid(conditions=[Condition('unknown-kind', _('There is no such kind of case'), 'kind')])
    return _openers[kind](act, title, nodes)


def make_case(
    act: Act,
    kind: str,
    fonds: Container,
    title: str,
    items: Sequence[Item],
    decisions: Mapping[str, dict] = {},
) -> Case:
    """A case with its list, known to the repository; the states of the records are the caller's."""
    title = title.strip()
    if not title or len(title) > MAX_TITLE:
        message = _('A title of 1 to ${n} characters is needed', mapping={'n': MAX_TITLE})
        raise Invalid(conditions=[Condition('required', message, 'title')])
    kind_of_node = get_type(kind)
    assert kind_of_node is not None, kind
    case: Case = kind_of_node.factory(fonds)
    case.title, case.creator, case.maker = title, act.actor.id, act.actor.id
    case.created = case.modified = act.clock.now()
    for item in items:
        case.entries[item.reference_code or '', item.uid] = dict(decisions.get(item.uid, {}))
        item.cases = (case.uid,)
    case.units = tuple(sorted({item.unit for item in items}))
    act.repository.objects[case.uid] = case
    cases = cases_of(act.repository)
    cases.by_id[case.uid] = case
    cases.open.insert(case.uid)
    engine.note_history(act, case, 'open')
    record(act, Event.CASE_OPEN, case, kind=kind, items=len(items), root=case.list_root())
    return case


def refuse(conditions: Sequence[Condition]) -> None:
    """Raises ListRefused when there is any reason."""
    if conditions:
        raise ListRefused(conditions=conditions)


def one_fonds(act: Act, items: Sequence[Node]) -> Container:
    """The fonds all the records are of; raises Invalid when there are none, or of several."""
    codes = {getattr(item, 'fonds_code', '') for item in items}
    fonds = act.repository.get(next(iter(codes))) if len(codes) == 1 else None
    if fonds is None:
        raise Invalid(conditions=[Condition('one-fonds', _('Name records of one fonds'), 'items')])
    return fonds


def find(act: Act, case_id: str) -> Case:
    """The case of that id; raises UnknownCase, also when the actor may not see it."""
    case = cases_of(act.repository).by_id.get(case_id)
    if case is None or not rules.sees(act.actor, case):
        raise UnknownCase()
    return case


def seen_cases(act: Act, *, closed: bool = True) -> Iterator[Case]:
    """The cases the actor may see, newest first."""
    cases = cases_of(act.repository)
    for case_id in reversed(list(cases.by_id if closed else cases.open)):
        case = cases.by_id[case_id]
        if rules.sees(act.actor, case):
            yield case


#: told after an action, in the same transaction, before a case that is over is settled
AfterAction = Callable[[Act, Case, str], None]
_after_actions: dict[str, AfterAction] = {}


def after_action(kind: str) -> Callable[[AfterAction], AfterAction]:
    """Registers what a kind of case does after each of its actions."""

    def register(function: AfterAction) -> AfterAction:
        _after_actions[kind] = function
        return function

    return register


def act_on(act: Act, case: Case, name: str, comment: str = '', **values: Any) -> Case:
    """Takes an action on a case; raises as the workflow does, and what the action's own rules raise.

    Where a person acted before who must not, the refusal says so by its name.
    """
    try:
        engine.transition(act, case, name, comment, **values)
    except engine.TransitionRefused as refused:
        if any(reason.code == AnotherPersonNeeded.name for reason in refused.conditions):
            raise AnotherPersonNeeded(conditions=refused.conditions) from refused
        raise
    if case.type in _after_actions:
        _after_actions[case.type](act, case, name)
    if case.is_closed:
        settle(act, case)
    return case


def settle(act: Act, case: Case) -> None:
    """A closed case is no longer among the open ones."""
    cases = cases_of(act.repository)
    if case.uid in cases.open:
        cases.open.remove(case.uid)
        record(act, Event.CASE_CLOSE, case, state=case.state)


def let_go(act: Act, case: Case, item: Item, step: str, state: str = 'filed', comment: str = '') -> None:
    """Takes a record off a case and puts it into the state that follows."""
    item.cases = tuple(other for other in item.cases if other != case.uid)
    engine.change_state(act, item, state, step, comment, case=case.uid)


def keep_document(act: Act, case: Case, name: str, value: dict[str, Any]) -> dict[str, Any]:
    """Keeps a report, register or certificate with the case, signed."""
    signature = act.site.keys.sign(canonical_json(value)).as_dict()
    document = {'value': value, 'signature': signature}
    case.documents = {**case.documents, name: document}
    return document
