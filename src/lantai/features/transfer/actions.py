"""Guards and consequences of the transfer's workflow.

What the law demands is asked in the consequences again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lantai.base.clock import rfc3339
from lantai.base.errors import Condition, Invalid
from lantai.base.i18n import _
from lantai.features.cases import rules
from lantai.features.cases.service import keep_document
from lantai.features.transfer import packing, service, store
from lantai.features.transfer.model import Transfer
from lantai.features.transfer.register import build
from lantai.services.act import Act
from lantai.services.workflow.registry import consequence, guard

LONGEST = 200
#: what a receipt must say
NEEDED = ('number', 'date', 'receiver')


@consequence('approve-transfer')
def approve(act: Act, case: Transfer, values: Mapping[str, Any]) -> None:
    """Bound to the exact list, by another person than who made it."""
    rules.check_another(act.actor, case.maker, case.creator)
    rules.check_root(case, values.get('list_root'))
    case.approval = {
        'who': act.actor.id,
        'when': rfc3339(act.clock.now()),
        'list_root': case.list_root(),
    }
    service.set_held_aside(act, case)


@guard('something-to-transfer')
def something_left(_act: Act, case: Transfer, _values: Mapping[str, Any]) -> list[Condition]:
    """Not everything was set aside."""
    if service.under_way(case):
        return []
    return [Condition('nothing-left', _('Every record of this list was set aside; take it back'))]


@guard('not-being-packed')
def not_being_packed(act: Act, case: Transfer, _values: Mapping[str, Any]) -> list[Condition]:
    """One package at a time."""
    if packing.job_of(act, case) is None:
        return []
    return [Condition('being-packed', _('The package is being made'))]


@consequence('make-package')
def make_package(act: Act, case: Transfer, _values: Mapping[str, Any]) -> None:
    """Only of what was approved."""
    service.set_held_aside(act, case)
    packing.make(act, case)


@guard('packed')
def packed(act: Act, case: Transfer, _values: Mapping[str, Any]) -> list[Condition]:
    """There is a package of exactly what is under way."""
    if packing.job_of(act, case) is not None:
        return [Condition('being-packed', _('The package is being made'))]
    if not store.is_there(act.site, case.uid, case.package):
        return [Condition('no-package', _('The package has not been made yet'))]
    return []


@guard('way-said')
def way_said(_act: Act, _case: Transfer, values: Mapping[str, Any]) -> list[Condition]:
    """Where it goes and how, in a few words; both may be left out."""
    return [
        Condition('too-long', _('At most ${n} characters', mapping={'n': LONGEST}), name)
        for name in ('way', 'place')
        if len(str(values.get(name) or '')) > LONGEST
    ]


@consequence('send-package')
def send(act: Act, case: Transfer, values: Mapping[str, Any]) -> None:
    """It went over a line."""
    _sent(act, case, values, 'online')


@consequence('export-package')
def export(act: Act, case: Transfer, values: Mapping[str, Any]) -> None:
    """It went on a carrier; `place` names the carrier."""
    _sent(act, case, values, 'carrier')


def _sent(act: Act, case: Transfer, values: Mapping[str, Any], how: str) -> None:
    if service.set_held_aside(act, case):
        # the package is no longer of what is under way; nothing that is held goes to anybody
        raise Invalid(conditions=packed(act, case, values))
    case.sending = {
        'how': how,
        'way': str(values.get('way') or '').strip(),
        'place': str(values.get('place') or '').strip(),
        'who': act.actor.id,
        'when': rfc3339(act.clock.now()),
    }
    keep_document(act, case, 'register', build(act, case))


@guard('receipt-given')
def receipt_given(act: Act, case: Transfer, values: Mapping[str, Any]) -> list[Condition]:
    """A number, a day that is not to come, who received; and records only of this list."""
    receipt = values.get('receipt')
    if not isinstance(receipt, Mapping):
        return [Condition('required', _('Say what the receipt says'), 'receipt')]
    wrong = [
        Condition('required', _('This must be filled in'), f'receipt.{name}')
        for name in NEEDED
        if not isinstance(receipt.get(name), str) or not receipt[name].strip()
    ]
    wrong += [
        Condition('too-long', _('At most ${n} characters', mapping={'n': LONGEST}), f'receipt.{name}')
        for name in (*NEEDED, 'remark')
        if len(str(receipt.get(name) or '')) > LONGEST
    ]
    wrong += _wrong_date(act, case, receipt.get('date'))
    listed = receipt.get('items')
    if listed is None:
        return wrong
    if not isinstance(listed, list | tuple) or not all(isinstance(each, str) for each in listed):
        return [*wrong, Condition('not-a-list', _('This is a list of texts'), 'receipt.items')]
    known = _names(act, case)
    for each in listed:
        if each not in known:
            message = _('“${name}” is not on this list', mapping={'name': each[:80]})
            wrong.append(Condition('not-on-list', message, 'receipt.items'))
    return wrong


def _wrong_date(act: Act, case: Transfer, text: Any) -> list[Condition]:
    if not isinstance(text, str) or not text.strip():
        return []
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return [Condition('not-a-date', _('A date such as 2021-03-02'), 'receipt.date')]
    if day > act.clock.today():
        return [Condition('in-the-future', _('This day is still to come'), 'receipt.date')]
    return []


def _names(act: Act, case: Transfer) -> dict[str, str]:
    """Uid, code and path of each record on the list -> its uid."""
    names: dict[str, str] = {}
    for code, uid in case.entries:
        names[uid] = uid
        if code:
            names[code] = uid
        node = act.repository.by_uid(uid)
        if node is not None:
            names[node.path] = names[node.path.lstrip('/')] = uid
    return names


@consequence('note-receipt')
def note_receipt(act: Act, case: Transfer, values: Mapping[str, Any]) -> None:
    """Only what the receipt confirms has been transferred."""
    receipt = values['receipt']
    noted = {name: str(receipt[name]).strip() for name in NEEDED}
    noted['remark'] = str(receipt.get('remark') or values.get('comment') or '').strip()
    names = _names(act, case)
    listed = receipt.get('items')
    confirmed = set(case.uids()) if listed is None else {names[each] for each in listed}
    service.receive(act, case, noted, confirmed)
    keep_document(act, case, 'register', build(act, case))
    keep_document(act, case, 'receipt', {'kind': 'transfer-receipt', 'case': case.uid, **case.receipt})


@consequence('recall-transfer')
def recall(act: Act, case: Transfer, values: Mapping[str, Any]) -> None:
    """Before the receipt everything can be taken back."""
    service.let_all_go(act, case, 'recall', values['comment'])


@consequence('cancel-transfer')
def cancel(act: Act, case: Transfer, values: Mapping[str, Any]) -> None:
    """Nothing comes of it."""
    service.let_all_go(act, case, 'cancel', values['comment'])
