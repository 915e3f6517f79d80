"""RFC 9162 arithmetic against a slow reference that follows the text of the RFC word by word."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantai.base import merkle


def largest_power_below(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def slow_root(entries):
    """MTH of section 2.1.1."""
    if not entries:
        return hashlib.sha256(b'').digest()
    if len(entries) == 1:
        return hashlib.sha256(b'\x00' + entries[0]).digest()
    k = largest_power_below(len(entries))
    return hashlib.sha256(b'\x01' + slow_root(entries[:k]) + slow_root(entries[k:])).digest()


def slow_inclusion(m, entries):
    """PATH of section 2.1.3.1."""
    if len(entries) == 1:
        return []
    k = largest_power_below(len(entries))
    if m < k:
        return [*slow_inclusion(m, entries[:k]), slow_root(entries[k:])]
    return [*slow_inclusion(m - k, entries[k:]), slow_root(entries[:k])]


def slow_consistency(m, entries, whole=True):
    """SUBPROOF of section 2.1.4.1."""
    if m == len(entries):
        return [] if whole else [slow_root(entries)]
    k = largest_power_below(len(entries))
    if m <= k:
        return [*slow_consistency(m, entries[:k], whole), slow_root(entries[k:])]
    return [*slow_consistency(m - k, entries[k:], False), slow_root(entries[:k])]


def entries_of(size):
    return [b'entry %d' % i for i in range(size)]


def getter(entries):
    return merkle.getter_over([merkle.leaf_hash(e) for e in entries])


sizes = st.integers(1, 130)


class TestAgainstReference:
    def test_known_roots_of_the_certificate_transparency_test_vectors(self):
        inputs = [
            bytes.fromhex(h)
            for h in (
                '',
                '00',
                '10',
                '2021',
                '3031',
                '40414243',
                '5051525354555657',
                '606162636465666768696a6b6c6d6e6f',
            )
        ]
        assert merkle.root_of([]).hex() == 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
        assert merkle.root_of(inputs[:1]).hex() == (
            '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
        )
        assert merkle.root_of(inputs).hex() == (
            '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
        )

    def test_roots_and_proofs_of_every_small_tree_equal_the_reference(self):
        for size in range(1, 34):
            entries = entries_of(size)
            get = getter(entries)
            assert merkle.root(get, size) == slow_root(entries)
            for index in range(size):
                assert merkle.inclusion(get, index, size) == slow_inclusion(index, entries)
            for old in range(1, size + 1):
                assert merkle.consistency(get, old, size) == slow_consistency(old, entries)

    @given(sizes, st.data())
    def test_inclusion_equals_the_reference_and_verifies(self, size, data):
        index = data.draw(st.integers(0, size - 1))
        entries = entries_of(size)
        path = merkle.inclusion(getter(entries), index, size)
        assert path == slow_inclusion(index, entries)
        assert merkle.verify_inclusion(
            merkle.leaf_hash(entries[index]), index, size, path, slow_root(entries)
        )

    @given(sizes, st.data())
    def test_consistency_equals_the_reference_and_verifies(self, size, data):
        old = data.draw(st.integers(1, size))
        entries = entries_of(size)
        path = merkle.consistency(getter(entries), old, size)
        assert path == slow_consistency(old, entries)
        assert merkle.verify_consistency(old, size, slow_root(entries[:old]), slow_root(entries), path)


class TestDamagedProofs:
    def damages(self, path, other):
        yield [*path, other]
        yield [other, *path]
        if path:
            yield path[:-1]
            yield path[1:]
            for i in range(len(path)):
                flipped = bytes([path[i][0] ^ 1]) + path[i][1:]
                yield [*path[:i], flipped, *path[i + 1:]]
                yield [*path[:i], path[i][:31], *path[i + 1:]]
        if len(path) > 1 and path[0] != path[-1]:
            yield path[::-1]

    @given(sizes, st.data())
    def test_every_damage_to_an_inclusion_proof_is_seen(self, size, data):
        index = data.draw(st.integers(0, size - 1))
        entries = entries_of(size)
        leaf, root = merkle.leaf_hash(entries[index]), slow_root(entries)
        path = merkle.inclusion(getter(entries), index, size)
        for wrong in self.damages(path, leaf):
            assert not merkle.verify_inclusion(leaf, index, size, wrong, root)
        assert not merkle.verify_inclusion(merkle.leaf_hash(b'forged'), index, size, path, root)
        assert not merkle.verify_inclusion(leaf, index, size, path, merkle.leaf_hash(b'forged'))
        for other in {index ^ 1, index + 1, index - 1, size} - {index}:
            assert not merkle.verify_inclusion(leaf, other, size, path, root)

    @given(st.integers(2, 130), st.data())
    def test_every_damage_to_a_consistency_proof_is_seen(self, size, data):
        old = data.draw(st.integers(1, size - 1))
        entries = entries_of(size)
        old_root, new_root = slow_root(entries[:old]), slow_root(entries)
        path = merkle.consistency(getter(entries), old, size)
        for wrong in self.damages(path, merkle.leaf_hash(b'other')):
            assert not merkle.verify_consistency(old, size, old_root, new_root, wrong)
        assert not merkle.verify_consistency(old, size, new_root, new_root, path)
        assert not merkle.verify_consistency(old, size, old_root, old_root, path)
        rewritten = slow_root([b'forged', *entries[1:]])
        assert not merkle.verify_consistency(old, size, old_root, rewritten, path)

    @pytest.mark.parametrize('index,size', [(0, 0), (-1, 4), (4, 4), (5, 4)])
    def test_a_position_outside_the_tree_proves_nothing(self, index, size):
        leaf = merkle.leaf_hash(b'x')
        assert not merkle.verify_inclusion(leaf, index, size, [], leaf)
        with pytest.raises(ValueError):
            merkle.inclusion(getter(entries_of(4)), index, size)

    def test_sizes_out_of_order_prove_nothing(self):
        root = merkle.leaf_hash(b'x')
        assert not merkle.verify_consistency(5, 4, root, root, [])
        assert not merkle.verify_consistency(-1, 4, root, root, [])
        with pytest.raises(ValueError):
            merkle.consistency(getter(entries_of(4)), 5, 4)
        with pytest.raises(ValueError):
            merkle.root(getter([]), -1)

    def test_the_empty_tree_is_a_prefix_only_under_its_own_root(self):
        root = slow_root(entries_of(3))
        assert merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, root, [])
        assert merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])
        assert not merkle.verify_consistency(0, 3, root, root, [])
        assert not merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, root, [root])
        assert not merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, root, [])

    def test_a_leaf_cannot_pass_for_a_node(self):
        left, right = merkle.leaf_hash(b'a'), merkle.leaf_hash(b'b')
        assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
        with pytest.raises(ValueError):
            merkle.fold([left, right, left])
