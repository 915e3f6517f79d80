"""Keys in files: made once, rotated, never readable by others, never spoken of."""

import logging
import os
import stat
import threading

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from lantai.services.signing.keyring import KeyRing, KeysExist, NoActiveKey, keys_folder
from lantai.services.signing.signature import (
    CouldNotCheck,
    KeyUnreadable,
    Signature,
    SignatureMalformed,
    UnknownAlgorithm,
    UnknownKey,
    key_id_of,
    load_public,
    verify_with,
)


@pytest.fixture
def ring(tmp_path):
    ring = KeyRing(tmp_path / 'keys')
    ring.create()
    return ring


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


class TestFiles:
    def test_folder_and_files_are_the_owners_alone_whatever_the_umask(self, tmp_path):
        before = os.umask(0)
        try:
            ring = KeyRing(tmp_path / 'keys')
            ring.create()
        finally:
            os.umask(before)
        assert mode(ring.folder) == 0o700
        assert {mode(path) for path in ring.folder.iterdir()} == {0o600}

    def test_nothing_half_written_stays(self, ring):
        assert sorted(path.name for path in ring.folder.iterdir()) == sorted(
            ['.lock', 'active', f'{ring.active}.pem', f'{ring.active}.pub.pem']
        )

    def test_a_key_readable_by_others_is_corrected_and_reported_without_the_key(self, ring, caplog):
        path = ring.folder / f'{ring.active}.pem'
        path.chmod(0o644)
        with caplog.at_level(logging.WARNING):
            KeyRing(ring.folder).sign(b'x')
        assert mode(path) == 0o600
        assert ring.active in caplog.text and 'PRIVATE' not in caplog.text

    def test_the_environment_moves_the_folder(self, tmp_path):
        assert keys_folder(tmp_path, {}) == tmp_path
        assert keys_folder(tmp_path, {'LANTAI_KEYS': str(tmp_path / 'safe')}) == tmp_path / 'safe'

    def test_the_first_key_is_made_once(self, ring):
        with pytest.raises(KeysExist):
            ring.create()
        assert ring.ensure() == ring.active
        assert len(ring.key_ids()) == 1

    def test_many_who_ensure_at_once_make_one_key(self, tmp_path):
        made = []
        threads = [
            threading.Thread(target=lambda: made.append(KeyRing(tmp_path / 'k').ensure())) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 8 and len(set(made)) == 1

    def test_a_lost_active_key_is_not_replaced_silently(self, ring):
        (ring.folder / 'active').unlink()
        with pytest.raises(NoActiveKey):
            ring.ensure()

    def test_nothing_shows_the_key(self, ring):
        ring.sign(b'x')
        secret = (ring.folder / f'{ring.active}.pem').read_text()
        assert secret.splitlines()[1] not in repr(ring) + str(vars(ring))


class TestSigning:
    @given(st.binary(max_size=200), st.integers(0, 511))
    def test_a_signature_holds_for_its_bytes_and_for_no_others(self, tmp_path_factory, data, bit):
        ring = KeyRing(tmp_path_factory.getbasetemp() / 'property-keys')
        ring.ensure()
        signature = ring.sign(data)
        assert (signature.algorithm, signature.key_id) == ('Ed25519', ring.active)
        assert ring.verify(data, signature)
        assert not ring.verify(data + b'x', signature)
        value = bytearray(signature.value)
        value[bit // 8] ^= 1 << bit % 8
        assert not ring.verify(data, Signature(signature.algorithm, signature.key_id, bytes(value)))

    def test_a_signature_of_the_wrong_length_is_false(self, ring):
        signature = ring.sign(b'x')
        for value in (b'', signature.value[:-1], signature.value + b'x'):
            assert ring.verify(b'x', Signature('Ed25519', ring.active, value)) is False

    def test_it_checks_with_nothing_but_the_published_key(self, ring):
        pem = ring.public_pem(ring.active)
        key = serialization.load_pem_public_key(pem.encode())
        key.verify(ring.sign(b'record').value, b'record')
        assert key_id_of(key) == ring.active
        assert verify_with(pem, b'record', ring.sign(b'record'))

    def test_no_key_no_signature(self, tmp_path):
        with pytest.raises(NoActiveKey):
            KeyRing(tmp_path / 'none').sign(b'x')
        with pytest.raises(NoActiveKey):
            KeyRing(tmp_path / 'none').rotate()
        assert KeyRing(tmp_path / 'absent').key_ids() == []


class TestRotation:
    def test_old_signatures_stay_valid_and_new_ones_name_the_new_key(self, ring):
        old = ring.sign(b'x')
        new_id = ring.rotate()
        assert ring.active == new_id != old.key_id
        assert ring.sign(b'x').key_id == new_id
        assert ring.verify(b'x', old)
        assert sorted(ring.key_ids()) == sorted([old.key_id, new_id])

    def test_the_private_half_of_the_old_key_is_gone(self, ring):
        old = ring.active
        ring.rotate()
        assert not (ring.folder / f'{old}.pem').exists()
        assert (ring.folder / f'{old}.pub.pem').exists()

    def test_another_ring_on_the_folder_signs_with_the_new_key_at_once(self, ring):
        other = KeyRing(ring.folder)
        other.sign(b'x')
        new_id = ring.rotate()
        assert other.sign(b'x').key_id == new_id


class TestCouldNotCheck:
    def test_an_unknown_key_is_not_false(self, ring, tmp_path):
        stranger = KeyRing(tmp_path / 'stranger')
        stranger.create()
        signature = stranger.sign(b'x')
        with pytest.raises(UnknownKey):
            ring.verify(b'x', signature)
        others = {signature.key_id: stranger.public_pem(signature.key_id)}
        assert ring.verify(b'x', signature, others)
        assert not ring.verify(b'y', signature, others)

    @pytest.mark.parametrize(
        'key_id', ['', '../../../etc/passwd', 'ABCDEF0123456789', 'a' * 17, 'a' * 16 + '\n']
    )
    def test_a_key_id_is_never_a_path(self, ring, key_id):
        with pytest.raises(UnknownKey):
            ring.verify(b'x', Signature('Ed25519', key_id, b'x' * 64))

    def test_another_algorithm_is_not_false(self, ring):
        with pytest.raises(UnknownAlgorithm):
            ring.verify(b'x', Signature('SM2', ring.active, b'x' * 64))

    def test_anothers_public_key_under_this_id_is_not_used(self, ring, tmp_path):
        stranger = KeyRing(tmp_path / 'stranger')
        stranger.create()
        signature = stranger.sign(b'x')
        with pytest.raises(UnknownKey):
            verify_with(ring.public_pem(ring.active), b'x', signature)
        (ring.folder / f'{ring.active}.pub.pem').write_text(stranger.public_pem(stranger.active))
        with pytest.raises(KeyUnreadable):
            KeyRing(ring.folder).verify(b'x', ring.sign(b'x'))

    @pytest.mark.parametrize(
        'damage', [b'', b'not a key', b'\xff\xfe', b'-----BEGIN PUBLIC KEY-----\nAAAA\n']
    )
    def test_a_damaged_public_key_is_named_as_such(self, ring, damage):
        signature = ring.sign(b'x')
        (ring.folder / f'{ring.active}.pub.pem').write_bytes(damage)
        with pytest.raises(KeyUnreadable):
            KeyRing(ring.folder).verify(b'x', signature)

    @pytest.mark.parametrize(
        'damage', [b'', b'not a key', b'-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n']
    )
    def test_a_damaged_private_key_is_named_without_being_shown(self, ring, damage):
        (ring.folder / f'{ring.active}.pem').write_bytes(damage)
        with pytest.raises(KeyUnreadable) as caught:
            KeyRing(ring.folder).sign(b'x')
        assert caught.value.__cause__ is None and 'AAAA' not in str(caught.value)

    def test_a_key_of_another_kind_is_refused(self, ring):
        pem = (
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        with pytest.raises(UnknownAlgorithm):
            load_public(pem)

    def test_all_of_these_are_could_not_check(self):
        assert all(issubclass(kind, CouldNotCheck) for kind in (UnknownKey, UnknownAlgorithm, KeyUnreadable))


class TestAsJson:
    def test_round_trip(self, ring):
        signature = ring.sign(b'x')
        assert Signature.from_dict(signature.as_dict()) == signature

    @pytest.mark.parametrize(
        'value',
        [
            None,
            [],
            'x',
            {},
            {'algorithm': 'Ed25519', 'key_id': 'a'},
            {'algorithm': 'Ed25519', 'key_id': 'a', 'value': '***'},
            {'algorithm': 'Ed25519', 'key_id': 'a', 'value': 7},
            {'algorithm': 'Ed25519', 'key_id': 'a', 'value': 'ä'},
        ],
    )
    def test_what_is_no_signature_is_malformed(self, value):
        with pytest.raises(SignatureMalformed):
            Signature.from_dict(value)


class TestPreparedKeys:
    def test_a_prepared_key_signs_only_once_it_is_active(self, ring):
        old = ring.active
        new = ring.prepare()
        assert ring.sign(b'x').key_id == old
        ring.activate(new)
        assert ring.sign(b'x').key_id == new

    def test_a_discarded_key_leaves_nothing_and_the_active_one_cannot_be_discarded(self, ring):
        before = sorted(path.name for path in ring.folder.iterdir())
        ring.discard(ring.prepare())
        ring.discard(ring.active)
        assert sorted(path.name for path in ring.folder.iterdir()) == before
        assert ring.sign(b'x')

    def test_a_retired_key_still_verifies_after_a_discard(self, ring):
        signature = ring.sign(b'x')
        ring.rotate()
        ring.discard(signature.key_id)
        assert ring.verify(b'x', signature)
