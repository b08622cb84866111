"""No leaf of this log can be changed, dropped or moved without changing every root computed over it.

The Merkle tree of RFC 9162, section 2.1, over SHA-256. Every function is pure: hashes come from a
`HashReader`, and new ones are returned for the caller to store. What is stored is append-only. Only complete
subtrees are kept, each at the moment its last leaf arrives, so nothing written is ever rewritten:

    level 2           6
    level 1       2       5       9
    level 0     0   1   3   4   7   8   10      the stored indexes
    leaf        0   1   2   3   4   5    6

(Crosby and Wallach, "Efficient Data Structures for Tamper-Evident Logging", section 3.3.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from troth.terms.errors import TamperedError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()
"""The root of a tree without leaves: RFC 9162, section 2.1.1."""


class HashReader(Protocol):
    """Where stored hashes come from: a table, a file, tiles fetched from a stranger."""

    def read(self, indexes: Sequence[int]) -> Sequence[bytes]:
        """Return one hash for each stored index, in the order asked for."""
        ...


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of one leaf; one hash. RFC 9162, section 2.1.1.

    >>> leaf_hash(b"").hex()
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node; one hash. Its prefix keeps a node from posing as a leaf.

    RFC 9162, section 2.1.1.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


def stored_count(size: int) -> int:
    """Return how many hashes a tree of `size` leaves stores: also the stored index of the next leaf; O(1).

    >>> [stored_count(size) for size in range(8)]
    [0, 1, 3, 4, 7, 8, 10, 11]
    """
    return 2 * size - size.bit_count()


def stored_index(level: int, n: int) -> int:
    """Return where the `n`-th complete subtree of 2**level leaves is stored; O(1).

    >>> stored_index(0, 6), stored_index(1, 2), stored_index(2, 0)
    (10, 9, 6)
    """
    last_leaf = ((n + 1) << level) - 1
    return stored_count(last_leaf) + level


def split_stored_index(index: int) -> tuple[int, int]:
    """Return the (level, n) stored at `index`, the inverse of `stored_index`; O(log index).

    >>> split_stored_index(9)
    (1, 2)
    """
    leaf = index // 2
    while stored_count(leaf + 1) <= index:
        leaf += 1
    level = index - stored_count(leaf)
    return level, leaf >> level


def append_many(size: int, leaves: Iterable[bytes], reader: HashReader) -> list[tuple[int, bytes]]:
    """Return (stored index, hash), ascending, for every hash to store when `leaves` are appended in order.

    One read of O(log size) hashes however many leaves there are, and two hashes computed per leaf: the
    right edge of the tree is all that appending needs. RFC 9162, section 2.1.2.

    >>> class Nothing:
    ...     def read(self, indexes): raise AssertionError("an empty tree has nothing to read")
    >>> [index for index, _ in append_many(0, [b"a", b"b", b"c"], Nothing())]
    [0, 1, 2, 3]
    """
    edge = _read([stored_index(level, n) for level, n in _subtrees(0, size)], reader)
    start = stored_count(size)
    stored: list[tuple[int, bytes]] = []
    for number, leaf in enumerate(leaves, start=size):
        complete = leaf_hash(leaf)
        stored.append((start + len(stored), complete))
        while number & 1:  # this leaf is a right child: its parent is complete, perhaps its parent too
            complete = node_hash(edge.pop(), complete)
            stored.append((start + len(stored), complete))
            number >>= 1
        edge.append(complete)
    return stored


def tree_hash(size: int, reader: HashReader) -> bytes:
    """Return the 32-byte root of the first `size` leaves; one read of O(log size) hashes.

    RFC 9162, section 2.1.1.
    """
    return _hashes_of([(0, size)], reader)[0] if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, reader: HashReader) -> tuple[bytes, ...]:
    """Return the hashes, sibling first, that lead from leaf `index` to the root of the first `size` leaves.

    One read of O(log size) hashes; the proof has at most log2(size), rounded up. RFC 9162, section
    2.1.3.1.
    """
    assert 0 <= index < size, f"leaf {index} is not among the first {size}"
    low, high = 0, size
    beside: list[tuple[int, int]] = []
    while high - low > 1:
        middle = low + _left_half(high - low)
        if index < middle:
            beside.append((middle, high))
            high = middle
        else:
            beside.append((low, middle))
            low = middle
    return tuple(_hashes_of(beside[::-1], reader))


def consistency_proof(old: int, new: int, reader: HashReader) -> tuple[bytes, ...]:
    """Return the hashes that show the first `old` leaves to be unchanged in the tree of `new` leaves.

    One read of O(log new) hashes; the proof has at most one more than log2(new), rounded up.
    Nothing needs showing, and the proof is empty, when `old` is `new` or nought. RFC 9162, section 2.1.4.1.
    """
    assert 0 <= old <= new, f"a tree of {new} leaves has no past of {old}"
    if old in (0, new):
        return ()
    low, high = 0, new
    beside: list[tuple[int, int]] = []
    while high != old:
        middle = low + _left_half(high - low)
        if old <= middle:
            beside.append((middle, high))
            high = middle
        else:
            beside.append((low, middle))
            low = middle
    if low:  # else this subtree is the whole old tree, whose root the verifier holds already
        beside.append((low, high))
    return tuple(_hashes_of(beside[::-1], reader))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if the leaf hashed `leaf` is number `index` of the `size` under `root`; else TamperedError.

    One hash per proof line. RFC 9162, section 2.1.3.2, step by step: it shares no code with
    `inclusion_proof`.
    """
    _check_widths(leaf, root, *proof)
    if not 0 <= index < size:
        raise TamperedError(f"leaf {index} cannot be in a tree of {size}")
    node, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise TamperedError("the inclusion proof goes on above the root")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise TamperedError("the inclusion proof stops below the root")
    if computed != root:
        raise TamperedError(f"leaf {index} is not what the root of {size} leaves was computed over")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the `old` leaves under `old_root` begin the `new` under `new_root`; else TamperedError.

    Two hashes per proof line. RFC 9162, section 2.1.4.2, step by step; like witnesses (C2SP tlog-witness) we
    also take a past of no leaves, which every tree extends.
    """
    _check_widths(old_root, new_root, *proof)
    if not 0 <= old <= new:
        raise TamperedError(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        expected = new_root if old == new else EMPTY_ROOT
        if proof or old_root != expected or (new == 0 and new_root != EMPTY_ROOT):
            raise TamperedError(f"two different trees claim {old} leaves")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise TamperedError("the consistency proof is empty")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    _climb(node, last, path, old_root, new_root)


def _climb(node: int, last: int, path: list[bytes], old_root: bytes, new_root: bytes) -> None:
    """Steps 4 to 7 of RFC 9162, section 2.1.4.2: compute both roots along one path."""
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise TamperedError("the consistency proof goes on above the root")
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise TamperedError("the consistency proof stops below the root")
    if before != old_root or after != new_root:
        raise TamperedError("the newer tree does not extend the older one: history was rewritten")


def _left_half(width: int) -> int:
    """The largest power of two smaller than `width` (RFC 9162's k): where a subtree divides."""
    return 1 << (width - 1).bit_length() - 1


def _subtrees(low: int, high: int) -> list[tuple[int, int]]:
    """The complete subtrees (level, n) that tile the leaves [low, high), left to right, tallest first."""
    nodes: list[tuple[int, int]] = []
    while low < high:
        level = (high - low).bit_length() - 1
        nodes.append((level, low >> level))
        low += 1 << level
    return nodes


def _hashes_of(spans: Sequence[tuple[int, int]], reader: HashReader) -> list[bytes]:
    """The hash of each span of leaves [low, high), all from one read."""
    groups = [_subtrees(low, high) for low, high in spans]
    read = iter(_read([stored_index(level, n) for group in groups for level, n in group], reader))
    return [_fold([next(read) for _ in group]) for group in groups]


def _fold(hashes: list[bytes]) -> bytes:
    """The root over neighbouring subtrees: the rightmost two join first."""
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def _read(indexes: Sequence[int], reader: HashReader) -> list[bytes]:
    """One guarded read: a store that lost or cut a hash must not pass for a smaller tree."""
    if not indexes:
        return []
    hashes = list(reader.read(indexes))
    if len(hashes) != len(indexes):
        raise TamperedError(f"the ledger's store gave {len(hashes)} of {len(indexes)} hashes asked for")
    _check_widths(*hashes)
    return hashes


def _check_widths(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise TamperedError(f"a hash is not {HASH_SIZE} bytes long")
