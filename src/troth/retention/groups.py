"""Counts equal values in bounded memory: past the bound, exact counts of an even share of the values."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

MOST: Final = 200_000
"""Distinct values remembered at once, of which each costs about a hundred bytes."""
_MIX: Final = 0x9E3779B97F4A7C15
_ALL: Final = (1 << 64) - 1


class Groups:
    """How often each value came. A value is kept or not by its own hash, so what is kept is counted in full."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.halved = 0  # of the values, one in 2**halved is kept
        self.sizes: dict[int, int] = {}

    def add(self, value: Hashable) -> int | None:
        """Counts the value once more; the name it is counted under, None where it is not among those kept."""
        name = ((hash(value) & _ALL) * _MIX) & _ALL
        if self.halved and name >> (64 - self.halved):
            return None
        self.sizes[name] = self.sizes.get(name, 0) + 1
        if len(self.sizes) > self.most:
            self.halved += 1
            shift = 64 - self.halved
            self.sizes = {kept: size for kept, size in self.sizes.items() if not kept >> shift}
        return name

    def __contains__(self, value: Hashable) -> bool:
        return ((hash(value) & _ALL) * _MIX) & _ALL in self.sizes

    @property
    def distinct(self) -> int:
        """How many different values there are; an estimate once some are not kept."""
        return len(self.sizes) << self.halved

    @property
    def repeated(self) -> int:
        """How many values came more than once; an estimate likewise."""
        return sum(size > 1 for size in self.sizes.values()) << self.halved

    def below(self, least: int) -> int:
        """Rows in groups smaller than `least`; an estimate likewise."""
        return sum(size for size in self.sizes.values() if size < least) << self.halved

    def smallest(self) -> int:
        """The size of the smallest group; 0 where there is none."""
        return min(self.sizes.values(), default=0)

    def items(self) -> Iterator[tuple[int, int]]:
        """Each kept value's name and how often it came."""
        return iter(self.sizes.items())
