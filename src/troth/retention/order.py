"""Whether the numbers of rows follow what the rows say: then neighbours by number are alike, as chance would not have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from troth.datamap.model import Atom

FEWEST: Final = 50
"""Pairs below which no order can be told from chance."""
_SHARE: Final = 0.5  # of the changes between neighbours that chance would make; fewer are an order


def in_order(pairs: Sequence[tuple[Atom, Atom]]) -> bool:
    """Pairs of a row's number and a value: whether the value changes from number to number far less than by chance."""
    numbered = [(number, repr(value)) for number, value in pairs if isinstance(number, int)]
    if len(numbered) < FEWEST:
        return False
    values = [value for _, value in sorted(numbered)]
    counted = Counter(values)
    if len(counted) * 2 > len(values):  # hardly two alike: no run of equal values can be seen
        return False
    among = len(values) * (len(values) - 1)
    chance = 1 - sum(size * (size - 1) for size in counted.values()) / among
    changes = sum(one != other for one, other in pairwise(values))
    return chance * (len(values) - 1) >= FEWEST and changes < _SHARE * chance * (len(values) - 1)
