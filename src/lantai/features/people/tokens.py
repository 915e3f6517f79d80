"""API tokens and application passwords of one's own account."""

from datetime import date

from lantai.base.errors import Condition, Invalid, NotFound
from lantai.base.i18n import _
from lantai.features.people.errors import TooManyTokens
from lantai.services.act import Act
from lantai.services.eventlog.events import Event
from lantai.services.eventlog.record import record
from lantai.services.security import policy
from lantai.services.security.people import people_of
from lantai.services.security.permissions import Permission
from lantai.services.security.tokens import Token, TokenKind, tokens_of

LONGEST_LABEL = 60
#: tokens of one person, of each kind
MOST = 50


def create_token(
    act: Act, label: str, expires: date | None = None, kind: TokenKind = TokenKind.API
) -> tuple[str, str]:
    """A new token of the acting person; gives its id and its full text, which is never shown again.

    Raises Invalid, TooManyTokens; NotFound for who has no account (the machine's user).
    """
    if people_of(act.repository).get(act.actor.id) is None:
        raise NotFound()
    label = label.strip()
    mistakes = _label_mistakes(label)
    if expires is not None and expires < act.clock.today():
        mistakes.append(Condition('in-the-past', _('This day has passed'), 'expires'))
    if mistakes:
        raise Invalid(conditions=mistakes)
    tokens = tokens_of(act.repository)
    if sum(1 for _token in tokens.of(act.actor.id, kind)) >= MOST:
        raise TooManyTokens()
    token, text = tokens.create(act.actor.id, kind, label, act.clock.today(), expires)
    record(act, Event.TOKEN_CREATE, token=token.id, kind=kind.value)
    return token.id, text


def revoke_token(act: Act, id: str) -> None:
    """Takes a token back at once; one's own, or anybody's for who manages accounts. Raises NotFound."""
    token = tokens_of(act.repository).get(id)
    if token is None:
        raise NotFound()
    if token.person != act.actor.id:
        if Permission.MANAGE_ACCOUNTS not in policy.permissions(act.actor, act.repository):
            raise NotFound()
    tokens_of(act.repository).revoke(token)
    record(act, Event.TOKEN_REVOKE, token=id, person=token.person)


def own_tokens(act: Act, kind: TokenKind) -> list[Token]:
    """One's own tokens of a kind, the newest first."""
    return sorted(
        tokens_of(act.repository).of(act.actor.id, kind), key=lambda each: each.created, reverse=True
    )


def _label_mistakes(label: str) -> list[Condition]:
    if not label:
        return [Condition('required', _('This must be filled in'), 'label')]
    if len(label) > LONGEST_LABEL:
        message = _('No more than ${n} characters', mapping={'n': LONGEST_LABEL})
        return [Condition('too-long', message, 'label')]
    if not label.isprintable():
        return [Condition('characters', _('Characters that cannot be shown are not allowed here'), 'label')]
    return []
