"""The tree is the one of RFC 9162: by published vectors, by its definition and by another implementation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from troth.ledger.tlog import (
    EMPTY_ROOT,
    append_many,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    split_stored_index,
    stored_count,
    stored_index,
    tree_hash,
    verify_consistency,
    verify_inclusion,
)
from troth.terms.errors import TamperedError

# The vectors every Certificate Transparency implementation shares.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {  # (index, size): proof
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
CONSISTENCY = {  # (old, new): proof
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

Grow = Callable[[int], Any]
sizes = st.integers(1, 200)


def mth(leaves: Sequence[bytes]) -> bytes:
    """MTH, word for word: RFC 9162, section 2.1.1."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = split(len(leaves))
    return node_hash(mth(leaves[:k]), mth(leaves[k:]))


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH, word for word: RFC 9162, section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF, word for word: RFC 9162, section 2.1.4.1."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def split(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def leaves(size: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_published_vectors(grow: Grow, size: int) -> None:
    assert tree_hash(size, grow(0).append(LEAVES[:size])).hex() == ROOTS[size]
    assert tree_hash(size, grow(0).append(LEAVES)).hex() == ROOTS[size], "an old root can be had for ever"


def test_proofs_of_the_published_vectors(grow: Grow) -> None:
    store = grow(0).append(LEAVES)
    for (index, size), expected in INCLUSION.items():
        proof = inclusion_proof(index, size, store)
        assert [one.hex() for one in proof] == expected
        verify_inclusion(leaf_hash(LEAVES[index]), index, size, proof, bytes.fromhex(ROOTS[size]))
    for (old, new), expected in CONSISTENCY.items():
        proof = consistency_proof(old, new, store)
        assert [one.hex() for one in proof] == expected
        verify_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), proof)


def test_stored_indexes_name_every_hash_once() -> None:
    assert [split_stored_index(index) for index in range(11)] == [
        (0, 0), (0, 1), (1, 0), (0, 2), (0, 3), (1, 1), (2, 0), (0, 4), (0, 5), (1, 2), (0, 6),
    ]  # fmt: skip
    for index in [*range(5000), 2**40, 2**62 - 1]:
        assert stored_index(*split_stored_index(index)) == index


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 31, 40])
def test_proofs_are_what_the_rfc_defines(grow: Grow, size: int) -> None:
    data, store = leaves(size), grow(size)
    assert tree_hash(size, store) == mth(data)
    for index in range(size):
        assert list(inclusion_proof(index, size, store)) == path(index, data)
        assert list(consistency_proof(index + 1, size, store)) == subproof(index + 1, data, True)


