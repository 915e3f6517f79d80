"""What an event says, as a sentence whose subject is the person who did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from lantai.base.errors import DomainError
from lantai.base.i18n import _
from lantai.features.people.words import OFFICES, ROLES
from lantai.services.eventlog.events import Event
from lantai.services.jobs import registry
from lantai.web.shown import KINDS, STATES, size

#: every kind of event in a few words, for lists to choose from and where no fact adds anything
TITLES = {
    Event.NODE_CREATE: _('Created'),
    Event.NODE_EDIT: _('Description changed'),
    Event.NODE_MOVE: _('Moved'),
    Event.NODE_COPY: _('Copied'),
    Event.NODE_RENAME: _('Renamed'),
    Event.NODE_DELETE: _('Deleted'),
    Event.ITEM_JOIN: _('Records joined'),
    Event.ITEM_SPLIT: _('Record split'),
    Event.CONTENT_PUT: _('File stored'),
    Event.CONTENT_READ: _('File opened'),
    Event.SERIES_OPEN: _('Opened for deposits'),
    Event.SERIES_CLOSE: _('Closed for deposits'),
    Event.UNIT_CHANGE: _('Unit changed'),
    Event.PROFILE_APPLY: _('Profile applied'),
    Event.SCHEDULE_CHANGE: _('Retention schedule changed'),
    Event.TRANSITION: _('Step taken'),
    Event.FILING: _('Record filed'),
    Event.BATCH_OPEN: _('Batch of filing opened'),
    Event.BATCH_CHANGE: _('Batch of filing changed'),
    Event.BATCH_FILED: _('Batch filed'),
    Event.BATCH_DROP: _('Batch of filing given up'),
    Event.REFUSED: _('Refused'),
    Event.HOLD_PLACE: _('Put on hold'),
    Event.HOLD_RELEASE: _('Hold released'),
    Event.CASE_OPEN: _('Case opened'),
    Event.CASE_DECIDE: _('Decided in a case'),
    Event.CASE_CLOSE: _('Case closed'),
    Event.CASE_PACKAGE: _('Transfer packed'),
    Event.ERASE: _('Content erased'),
    Event.LOGIN: _('Signed in'),
    Event.LOGIN_FAILED: _('Signing in failed'),
    Event.LOGOUT: _('Signed out'),
    Event.PASSWORD_CHANGE: _('Password changed'),
    Event.TOKEN_CREATE: _('Token made'),
    Event.TOKEN_REVOKE: _('Token revoked'),
    Event.PERSON_CREATE: _('Account made'),
    Event.PERSON_CHANGE: _('Account changed'),
    Event.GRANT: _('Role given'),
    Event.REVOKE: _('Role taken back'),
    Event.INDEX_REBUILD: _('Search index rebuilt'),
    Event.KEY_ROTATE: _('Signing key changed'),
    Event.BACKUP: _('Backup made'),
    Event.RESTORE: _('Restored from a backup'),
    Event.PACK: _('Object database packed'),
    Event.VERIFY: _('Repository verified'),
    Event.JOB_CREATE: _('Job asked for'),
    Event.JOB_CANCEL: _('Job cancelled'),
    Event.JOB_FINISH: _('Job finished'),
}

STEPS = {
    'submit': _('submitted it'),
    'withdraw': _('withdrew it'),
    'approve': _('approved it'),
    'return': _('returned it'),
    'exclude': _('excluded it from filing'),
    'include': _('included it again'),
    'file': _('filed it'),
    'unfile': _('undid the filing'),
    'appraise': _('put it on an appraisal'),
    'retain': _('kept it on'),
    'condemn': _('put it on a destruction list'),
    'destroy': _('destroyed its content'),
    'offer': _('offered it to the state archives'),
    'transfer': _('handed it over'),
    'recall': _('took it back'),
    'cancel': _('took it off a case'),
    'decide': _('decided on it'),
    'package': _('packed it'),
    'send': _('sent it'),
    'export': _('handed it over on a carrier'),
    'receipt': _('entered the receipt'),
}

JOB_ENDS = {'done': _('done'), 'failed': _('failed'), 'cancelled': _('cancelled')}

Facts = Mapping[str, Any]


def title(act: str) -> str:
    """What kind of event that is, in a few words; an act this version does not know stands for itself."""
    try:
        return TITLES[Event(act)]
    except (ValueError, KeyError):
        return act


def sentence(event: Facts) -> str:
    """What happened, in words (translatable)."""
    act = event.get('act', '')
    say = _SENTENCES.get(act)
    try:
        return say(event) if say is not None else title(act)
    except (KeyError, TypeError):
        # An event of another version, with other facts: its kind is still true.
        return title(act)


def _kind(event: Facts) -> str:
    return KINDS.get(event['type'], event['type'])


def _about(message: Callable[[str], str]) -> Callable[[Facts], str]:
    return lambda event: message(_kind(event))


def _transition(event: Facts) -> str:
    step = STEPS.get(event['step'], event['step'])
    states = {
        'before': STATES.get(event['from'], event['from']),
        'after': STATES.get(event['to'], event['to']),
    }
    return _('${step}: ${before} → ${after}', mapping={'step': step, **states})


def _refused(event: Facts) -> str:
    why = _error_titles().get(event['error'], event['error'])
    return _('was refused: ${why}', mapping={'why': why})


def _login_failed(event: Facts) -> str:
    if event.get('person'):
        return _('A wrong password for the account ${person}', mapping={'person': event['person']})
    return _('A wrong name or password')


def _password(event: Facts) -> str:
    if event.get('reset'):
        return _('gave ${person} a one-time password', mapping={'person': event['person']})
    return _('changed the own password')


def _role(event: Facts, given: bool) -> str:
    role = ROLES.get(event['role']) or OFFICES.get(event['role']) or event['role']
    words = {'person': event['person'], 'role': role, 'unit': event.get('unit') or ''}
    if words['unit']:
        if given:
            return _('gave ${person} the role ${role} for unit ${unit}', mapping=words)
        return _('took the role ${role} for unit ${unit} from ${person}', mapping=words)
    del words['unit']
    if given:
        return _('gave ${person} the role ${role}', mapping=words)
    return _('took the role ${role} from ${person}', mapping=words)


def _verified(event: Facts) -> str:
    if event['ok']:
        return _('verified the repository: everything holds')
    return _('verified the repository: ${n} problems', mapping={'n': event['problems']})


def _job(event: Facts) -> str:
    kind = registry.kind(event['kind'])
    return kind.title if kind is not None else event['kind']


def _job_finished(event: Facts) -> str:
    return _(
        'The job “${job}” ended: ${end}; ${done} done, ${skipped} skipped, ${failed} failed',
        mapping={
            'job': _job(event),
            'end': JOB_ENDS.get(event['state'], event['state']),
            'done': event['done'],
            'skipped': event['skipped'],
            'failed': event['failed'],
        },
    )


def _batch_changed(event: Facts) -> str:
    if 'added' in event:
        return _('put ${n} records on a batch of filing', mapping={'n': event['added']})
    if 'removed' in event:
        return _('took ${n} records off a batch of filing', mapping={'n': event['removed']})
    return _('put a batch of filing in order')


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    Event.NODE_CREATE: _about(lambda kind: _('created: ${kind}', mapping={'kind': kind})),
    Event.NODE_EDIT: _about(lambda kind: _('changed the description: ${kind}', mapping={'kind': kind})),
    Event.NODE_MOVE: _about(lambda kind: _('moved: ${kind}', mapping={'kind': kind})),
    Event.NODE_COPY: _about(lambda kind: _('copied: ${kind}', mapping={'kind': kind})),
    Event.NODE_RENAME: _about(lambda kind: _('renamed: ${kind}', mapping={'kind': kind})),
    Event.NODE_DELETE: _about(lambda kind: _('deleted: ${kind}', mapping={'kind': kind})),
    Event.ITEM_JOIN: lambda event: _('joined ${n} records into one', mapping={'n': len(event['joined']) + 1}),
    Event.ITEM_SPLIT: lambda event: _('split a file off a record'),
    Event.CONTENT_PUT: lambda event: _('stored a file (${size})', mapping={'size': size(event['size'])}),
    Event.CONTENT_READ: lambda event: _('opened a file'),
    Event.SERIES_OPEN: lambda event: _('opened it for deposits'),
    Event.SERIES_CLOSE: lambda event: _('closed it for deposits'),
    Event.UNIT_CHANGE: lambda event: _('changed the unit ${unit}', mapping={'unit': event['unit']}),
    Event.TRANSITION: _transition,
    Event.FILING: lambda event: _('filed it as ${code}', mapping={'code': event['code']}),
    Event.BATCH_CHANGE: _batch_changed,
    Event.BATCH_FILED: lambda event: _('filed a batch of ${n} records', mapping={'n': event['items']}),
    Event.REFUSED: _refused,
    Event.LOGIN: lambda event: _('signed in from ${address}', mapping={'address': event['address']}),
    Event.LOGIN_FAILED: _login_failed,
    Event.PASSWORD_CHANGE: _password,
    Event.PERSON_CREATE: lambda event: _('made the account ${person}', mapping={'person': event['person']}),
    Event.PERSON_CHANGE: lambda event: _(
        'changed the account ${person}', mapping={'person': event['person']}
    ),
    Event.GRANT: lambda event: _role(event, given=True),
    Event.REVOKE: lambda event: _role(event, given=False),
    Event.VERIFY: _verified,
    Event.JOB_CREATE: lambda event: _('asked for the job “${job}”', mapping={'job': _job(event)}),
    Event.JOB_CANCEL: lambda event: _('cancelled the job “${job}”', mapping={'job': _job(event)}),
    Event.JOB_FINISH: _job_finished,
}


@cache
def _error_titles() -> dict[str, str]:
    """Stable name of an error -> its words. Every room is loaded by the time a page is shown."""

    def below(parent: type[DomainError]) -> list[type[DomainError]]:
        return [parent, *(each for child in parent.__subclasses__() for each in below(child))]

    return {kind.name: kind.title for kind in below(DomainError)}
