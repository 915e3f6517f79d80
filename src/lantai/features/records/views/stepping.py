"""Steps of the workflow: one record, or several of a list at once with an outcome for each."""

from __future__ import annotations

from dataclasses import dataclass

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config

from lantai.base.errors import Condition, DomainError, Invalid, NotFound
from lantai.base.i18n import _
from lantai.features.records import lookup, service
from lantai.features.records.errors import EditConflict
from lantai.features.records.model import Item
from lantai.features.records.views import offers
from lantai.services.security.permissions import Permission
from lantai.services.workflow import engine
from lantai.web import forms, notices
from lantai.web.forms import Input, InputGroup, Typed
from lantai.web.refusals import note_refusal
from lantai.web.security import safe_next

#: as many as a page of a list can hold
AT_ONCE = 500


#: what the page itself asks for beside the name of the step
FORM_FIELDS = ('comment', 'rule')


class StepForm(colander.MappingSchema):
    """A step and what it asks for."""

    name = colander.SchemaNode(colander.String(), validator=colander.Length(max=40))
    comment = colander.SchemaNode(
        colander.String(),
        missing='',
        validator=colander.Length(
            max=engine.MAX_COMMENT, max_err=_('At most ${n} characters', mapping={'n': engine.MAX_COMMENT})
        ),
    )
    rule = colander.SchemaNode(colander.Integer(), missing=None, validator=colander.Range(1, 9999))


@dataclass(frozen=True)
class Outcome:
    """What became of one record of several."""

    title: str
    url: str
    done: bool
    reasons: tuple[str, ...] = ()
    uid: str = ''
    #: the fields that the reasons are about
    fields: frozenset[str | None] = frozenset()


@view_config(
    route_name='step',
    context=Item,
    permission=Permission.SEE,
    request_method='GET',
    renderer='lantai.templates:records/step.pt',
)
def form(item: Item, request) -> dict:
    """The form of a step that asks for something. Raises NotFound for a step not to be had here."""
    return _page(
        request, item, _offer(request, item, request.GET.get('name')), Typed({'comment': '', 'rule': ''})
    )


@view_config(
    route_name='step',
    context=Item,
    permission=Permission.SEE,
    request_method='POST',
    renderer='lantai.templates:records/step.pt',
)
def step(item: Item, request):
    """Takes a step. What was typed stays on the page when the step is refused."""
    values, answer = forms.validated(StepForm(), request.POST)
    if not answer.errors:
        extra = {'rule': values['rule']} if values['rule'] is not None else {}
        try:
            seen = request.POST.get('etag')
            service.transition(request.act, item, values['name'], values['comment'], seen, **extra)
        except EditConflict as error:
            return _changed_meanwhile(request, item, values['name'], answer, error)
        except (engine.TransitionRefused, Invalid) as error:
            offer = next(
                (each for each in engine.available(request.act, item) if each.name == values['name']), None
            )
            if offer is None or not all(each.field in FORM_FIELDS for each in error.conditions):
                raise
            request.tm.doom()
            note_refusal(request, error, item)
            answer.add(error.conditions, FORM_FIELDS)
    if answer.errors:
        request.response.status_int = 409
        return _page(request, item, _offer(request, item, request.POST.get('name')), answer)
    notices.tell(request, done_message(values['name']))
    return HTTPSeeOther(request.layout.url_of(item))


def _changed_meanwhile(request, item: Item, name: str, answer: Typed, error: EditConflict) -> dict:
    """The form of the step once more, with what was typed: who approves approves what they have seen."""
    if all(each.name != name for each in engine.available(request.act, item)):
        raise error
    request.tm.doom()
    note_refusal(request, error, item)
    request.response.status_int = 412
    return {**_page(request, item, _offer(request, item, name), answer), 'changed': True}


def done_message(name: str) -> str:
    """What is told after a step."""
    return {
        'submit': _('Submitted for review'),
        'withdraw': _('Withdrawn; it is a draft again'),
        'approve': _('Approved; the archivist takes it in'),
        'return': _('Returned to its maker'),
        'exclude': _('Excluded from filing'),
        'include': _('Included again'),
    }.get(name, _('Done'))