def test_another_implementation_agrees(grown: Any) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    oracle.append_entries(leaves(200))
    for size in range(1, 201):
        assert tree_hash(size, grown) == oracle.get_root(size)
        for index in {0, size // 3, size // 2, size - 1}:
            theirs = oracle.prove_inclusion(
                index + 1, size
            ).path  # counts from one, and lists the leaf itself
            assert [leaf_hash(leaves(size)[index]), *inclusion_proof(index, size, grown)] == theirs


def test_every_leaf_and_every_past_can_be_proved(grown: Any) -> None:
    roots = [tree_hash(size, grown) for size in range(201)]
    hashes = [leaf_hash(leaf) for leaf in leaves(200)]
    for size in (1, 2, 3, 64, 65, 127, 199, 200):
        for index in range(size):
            proof = inclusion_proof(index, size, grown)
            verify_inclusion(hashes[index], index, size, proof, roots[size])
        for old in range(size + 1):
            verify_consistency(old, size, roots[old], roots[size], consistency_proof(old, size, grown))


@given(st.lists(st.integers(0, 40), max_size=6))
@settings(max_examples=50, deadline=None)
def test_the_batches_leaves_came_in_leave_no_trace(grow: Grow, batches: list[int]) -> None:
    data = leaves(sum(batches))
    in_batches, one_by_one = grow(0), grow(0)
    for batch in batches:
        in_batches.append(data[in_batches.size : in_batches.size + batch])
    for size, leaf in enumerate(data):
        one_by_one.hashes += [stored for _, stored in append_many(size, [leaf], one_by_one)]
    assert in_batches.hashes == one_by_one.hashes == grow(len(data)).hashes


def test_costs_are_the_ones_promised(grow: Grow) -> None:
    store = grow(1000)
    store.reads.clear()
    append_many(1000, leaves(5000), store)
    assert store.reads == [(1000).bit_count()], "a bulk append reads the right edge once"
    for size in range(2, 1001, 7):
        for prove, most in ((inclusion_proof, ceil(log2(size))), (consistency_proof, ceil(log2(size)) + 1)):
            for at in {1, size // 3, size // 2, size - 1} - {0}:
                store.reads.clear()
                assert len(prove(at, size, store)) <= most
                assert len(store.reads) <= 1
                assert sum(store.reads) <= 2 * log2(size) + 1


@given(size=sizes, data=st.data())
@settings(max_examples=120, deadline=None)
def test_no_changed_inclusion_proof_holds(grown: Any, size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaf, root = leaf_hash(leaves(size)[index]), tree_hash(size, grown)
    honest = list(inclusion_proof(index, size, grown))
    verify_inclusion(leaf, index, size, honest, root)
    other = data.draw(st.integers(-1, 201).filter(lambda n: n != index))
    for fault in (
        lambda: verify_inclusion(flip(leaf, data), index, size, honest, root),
        lambda: verify_inclusion(leaf, index, size, honest, flip(root, data)),
        lambda: verify_inclusion(leaf, other, size, honest, root),
        lambda: verify_inclusion(leaf, index, size, [*honest, root], root),
        lambda: verify_inclusion(leaf, index, size, [leaf, *honest], root),
        lambda: verify_inclusion(leaf[:-1], index, size, honest, root),
    ):
        with pytest.raises(TamperedError):
            fault()
    for changed in changes(honest, data):
        with pytest.raises(TamperedError):
            verify_inclusion(leaf, index, size, changed, root)


@given(new=sizes, data=st.data())
@settings(max_examples=120, deadline=None)
def test_no_changed_consistency_proof_holds(grown: Any, new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    old_root, new_root = tree_hash(old, grown), tree_hash(new, grown)
    honest = list(consistency_proof(old, new, grown))
    verify_consistency(old, new, old_root, new_root, honest)
    other = data.draw(st.integers(-1, 201).filter(lambda n: n != old))
    faults = [
        lambda: verify_consistency(old, new, flip(old_root, data), new_root, honest),
        lambda: verify_consistency(other, new, old_root, new_root, honest),
        lambda: verify_consistency(old, new, old_root, new_root, [*honest, new_root]),
        lambda: verify_consistency(old, old - 1, old_root, new_root, honest),
    ]
    if old:  # every tree extends the empty one
        faults.append(lambda: verify_consistency(old, new, old_root, flip(new_root, data), honest))
    for fault in faults:
        with pytest.raises(TamperedError):
            fault()
    for changed in changes(honest, data):
        with pytest.raises(TamperedError):
            verify_consistency(old, new, old_root, new_root, changed)


def test_a_size_that_changes_the_shape_of_the_path_is_noticed(grown: Any) -> None:
    """A size is bound by its signature; the proof alone binds it as far as the path's shape depends on it."""
    root, proof = tree_hash(8, grown), inclusion_proof(3, 8, grown)
    for size in (0, 1, 2, 3, 4, 9, 16, 17):
        with pytest.raises(TamperedError):
            verify_inclusion(leaf_hash(b"leaf 3"), 3, size, proof, root)


def test_a_proof_that_goes_on_above_the_root_proves_nothing(grown: Any) -> None:
    """Else whoever signs a root could pass a bigger tree off under a smaller size."""
    beyond = leaf_hash(b"beyond")
    for size in (1, 2, 3, 4, 7, 8):
        above = node_hash(beyond, tree_hash(size, grown))
        proof = [*inclusion_proof(0, size, grown), beyond]
        with pytest.raises(TamperedError, match="above the root"):
            verify_inclusion(leaf_hash(b"leaf 0"), 0, size, proof, above)
    for old, new in ((1, 2), (2, 3), (3, 7), (4, 8)):
        proof = [*consistency_proof(old, new, grown), beyond]
        old_above, new_above = (node_hash(beyond, tree_hash(size, grown)) for size in (old, new))
        for old_root in (old_above, tree_hash(old, grown)):
            with pytest.raises(TamperedError):
                verify_consistency(old, new, old_root, new_above, proof)


def test_nothing_is_proved_by_an_empty_proof_but_what_needs_none(grown: Any) -> None:
    root = tree_hash(7, grown)
    verify_consistency(7, 7, root, root, ())
    verify_consistency(0, 7, EMPTY_ROOT, root, ())
    verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, ())
    for old, new in ((0, 0), (3, 7), (4, 7)):
        with pytest.raises(TamperedError):
            verify_consistency(old, new, root, root, ())


def test_an_inner_node_cannot_pose_as_a_leaf(grown: Any) -> None:
    left, right = leaf_hash(b"leaf 0"), leaf_hash(b"leaf 1")
    root, proof = tree_hash(4, grown), inclusion_proof(0, 4, grown)
    with pytest.raises(TamperedError):
        verify_inclusion(leaf_hash(left + right), 0, 2, proof[1:], root)


@pytest.mark.parametrize(
    "damage", [lambda h: h[:-1], lambda h: [one[:-1] for one in h], lambda h: [*h, bytes(32)]]
)
def test_a_store_that_lost_hashes_is_noticed(
    grow: Grow, damage: Callable[[list[bytes]], list[bytes]]
) -> None:
    store = grow(7)

    class Damaged:
        def read(self, indexes: Sequence[int]) -> list[bytes]:
            return damage(store.read(indexes))

    for use in (
        lambda: tree_hash(7, Damaged()),
        lambda: inclusion_proof(0, 7, Damaged()),
        lambda: consistency_proof(3, 7, Damaged()),
        lambda: append_many(7, [b"leaf"], Damaged()),
    ):
        with pytest.raises(TamperedError):
            use()


def test_the_next_leaf_goes_where_the_count_says() -> None:
    assert [stored_index(0, size) for size in range(1000)] == [stored_count(size) for size in range(1000)]


def flip(value: bytes, data: st.DataObject) -> bytes:
    at, bit = data.draw(st.integers(0, len(value) - 1)), data.draw(st.integers(0, 7))
    return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]


def changes(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """One flipped bit, one hash too few, two hashes swapped: where the proof is long enough."""
    changed: list[list[bytes]] = []
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed += [
            [*proof[:at], flip(proof[at], data), *proof[at + 1 :]],
            [*proof[:at], *proof[at + 1 :]],
            [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
        ]
    if len(proof) > 1:
        changed.append(proof[::-1])
    return changed
