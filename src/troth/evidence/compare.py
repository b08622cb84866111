"""Compares two tables row by row in bounded memory, however long they are and in whatever order their rows come.

First every row adds its hash to the bucket that its key chooses; equal tables have equal sums, whatever the order. Only the
buckets that differ are read again, so many at a time as fit in memory.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from troth.datamap.model import Key
from troth.datamap.reader import Row

BUCKETS = 65_536
AT_ONCE = 100_000  # rows of differing buckets that are held
_WIDTH = 2**128
Chunks = Callable[[], Iterable[Sequence[Row]]]
"""Reads the table from its beginning."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not the same: there only in `met`, there only in `never`, or in both with other cells."""

    key: Key = field(repr=False)
    met: Row | None = field(repr=False)
    never: Row | None = field(repr=False)


@dataclass
class Sums:
    """What a table amounts to."""

    rows: int = 0
    hashes: list[int] = field(default_factory=lambda: [0] * BUCKETS, repr=False)
    counts: list[int] = field(default_factory=lambda: [0] * BUCKETS, repr=False)


def differences(met: Chunks, never: Chunks, key: Sequence[int], secret: bytes) -> Iterator[Difference]:
    """Every row that is not the same in both; `key` are the places of its columns, () where a row is its own name."""
    ours, theirs = _sums(met, key, secret), _sums(never, key, secret)
    other = [
        at
        for at in range(BUCKETS)
        if ours.hashes[at] != theirs.hashes[at] or ours.counts[at] != theirs.counts[at]
    ]
    group: set[int] = set()
    held = 0
    for at in other:
        group.add(at)
        held += ours.counts[at] + theirs.counts[at]
        if held >= AT_ONCE:
            yield from _pairs(_chosen(met, key, group), _chosen(never, key, group), key)
            group, held = set(), 0
    if group:
        yield from _pairs(_chosen(met, key, group), _chosen(never, key, group), key)


def _sums(chunks: Chunks, key: Sequence[int], secret: bytes) -> Sums:
    sums = Sums()
    for chunk in chunks():
        sums.rows += len(chunk)
        for row in chunk:
            told = repr(row)
            at = _bucket(row, key, told)
            number = int.from_bytes(
                blake2b(told.encode("utf-8", "backslashreplace"), digest_size=16, key=secret).digest(), "big"
            )
            sums.hashes[at] = (sums.hashes[at] + number) % _WIDTH
            sums.counts[at] += 1
    return sums


def _bucket(row: Row, key: Sequence[int], told: str = "") -> int:
    name = repr([row[at] for at in key]) if key else told or repr(row)
    return zlib.crc32(name.encode("utf-8", "backslashreplace")) % BUCKETS


def _chosen(chunks: Chunks, key: Sequence[int], group: set[int]) -> Counter[Row]:
    """The rows of some buckets, each as often as it is there."""
    return Counter(row for chunk in chunks() for row in map(tuple, chunk) if _bucket(row, key) in group)


def _pairs(met: Counter[Row], never: Counter[Row], key: Sequence[int]) -> Iterator[Difference]:
    """What is left of both when equal rows are taken away, rows of one key together."""
    ours, theirs = met - never, never - met
    waiting: dict[Key, list[Row]] = {}
    for row in theirs.elements():
        waiting.setdefault(_key(row, key), []).append(row)
    for row in ours.elements():
        name = _key(row, key)
        pair = waiting[name].pop() if key and waiting.get(name) else None
        yield Difference(name, row, pair)
    for name, rows in waiting.items():
        for row in rows:
            yield Difference(name, None, row)


def _key(row: Row, key: Sequence[int]) -> Key:
    return tuple(row[at] for at in key) if key else tuple(row)
