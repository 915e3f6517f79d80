"""Tokens are shown once, kept as digests, and open only what their kind says."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.services.security.tokens import TokenKind, Tokens, looks_like_token

TODAY = date(2026, 11, 24)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def test_a_token_is_found_by_its_full_text_only(tokens):
    token, text = tokens.create('p1', TokenKind.API, 'OA system', TODAY)
    assert text.startswith(f'lt_{token.id}_')
    assert looks_like_token(text)
    assert tokens.find(text, TokenKind.API, TODAY) is token
    assert tokens.find(text[:-1] + ('0' if text[-1] != '0' else '1'), TokenKind.API, TODAY) is None
    assert tokens.find(text + 'a', TokenKind.API, TODAY) is None


def test_the_secret_is_not_kept(tokens):
    token, text = tokens.create('p1', TokenKind.API, 'OA system', TODAY)
    assert text.rpartition('_')[2].encode() not in pickle.dumps(vars(token))


def test_a_kind_opens_only_its_own_door(tokens):
    _token, text = tokens.create('p1', TokenKind.APPLICATION, 'Laptop', TODAY)
    assert tokens.find(text, TokenKind.API, TODAY) is None
    assert tokens.find(text, TokenKind.APPLICATION, TODAY) is not None


def test_it_works_through_its_last_day(tokens):
    _token, text = tokens.create('p1', TokenKind.API, 'Short', TODAY, expires=TODAY)
    assert tokens.find(text, TokenKind.API, TODAY) is not None
    assert tokens.find(text, TokenKind.API, date(2026, 11, 25)) is None


def test_a_revoked_one_opens_nothing(tokens):
    token, text = tokens.create('p1', TokenKind.API, 'A', TODAY)
    other, _text = tokens.create('p1', TokenKind.API, 'B', TODAY)
    tokens.revoke(token)
    assert tokens.find(text, TokenKind.API, TODAY) is None
    assert list(tokens.of('p1')) == [other]
    assert list(tokens.of('p2')) == []


def test_the_day_of_use_is_written_once_and_two_at_once_agree(tokens):
    token, _text = tokens.create('p1', TokenKind.API, 'A', TODAY)
    old = dict(vars(token))
    token.used(TODAY)
    first = dict(vars(token))
    later = {**old, 'last_used': date(2026, 11, 25)}
    assert token._p_resolveConflict(old, first, later)['last_used'] == date(2026, 11, 25)
    assert token._p_resolveConflict(old, later, first)['last_used'] == date(2026, 11, 25)
    assert token._p_resolveConflict(old, old, old).get('last_used') is None


@given(st.text())
def test_no_text_whatever_breaks_the_search(text):
    assert Tokens().find(text, TokenKind.API, TODAY) is None
