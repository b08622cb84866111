"""A ledger in memory that counts what is read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest

from troth.ledger.tlog import append_many, stored_count


class Store:
    """Stored hashes in a list; `reads` holds the size of every read."""

    def __init__(self) -> None:
        self.hashes: list[bytes] = []
        self.size = 0
        self.reads: list[int] = []

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        self.reads.append(len(indexes))
        return [self.hashes[index] for index in indexes]

    def append(self, leaves: Iterable[bytes]) -> Store:
        leaves = list(leaves)
        for index, stored in append_many(self.size, leaves, self):
            assert index == len(self.hashes), "appending never leaves a gap and never rewrites"
            self.hashes.append(stored)
        self.size += len(leaves)
        assert len(self.hashes) == stored_count(self.size)
        return self


def leaves(size: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(size)]


@pytest.fixture(scope="session")
def grow() -> Callable[[int], Store]:
    """A fresh store with so many leaves, `leaf 0`, `leaf 1` and on."""
    return lambda size: Store().append(leaves(size))


@pytest.fixture(scope="session")
def grown(grow: Callable[[int], Store]) -> Store:
    """One store of 200 leaves that nobody changes."""
    return grow(200)
