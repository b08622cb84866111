"""Draws every chance in the estate from one seed and a label, the same on every machine."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from troth.example.cast import AS_OF

T = TypeVar("T")
Cell = str | int | bytes | None
Row = tuple[Cell, ...]
START = datetime(2017, 1, 2, 8, 0, tzinfo=AS_OF.tzinfo)


class Dice(random.Random):
    """A seeded source of chance; nothing here guards a secret."""

    def __init__(self, seed: int, label: str) -> None:
        super().__init__(f"{seed}:{label}")

    def holds(self, share: float) -> bool:
        return self.random() < share

    def some(self, items: Sequence[T], most: int) -> list[T]:
        """Between none and `most` different items, in the order drawn."""
        return self.sample(items, self.randint(0, min(most, len(items))))

    def moment(self, since: datetime = START, until: datetime = AS_OF) -> datetime:
        """A second between `since` and `until`; `until` itself where nothing lies between."""
        return since + timedelta(seconds=self.randint(0, max(0, int((until - since).total_seconds()))))

    def hexes(self, digits: int) -> str:
        return f"{self.getrandbits(4 * digits):0{digits}x}"


def stamp(at: datetime) -> str:
    """UTC as the files write it: `2024-02-20 09:41:00`."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)