def _offer(request, item: Item, name: str | None) -> engine.Offer:
    offer = next((each for each in engine.available(request.act, item) if each.name == name), None)
    if offer is None:
        raise NotFound()
    return offer


def _page(request, item: Item, offer: engine.Offer, answer: Typed) -> dict:
    def field(name: str, label: str, **more) -> Input:
        return Input(
            name, label, value=answer.values.get(name, ''), errors=tuple(answer.errors.get(name, ())), **more
        )

    inputs = [field('comment', _('Comment'), kind='textarea', most=engine.MAX_COMMENT)]
    if offer.name == 'exclude':
        inputs.insert(0, field('rule', _('Number of the rule in the archiving scope'), short=True))
    return {
        'title': item.title,
        'etag': item.etag,
        'url': request.layout.url_of(item),
        'changed': False,
        'offer': offer,
        'unmet': [offers.Reason(each.message, offers.mend_url(request, item, each)) for each in offer.unmet],
        'crumbs': request.layout.crumbs(item, last_is_link=True),
        'groups': [InputGroup('step', offer.title, tuple(inputs))],
        'cancel': request.layout.url_of(item),
    }


@view_config(
    route_name='steps',
    permission=Permission.SIGNED_IN,
    request_method='POST',
    renderer='lantai.templates:records/outcomes.pt',
)
def steps(request):
    """The same step for several records. Each for itself: what cannot is told, the others go on."""
    values, answer = forms.validated(StepForm(), request.POST)
    uids = list(dict.fromkeys(request.POST.getall('uid')))
    back = safe_next(request.POST.get('back'))
    if answer.errors:
        raise Invalid(
            conditions=[
                Condition('wrong', message, name)
                for name, messages in answer.errors.items()
                for message in messages
            ]
        )
    if not uids or len(uids) > AT_ONCE:
        notices.tell(request, _('Select at least one record'), 'warn')
        return HTTPSeeOther(back)
    return take(request, uids, values, back)


def take(request, uids: list[str], values: dict, back: str):
    """The step for each of these records: back to the list, or the page with what could not be done."""
    seen = {tag.strip('"').rpartition('.')[0]: tag for tag in request.POST.getall('etag')}
    outcomes = [_one(request, uid, values['name'], values['comment'], seen.get(uid)) for uid in uids]
    failed = [each for each in outcomes if not each.done]
    done = len(outcomes) - len(failed)
    if not failed:
        notices.tell(request, _('Done for ${n}', mapping={'n': done}))
        return HTTPSeeOther(back)
    asks = offers.asks_of(request, values['name'])
    return {
        'title': step_title(request, values['name']),
        'failed': failed,
        'done': done,
        'total': len(outcomes),
        'back': back,
        # what only lacks what the step asks for is asked for right there
        'again': _again(values, [each for each in failed if each.fields and each.fields <= set(asks)]),
    }


def _again(values: dict, lacking: list[Outcome]) -> dict | None:
    if not lacking:
        return None
    return {'name': values['name'], 'comment': values['comment'], 'uids': [each.uid for each in lacking]}


def step_title(request, name: str) -> str:
    """What a step is called; the word as it came for one that does not exist."""
    step = request.site.workflows['item'].transitions.get(name)
    return step.title if step is not None else name


def _one(request, uid: str, name: str, comment: str, etag: str | None) -> Outcome:
    """One record in a savepoint of its own; the reasons are those the use case gives."""
    savepoint = request.tm.savepoint()
    item = None
    try:
        item = lookup.by_uid(request.act, uid)
        service.transition(request.act, item, name, comment, etag)
    except DomainError as error:
        savepoint.rollback()
        note_refusal(request, error, item)
        reasons = tuple(each.message for each in error.conditions) or (error.detail,)
        if item is None:
            return Outcome(_('A record that is no longer here'), '', False, reasons)
        fields = frozenset(each.field for each in error.conditions)
        return Outcome(item.title, request.layout.url_of(item), False, reasons, uid, fields)
    return Outcome(item.title, request.layout.url_of(item), True)
