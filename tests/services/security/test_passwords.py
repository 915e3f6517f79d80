"""Passwords are hashed with argon2id and judged by a policy that says everything wrong at once."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantai.base.errors import Invalid
from lantai.services.security.passwords import MAXIMUM_LENGTH, Passwords, one_time_password
from lantai.services.settings import Settings

CHEAP = Passwords(time_cost=1, memory_kib=8)


def codes(password: str, *names: str) -> list[str]:
    return [condition.code for condition in CHEAP.weaknesses(password, names)]


class TestHashing:
    def test_only_the_right_password_fits_and_the_hash_is_argon2id(self):
        kept = CHEAP.hash('correct horse battery')
        assert kept.startswith('$argon2id$')
        assert CHEAP.verify(kept, 'correct horse battery')
        assert not CHEAP.verify(kept, 'Correct horse battery')

    def test_nobody_and_a_damaged_hash_never_fit(self):
        assert not CHEAP.verify(None, '')
        assert not CHEAP.verify(None, 'anything at all')
        assert not CHEAP.verify('$argon2id$broken', 'anything at all')

    def test_an_unknown_name_costs_a_hash_as_well(self, monkeypatch):
        tried = []
        passwords = Passwords(time_cost=1, memory_kib=8)
        dummy = passwords._dummy
        spy = type('Spy', (), {'verify': lambda _self, kept, _tried: tried.append(kept)})
        monkeypatch.setattr(passwords, '_hasher', spy())
        passwords.verify(None, 'anything')
        assert tried == [dummy]

    def test_composed_and_decomposed_forms_are_one_password(self):
        kept = CHEAP.hash('Grüße aus Köln 档案')
        assert CHEAP.verify(kept, unicodedata.normalize('NFD', 'Grüße aus Köln 档案'))

    def test_a_hash_of_another_cost_wants_renewal(self):
        kept = CHEAP.hash('correct horse battery')
        assert not CHEAP.needs_rehash(kept)
        assert Passwords(time_cost=2, memory_kib=8).needs_rehash(kept)
        assert CHEAP.needs_rehash('no hash')

    def test_the_cost_comes_from_the_settings(self):
        dear = Passwords.from_settings(Settings(argon2_time=3, argon2_memory_kib=16))
        assert '$m=16,t=3,p=1$' in dear.hash('correct horse battery')

    def test_a_giant_password_is_wrong_and_not_hashed(self):
        assert not CHEAP.verify(CHEAP.hash('x' * 20), 'x' * 10_000_000)

    @settings(max_examples=30, deadline=None)
    @given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
    def test_any_text_can_be_a_password(self, one, other):
        kept = CHEAP.hash(one)
        assert CHEAP.verify(kept, one)
        same = unicodedata.normalize('NFC', one) == unicodedata.normalize('NFC', other)
        assert CHEAP.verify(kept, other) is same


class TestPolicy:
    @pytest.mark.parametrize(
        'password',
        [
            'correct horse battery',
            '归档范围不是保管期限表',
            'Tü7-kelm.anders',
            '兰台令史班固傅毅贾逵杨终',
            'k7mq2-xv9tn-h4bcd',
        ],
    )
    def test_good_ones_pass(self, password):
        assert codes(password, 'clerk', '张三') == []

    @pytest.mark.parametrize(
        'password',
        ['administrator', '1234567890', 'qwertyuiop', 'password123', 'Passw0rd!!', 'aaaaaaaaaa',
         'abababababab', 'abcdefghijkl',
         '5201314woaini', 'lantai123456', '888888888888', 'admin@123456', 'qwerty123456', '0987654321'],
    )  # fmt: skip
    def test_common_ones_are_refused(self, password):
        assert codes(password, 'clerk') == ['password-common']

    @pytest.mark.parametrize(
        'password', ['unitarchivist', 'UnitArchivist', 'unitarchivist2026!', 'tsivihcratinu']
    )
    def test_the_own_name_is_refused(self, password):
        assert codes(password, 'unitarchivist', '李四') == ['password-is-name']

    def test_all_weaknesses_are_named_at_once(self):
        assert codes('clerk', 'clerk') == ['password-too-short', 'password-is-name']

    def test_empty_too_long_and_control_characters(self):
        assert codes('   ') == ['password-empty']
        assert codes('x' * (MAXIMUM_LENGTH + 1)) == ['password-too-long']
        assert codes('correct\nhorse battery') == ['password-characters']

    def test_a_demonstration_takes_any_but_the_empty_one(self):
        lenient = Passwords(time_cost=1, memory_kib=8, lenient=True)
        assert lenient.weaknesses('demo', ('demo',)) == []
        assert [c.code for c in lenient.weaknesses('', ())] == ['password-empty']

    def test_require_good_raises_with_the_field(self):
        with pytest.raises(Invalid) as refused:
            CHEAP.require_good('short', ('clerk',), field='new')
        assert [condition.field for condition in refused.value.conditions] == ['new']

    def test_one_time_passwords_are_good_and_different(self):
        made = {one_time_password() for _number in range(100)}
        assert len(made) == 100
        assert all(codes(password, 'clerk') == [] for password in made)
